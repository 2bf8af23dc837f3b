/** The relays of a province (coturn), for clients whose network lets no media through to the gateway. */
export interface TurnSettings {
  /** as RTCIceServer has them: `turn:10.1.0.5:3478?transport=udp`, `turns:turn.example.gov.pk:443?transport=tcp` */
  urls: string[];
  /** coturn's `static-auth-secret` */
  secret: string;
}

const URL_SHAPE = /^turns?:(\[[0-9a-fA-F:]+\]|[\w.-]+)(:\d{1,5})?(\?transport=(udp|tcp))?$/;

/** Checks a parsed turn.json; a sentence where it is wrong, without the secret. */
export function readTurn(value: unknown): TurnSettings | string {
  const { urls, secret } = (value ?? {}) as Partial<TurnSettings>;
  if (!Array.isArray(urls) || urls.length === 0) return 'it must have "urls", a list of turn: addresses.';
  const wrong = urls.find((url) => typeof url !== "string" || !URL_SHAPE.test(url));
  if (wrong !== undefined)
    return `"${wrong}" is no TURN address such as "turn:10.1.0.5:3478?transport=udp" or "turns:turn.example.gov.pk:443?transport=tcp".`;
  if (typeof secret !== "string" || secret.length < 16)
    return 'it must have "secret", at least 16 characters, the same as static-auth-secret of the TURN server.';
  return { urls, secret };
}
