import { DIRECTORY_ROOM, isId, type Origin, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { placeIn, roomIn, splitRecords } from "#protocol/record";
import { type Applied, applyRecord } from "../domain/apply.ts";
import type { HybridClock } from "../domain/clock.ts";
import type { InboundFrame, Store, VerifyNow } from "../domain/ports.ts";
import { headsIn, isSignedFrame, type LogEnd, type SignedHead } from "../domain/signed-heads.ts";
import type { Alarm } from "./alarm.ts";
import type { Budget } from "./budget.ts";

/** After so many frames the cursors of files that got none are brought along. */
const SETTLE = 500;

/** What could not be taken yet; `early`: its stamp lies so many milliseconds too far ahead. */
export type OnGap = (from: Province, room: RoomId, origin: Origin, n: number, early: number) => void;

/** Logs of rooms whose early stamps were alarmed, lest each repetition is. */
const MOST_ALARMED = 10_000;

/** Takes other provinces' records into the store; it alone moves the cursors. */
export class Applier {
  private readonly settled = new Map<Province, number>();
  private readonly alarmed = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly clock: HybridClock,
    private readonly onGap: OnGap,
    private readonly alarm: Alarm,
    private readonly verify: VerifyNow,
    private readonly onForgotten: (province: Province) => void,
    private readonly budget: Budget,
  ) {}

  /** Where to go on reading a province's log: behind what every file has. */
  position(from: Province): { life: number; seq: number } {
    const files = Array.from({ length: this.store.files }, (_, file) => ({
      life: this.store.cursor(file, `life:${from}`),
      seq: this.store.cursor(file, `seq:${from}`),
    }));
    const life = Math.max(...files.map((at) => at.life));
    return { life, seq: Math.min(...files.map((at) => (at.life === life ? at.seq : 0))) };
  }

  /** Applies one frame of a province's log and its cursor in one transaction. */
  async frame(from: Province, { life, seq, bytes, signed }: InboundFrame): Promise<void> {
    const records = splitRecords(bytes);
    if (!records?.[0]) return this.alarm("malformed-frame", { from, seq });
    const heads = isSignedFrame(signed) && signed.ends.length <= records.length ? headsIn(signed) : [];
    await this.records(from, records, heads, { life, seq });
    if (seq - (this.settled.get(from) ?? 0) < SETTLE) return;
    this.settled.set(from, seq);
    await Promise.all(
      roomPerFile(this.store).map((room) => this.store.write(room, (tx) => setCursor(tx, from, life, seq))),
    );
  }

  /** Applies records that all belong to one file; with a cursor where they come from the log. */
  async records(
    from: Province,
    records: readonly Uint8Array[],
    heads: readonly { end: Pick<LogEnd, "room" | "origin">; head: SignedHead }[] = [],
    cursor?: { life: number; seq: number },
  ): Promise<void> {
    let forgotten = false;
    const gaps = new Map<string, { room: RoomId; origin: Origin; n: number; early: number }>();
    const file = this.store.fileOf(roomIn(records[0] as Uint8Array));
    this.budget.charge(from, { rows: records.length });
    await this.store.write(roomIn(records[0] as Uint8Array), (tx) =>
      this.budget.timed(from, () => {
        for (const record of records) {
          const room = roomIn(record);
          const { origin, n, stamp } = placeIn(record);
          const applied =
            this.store.fileOf(room) === file
              ? applyRecord(tx, record, from, this.store, this.clock, this.verify)
              : "refused";
          if (WAITS.has(applied)) {
            // The first one that waits says for how long; those behind it are gaps.
            const early = gaps.get(room + origin)?.early ?? (applied === "early" ? this.clock.aheadOf(stamp) : 0);
            gaps.set(room + origin, { room, origin, n, early });
            if (applied === "early") this.alarmOnce(from, room, origin, n, early);
          } else if (applied === "forgotten") forgotten = true;
          else if (applied === "shut-out" || applied === "undone")
            this.alarm("device-shut-out", { from, room, origin, n, undone: applied === "undone" });
          else if (applied === "refused" || applied === "replaced")
            this.alarm("refused-record", {
              from,
              room,
              origin,
              n,
              ...(applied === "replaced" && { for: "a forged one" }),
            });
        }
        // Whether they are true is its own matter: they can do good to nobody but the province that signed them.
        for (const { end, head } of heads)
          if (provinceOf(end.origin) === from && isId(end.room) && this.store.fileOf(end.room) === file)
            tx.keepSigned(end.room, end.origin, head);
        if (cursor) setCursor(tx, from, cursor.life, cursor.seq);
      }),
    );
    if (forgotten) this.onForgotten(from);
    for (const { room, origin, n, early } of gaps.values()) this.onGap(from, room, origin, n, early);
  }

  private alarmOnce(from: Province, room: RoomId, origin: Origin, n: number, ms: number): void {
    if (this.alarmed.has(room + origin)) return;
    if (this.alarmed.size >= MOST_ALARMED) this.alarmed.clear();
    this.alarmed.add(room + origin);
    this.alarm("clock-ahead", { from, room, origin, n, seconds: Math.round(ms / 1000) });
  }
}

const WAITS: ReadonlySet<Applied> = new Set(["gap", "unknown-room", "not-yet", "early"]);

function setCursor(
  tx: { setCursor(name: string, value: number): void },
  from: Province,
  life: number,
  seq: number,
): void {
  tx.setCursor(`life:${from}`, life);
  tx.setCursor(`seq:${from}`, seq);
}

/** One room id in each file, to address the file with; any id that falls there will do. */
function roomPerFile(store: Store): RoomId[] {
  const rooms = new Map<number, RoomId>([[store.fileOf(DIRECTORY_ROOM), DIRECTORY_ROOM]]);
  for (let i = 0; i < 256 && rooms.size < store.files; i++) {
    const room = i.toString(16).padStart(32, "f");
    if (!rooms.has(store.fileOf(room))) rooms.set(store.fileOf(room), room);
  }
  return [...rooms.values()];
}
