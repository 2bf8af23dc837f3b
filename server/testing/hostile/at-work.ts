import { type EventId, mintId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import { decodeRecord } from "#protocol/record";
import { until } from "../until.ts";
import { textOf } from "./attack.ts";
import { DeviceKey } from "./key.ts";
import { Official } from "./official.ts";

/**
 * Honest officials who go on writing and reading all the while, in a process of their own: what the attacker costs its own
 * process is not to count as what it costs them. Run with a `Work` as its argument; answers over the channel to its parent.
 */
export interface Work {
  people: { id: PersonId; province: Province; url: string; code: string }[];
  /** messages a second, of all together */
  rate: number;
}

/** Which attack is running: every message counts for the time in which it was written. */
export type Phase = string;
/** None is. */
export const CALM: Phase = "calm";
export type ToWork = { t: "phase"; phase: Phase } | { t: "end" };
export type FromWork =
  | { t: "ready" }
  | {
      t: "worked";
      /** from writing to another's reading, in milliseconds */
      times: Record<Phase, number[]>;
      written: number;
      /** in words, of each message that was stored and cannot be read by somebody */
      lost: string[];
      /** that nobody was told was stored */
      unstored: number;
      reconnected: number;
    };

const RESEND_MS = 5_000;
/** So long may what was written last take to be stored, and to be read everywhere. */
const SETTLE_MS = 60_000;
const HOUSEKEEPING_MS = 250;

interface Written {
  room: RoomId;
  by: Official;
  record: Uint8Array;
  at: number;
  sentAt: number;
  phase: Phase;
  stored: boolean;
  read: Set<PersonId>;
}

class AtWork {
  private readonly officials: Official[] = [];
  private readonly rooms: RoomId[] = [];
  private readonly written = new Map<EventId, Written>();
  private readonly times: Record<Phase, number[]> = {};
  phase: Phase = CALM;
  private reconnected = 0;
  private over = false;

  constructor(private readonly work: Work) {}

  async begin(): Promise<void> {
    for (const { url, code, id } of this.work.people) {
      const from = `10.77.${Number.parseInt(id.slice(0, 2), 16)}.${Number.parseInt(id.slice(2, 4), 16)}`;
      const official = new Official(url, await DeviceKey.enrol(url, code, from));
      official.onAck = ({ id: acked }) => {
        const one = this.written.get(acked);
        if (one) one.stored = true;
      };
      official.onEvent = ({ id: came }) => this.reads(official, came);
      this.officials.push(official);
      await official.open();
    }
    const [first] = this.officials as [Official];
    const others = this.officials.slice(1).map(({ person }) => person);
    for (let i = 0; i < 4; i++) {
      const room = mintId(Date.now());
      const make = () =>
        first.control(room, { op: "create", kind: "group", name: "At work", history: "all", members: others });
      // The other provinces' people may not be known here yet.
      await until(
        () =>
          make().then(
            () => true,
            () => false,
          ),
        "a room of those at work",
      );
      this.rooms.push(room);
    }
    await until(() => this.officials.every(({ rooms }) => this.rooms.every((room) => rooms.has(room))), "their rooms");
    void this.write();
    void this.keep();
  }

  private reads(official: Official, id: EventId): void {
    const one = this.written.get(id);
    if (!one || one.read.has(official.person) || official === one.by) return;
    one.read.add(official.person);
    this.times[one.phase] ??= [];
    this.times[one.phase]?.push(Math.round((performance.now() - one.at) * 10) / 10);
  }

  private async write(): Promise<void> {
    const from = performance.now();
    for (let i = 0; !this.over; i++) {
      await Bun.sleep(Math.max(0, from + (i * 1_000) / this.work.rate - performance.now()));
      const by = this.officials[i % this.officials.length] as Official;
      const room = this.rooms[i % this.rooms.length] as RoomId;
      const record = by.draft(room, `at work ${i}`);
      const now = performance.now();
      const one: Written = {
        room,
        by,
        record,
        at: now,
        sentAt: now,
        phase: this.phase,
        stored: false,
        read: new Set(),
      };
      this.written.set(decodeRecord(record).id, one);
      if (by.isOpen) by.push([record]);
    }
  }

  /** Connects whose socket ended, and sends again what nobody said is stored. */
  private async keep(): Promise<void> {
    for (;;) {
      await Bun.sleep(HOUSEKEEPING_MS);
      for (const official of this.officials)
        if (!official.isOpen) {
          this.reconnected++;
          await official.open().catch(() => {});
          this.resend(official, 0);
        } else this.resend(official, RESEND_MS);
    }
  }

  private resend(official: Official, age: number): void {
    const now = performance.now();
    for (const one of this.written.values())
      if (one.by === official && !one.stored && now - one.sentAt > age) {
        one.sentAt = now;
        official.push([one.record]);
      }
  }

  async end(): Promise<Extract<FromWork, { t: "worked" }>> {
    this.over = true;
    const all = [...this.written];
    const isDone = () =>
      all.every(([, one]) => one.stored && one.read.size === this.officials.length - 1) || performance.now() > late;
    const late = performance.now() + SETTLE_MS;
    await until(isDone).catch(() => {});
    const lost: string[] = [];
    for (const official of this.officials)
      for (const room of this.rooms) {
        // What came live is not enough: it must be there for whoever comes later.
        const events = await official.read(room).catch(() => []);
        const texts = new Map(events.map((event) => [event.id, textOf(event)]));
        // Twice is once: who accepts a draft that is accepted elsewhere, or says it again in a new life, keeps its id.
        for (const [id, one] of all) {
          if (one.room !== room || !one.stored) continue;
          const text = texts.get(id);
          const said = textOf(decodeRecord(one.record));
          if (text !== said)
            lost.push(`${official.person.slice(0, 8)} at ${official.url} reads ${text ?? "nothing"} for ${said}`);
        }
      }
    const unstored = all.filter(([, one]) => !one.stored).length;
    const { times, reconnected } = this;
    return { ...{ t: "worked", times, written: all.length, lost, unstored }, reconnected };
  }
}

if (import.meta.main) {
  const work = new AtWork(JSON.parse(process.argv[2] as string) as Work);
  const tell = (message: FromWork) => process.send?.(message);
  process.on("message", async (message: ToWork) => {
    if (message.t === "phase") work.phase = message.phase;
    else tell(await work.end());
  });
  // Its parent ended without a word.
  process.on("disconnect", () => process.exit(0));
  await work.begin();
  tell({ t: "ready" });
}
