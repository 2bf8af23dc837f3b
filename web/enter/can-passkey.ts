/** Browsers refuse passkeys for addresses that are numbers. */
export const canPasskey = (): boolean =>
  typeof PublicKeyCredential === "function" && !!navigator.credentials && !/^[\d.]+$|:/.test(location.hostname);
