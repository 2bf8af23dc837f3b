import type { PersonId } from "#protocol/ids";
import type { ControlBody } from "#protocol/room";
import type { Now } from "./clock.ts";
import { AppError } from "./error.ts";

const DAY_MS = 24 * 3600_000;
/** Rooms that a person makes, conversations of two among them, and places in rooms that they give to others, in one day. */
export const ROOMS_A_DAY = 200;
export const MEMBERS_A_DAY = 20_000;

/**
 * What one person does to the lists of others in a day: nobody works so much by hand, and a device that was taken over
 * could fill everybody's list in minutes. Kept in memory, where the room's changes are sequenced.
 */
export class DayLimits {
  private day = 0;
  private readonly done = new Map<PersonId, { rooms: number; members: number }>();

  constructor(private readonly now: Now) {}

  /**
   * Counts a change that is about to be written.
   * @throws AppError fix, with `limit`, where it is more than one may do today; nothing is counted then
   */
  count({ by, change, members }: ControlBody): void {
    const today = Math.floor(this.now() / DAY_MS);
    if (today !== this.day) this.done.clear();
    this.day = today;
    const before = this.done.get(by) ?? { rooms: 0, members: 0 };
    const adds = change.op === "create" || change.op === "add";
    const rooms = before.rooms + (change.op === "create" ? 1 : 0);
    const others = before.members + (adds ? members.filter(({ person }) => person !== by).length : 0);
    if (change.op === "create" && rooms > ROOMS_A_DAY)
      throw new AppError("fix", `You have begun ${ROOMS_A_DAY} conversations today. Go on tomorrow.`, {
        limit: "rooms",
      });
    if (adds && others > MEMBERS_A_DAY)
      throw new AppError("fix", "You have added very many people today. Go on tomorrow.", { limit: "members" });
    this.done.set(by, { rooms, members: others });
  }
}
