import { downFrame } from "#protocol/frame";
import { type PersonId, provinceOf, type RoomId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import type { Room, Store } from "../domain/ports.ts";
import type { Audience } from "./audience.ts";
import type { Openness } from "./openness.ts";

/** How long marks are gathered before they go out, in milliseconds. */
const GATHER_MS = 50;
/** In larger rooms, as in channels, others' marks are read on demand (`room`): they would grow with the square. */
const CLOSE_ROOM = 50;
/** Marks of one frame. */
const MAX_MARKS = 1000;

export const isClose = (room: Room, most = CLOSE_ROOM): boolean => room.kind !== "channel" && room.members.size <= most;

/** Tells people how far provinces and others have come: only the newest of each mark, many in one frame. */
export class MarkNews {
  private readonly pending = new Map<RoomId, Map<string, Mark>>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly store: Store,
    private readonly audience: Audience,
    private readonly openness: Openness,
    private readonly failed: (error: unknown) => void,
  ) {}

  moved(marks: readonly Mark[]): void {
    for (const mark of marks) {
      // That a province has what it wrote itself goes without saying.
      if (mark.kind === "s" && provinceOf(mark.origin) === mark.holder) continue;
      const ofRoom = this.pending.get(mark.room) ?? new Map<string, Mark>();
      this.pending.set(mark.room, ofRoom.set(`${mark.kind}${mark.holder}${mark.origin}`, mark));
    }
    if (this.pending.size > 0) this.timer ??= setTimeout(() => this.flush(), GATHER_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.pending.clear();
  }

  private flush(): void {
    this.timer = undefined;
    const pending = [...this.pending];
    this.pending.clear();
    try {
      for (const [id, marks] of pending) {
        const room = this.store.room(id);
        if (room) this.tell(room, [...marks.values()]);
      }
    } catch (error) {
      this.failed(error);
    }
  }

  private tell(room: Room, marks: Mark[]): void {
    const personal = marks.filter(({ kind }) => kind !== "s");
    const shared = isClose(room) ? marks : marks.filter(({ kind }) => kind === "s");
    if (shared.length > 0) {
      const frames: Uint8Array[] = [];
      for (let at = 0; at < shared.length; at += MAX_MARKS)
        frames.push(downFrame({ t: "marks", marks: shared.slice(at, at + MAX_MARKS) }));
      for (const member of room.members.keys())
        if (this.audience.has(member) && this.openness.isOpen(room, member))
          for (const session of this.audience.of(member)) for (const frame of frames) session.push(frame);
    }
    if (isClose(room)) return;
    // A person's own devices learn what was read on another.
    const byHolder = new Map<PersonId, Mark[]>();
    for (const mark of personal) {
      const own = byHolder.get(mark.holder);
      if (own) own.push(mark);
      else byHolder.set(mark.holder, [mark]);
    }
    for (const [holder, own] of byHolder)
      for (const session of this.audience.of(holder)) session.send({ t: "marks", marks: own });
  }
}
