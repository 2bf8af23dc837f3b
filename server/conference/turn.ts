import { createHmac, randomBytes } from "node:crypto";
import type { IceServer } from "#protocol/call";
import type { TurnSettings } from "../turn.ts";

/** How long a credential opens new relays, in seconds; a call that has one goes on past it. */
const LIFETIME_S = 6 * 3600;

/**
 * What one client gets to find its way to the gateway. Credentials as coturn's `use-auth-secret` checks them
 * (draft-uberti-behave-turn-rest-00): the name says when they end and a random word, nothing of the person.
 * @param now milliseconds since 1970
 */
export function iceServers(
  turn: TurnSettings | undefined,
  now: number,
  word = randomBytes(9).toString("base64url"),
): IceServer[] {
  if (!turn) return [];
  const username = `${Math.floor(now / 1000) + LIFETIME_S}:${word}`;
  const credential = createHmac("sha1", turn.secret).update(username).digest("base64");
  return [{ urls: [...turn.urls], username, credential }];
}
