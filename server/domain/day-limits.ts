import type { PersonId } from "#protocol/ids";
import type { ControlBody } from "#protocol/room";
import type { Now } from "./clock.ts";
import { AppError } from "./error.ts";
import type { DayCounted, Store, Tx } from "./ports.ts";

const DAY_MS = 24 * 3600_000;
/** Rooms that a person makes, conversations of two among them, and places in rooms that they give to others, in one day. */
export const ROOMS_A_DAY = 200;
export const MEMBERS_A_DAY = 20_000;

/** The day of a moment (UTC), and when it is over. */
export function dayOf(now: number): { day: number; ends: number } {
  const day = Math.floor(now / DAY_MS);
  return { day, ends: (day + 1) * DAY_MS };
}

/**
 * What one person does to the lists of others in a day: nobody works so much by hand, and a device that was taken over
 * could fill everybody's list in minutes. Counted with the change itself, so that a restart gives nobody a new day.
 */
export class DayLimits {
  constructor(
    private readonly store: Store,
    private readonly now: Now,
  ) {}

  /**
   * Counts a change that is about to be written.
   * @throws AppError fix, with `limit`, where it is more than one may do today; nothing is counted then
   */
  count(tx: Tx, room: string, { by, change, members }: ControlBody): void {
    if (change.op !== "create" && change.op !== "add") return;
    const { day } = dayOf(this.now());
    const others = members.filter(({ person }) => person !== by).length;
    if (change.op === "create" && this.done(day, by, "rooms") >= ROOMS_A_DAY)
      throw new AppError("fix", `You have begun ${ROOMS_A_DAY} conversations today. Go on tomorrow.`, {
        limit: "rooms",
      });
    if (this.done(day, by, "members") + others > MEMBERS_A_DAY)
      throw new AppError("fix", "You have added very many people today. Go on tomorrow.", { limit: "members" });
    if (change.op === "create") tx.countToday(room, day, by, "rooms", 1);
    if (others > 0) tx.countToday(room, day, by, "members", others);
  }

  private done(day: number, person: PersonId, what: DayCounted): number {
    return this.store.countedOn(day, person, what);
  }
}
