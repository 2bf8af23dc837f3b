import { CLOSE } from "#protocol/close";
import type { Session } from "./session.ts";

/** No session lives longer than eight hours; around this, in milliseconds, they end. */
const LIFE_MS = (8 * 3600_000) / 1.1;
const SPREAD = 0.1;

/**
 * When a session has lived long enough: its device proves itself anew, as it does after any lost line. The end is
 * spread by ten percent to either side, by the random end of the device's id, so that who came at nine does not come
 * back as one crowd.
 */
export const endOf = ({ since, device }: Pick<Session, "since" | "device">): number =>
  since + LIFE_MS * (1 + SPREAD * ((Number.parseInt(device.slice(-4), 16) / 0xffff) * 2 - 1));

/** Ends the sessions whose time has come; one whose writes are under way is left until they are on disk. */
export function endLives(sessions: Iterable<Session>, now: number): void {
  const over = [...sessions].filter((session) => session.inflight === 0 && endOf(session) <= now);
  for (const session of over) session.close(CLOSE.resume, "the session is renewed");
}
