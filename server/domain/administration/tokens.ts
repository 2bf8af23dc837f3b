import { createHash, randomBytes } from "node:crypto";
import type { Scope } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type PersonId } from "#protocol/ids";
import type { Now } from "../clock.ts";
import type { Store, Tx } from "../ports.ts";

/** How often it is noted that a token was used, in milliseconds: personnel systems ask many times a second. */
const USED_EVERY_MS = 60_000;

/** Bearer tokens of personnel systems (SCIM): 256 random bits, of which nothing but the SHA-256 is kept. */
export class TokenDesk {
  constructor(
    private readonly store: Store,
    private readonly now: Now,
  ) {}

  /** Whom a token belongs to, while it holds. What is looked up is its hash: how long that takes tells nothing of it. */
  holder(token: string): { id: string; name: string; scope: Scope } | undefined {
    const now = this.now();
    const found = this.store.tables.orders.tokenByHash(hashToken(token), now);
    if (!found) return undefined;
    const { id, name, scope, used } = found;
    if (used === null || now - used >= USED_EVERY_MS)
      // Not waited for: what a full disk refuses here must not keep the personnel system out.
      this.store.write(DIRECTORY_ROOM, (tx) => tx.tables.orders.useToken(id, now)).catch(() => {});
    return { id, name, scope };
  }

  /** @returns the secret, told once */
  add(tx: Tx, { name, scope, validMs }: { name: string; scope: Scope; validMs: number }, by: PersonId | null): string {
    const secret = `beep_${randomBytes(32).toString("base64url")}`;
    const now = this.now();
    const token = { id: mintId(now), name: name.trim(), scope, by, made: now, expires: now + validMs, used: null };
    tx.tables.orders.addToken(token, hashToken(secret));
    return secret;
  }
}

const hashToken = (token: string): string => createHash("sha256").update(`beep token v1\n${token}`).digest("hex");
