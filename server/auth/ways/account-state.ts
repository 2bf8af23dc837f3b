import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Now } from "../../domain/clock.ts";
import type { Secrets } from "./secrets.ts";

const VALID_MS = 10 * 60_000;
const OWNER = "oidc state";

/** What is known of a sign-in that is under way at the ministry's accounts. */
export interface AccountState {
  /** good for one way back */
  id: string;
  nonce: string;
  /** PKCE (RFC 7636) */
  verifier: string;
  /** SHA-256 of what the browser keeps, base64url */
  keep: string;
  /** of the page to which it goes back */
  origin: string;
  until: number;
}

const hashKeep = (keep: string): string => createHash("sha256").update(keep).digest("base64url");

export const isKeep = (keep: string, hash: string): boolean =>
  timingSafeEqual(Buffer.from(hashKeep(keep)), Buffer.from(hash));

/**
 * The state travels sealed in the `state` parameter (RFC 6749 section 4.1.1), so that beginning a million sign-ins takes no
 * memory and pushes nobody else's out.
 */
export class AccountStates {
  constructor(
    private readonly secrets: Secrets,
    private readonly now: Now,
  ) {}

  make(keep: string, origin: string, verifier: string): AccountState {
    const [id = "", nonce = ""] = [randomBytes(24), randomBytes(24)].map((bytes) => bytes.toString("base64url"));
    return { id, nonce, verifier, keep: hashKeep(keep), origin, until: this.now() + VALID_MS };
  }

  seal(state: AccountState): string {
    return this.secrets.seal(OWNER, Buffer.from(JSON.stringify(state)));
  }

  /** Undefined where it is not ours, or too old. */
  open(text: string): AccountState | undefined {
    const bytes = this.secrets.unseal(OWNER, text);
    const state = bytes && (JSON.parse(Buffer.from(bytes).toString()) as AccountState);
    return state && state.until > this.now() ? state : undefined;
  }
}
