import { fromBase64, toBase64 } from "../../platform/device-key.ts";
import { canPasskey } from "../can-passkey.ts";

/** WebAuthn level 3 in its JSON form: browsers of the baseline cannot read or write it themselves. */
type Json = Record<string, unknown>;

const bytes = (text: string): Uint8Array<ArrayBuffer> => fromBase64(text.replace(/-/g, "+").replace(/_/g, "/"));
const text = (buffer: ArrayBuffer): string =>
  toBase64(buffer).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** Whether this very device can keep one, behind its fingerprint, face or screen lock. */
export const keepsPasskeys = async (): Promise<boolean> =>
  canPasskey() && (await PublicKeyCredential.isUserVerifyingPlatformAuthenticatorAvailable().catch(() => false));

const named = (list: unknown): PublicKeyCredentialDescriptor[] =>
  ((list ?? []) as { id: string; transports?: AuthenticatorTransport[] }[]).map((each) => ({
    ...each,
    type: "public-key",
    id: bytes(each.id),
  }));

/** What differs between the two answers, in an order that nobody relies on. */
const answer = (credential: PublicKeyCredential, response: Json): Json => ({
  id: credential.id,
  rawId: text(credential.rawId),
  type: credential.type,
  clientExtensionResults: credential.getClientExtensionResults(),
  response: { clientDataJSON: text(credential.response.clientDataJSON), ...response },
});

/**
 * Makes a passkey. @param options PublicKeyCredentialCreationOptionsJSON
 * @throws DOMException: NotAllowedError (not wanted, or too late), InvalidStateError (this device has one already)
 */
export async function makePasskey(options: unknown): Promise<Json> {
  const asked = options as Json & { challenge: string; user: { id: string }; excludeCredentials?: unknown };
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    user: { ...asked.user, id: bytes(asked.user.id) },
    excludeCredentials: named(asked.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
  const made = (await navigator.credentials.create({ publicKey })) as PublicKeyCredential;
  const response = made.response as AuthenticatorAttestationResponse;
  return answer(made, {
    attestationObject: text(response.attestationObject),
    transports: response.getTransports ? response.getTransports() : [],
  });
}

/** Proves a passkey. @param options PublicKeyCredentialRequestOptionsJSON @throws DOMException: NotAllowedError */
export async function provePasskey(options: unknown): Promise<Json> {
  const asked = options as Json & { challenge: string; allowCredentials?: unknown };
  const publicKey = {
    ...asked,
    challenge: bytes(asked.challenge),
    allowCredentials: named(asked.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
  const proof = (await navigator.credentials.get({ publicKey })) as PublicKeyCredential;
  const { authenticatorData, signature, userHandle } = proof.response as AuthenticatorAssertionResponse;
  return answer(proof, {
    authenticatorData: text(authenticatorData),
    signature: text(signature),
    ...(userHandle && { userHandle: text(userHandle) }),
  });
}
