import type { Ack } from "#protocol/down";
import type { WireError } from "#protocol/error";
import { MAX_FRAME, recordsFrame } from "#protocol/frame";
import { type DeviceId, type EventId, fromHex, type RoomId } from "#protocol/ids";
import { AT, idIn, roomIn } from "#protocol/record";
import { UP } from "#protocol/up";
import type { Vault } from "../platform/ports.ts";
import { backoff } from "./backoff.ts";
import { type OutboxEntry, OutboxStore } from "./outbox-store.ts";

const MAX_FLYING = 64;

export interface OutboxEvents {
  send(frame: Uint8Array<ArrayBuffer>): boolean;
  /** does the present node hold the room? */
  reachable(room: RoomId): boolean;
  /** an entry came, went or changed */
  changed(room: RoomId, id: EventId): void;
  /** the vault refused; the messages go out from memory */
  trouble(error: unknown): void;
  /** the session is over: prove the device again */
  renew(): void;
}

/** Own messages from the moment they are written until a node has stored them. Kept before they are sent; sent until answered. */
export class Outbox {
  readonly entries = new Map<EventId, OutboxEntry>();
  private flying = 0;
  private refused = 0;
  private pumping = false;
  private live = false;
  private leads = false;
  private readonly store: OutboxStore;
  /** rooms that a node put off: not before then, and how often in a row */
  private readonly put = new Map<RoomId, { until: number; tries: number }>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    vault: Vault,
    private readonly events: OutboxEvents,
    private readonly now: () => number,
    private readonly random: () => number,
  ) {
    this.store = new OutboxStore(vault, (entries) => this.saved(entries), events.trouble);
  }

  /** Reads what earlier runs and other tabs left. */
  async load(): Promise<void> {
    for (const entry of await this.store.load(!this.leads)) {
      if (this.entries.has(entry.id)) continue;
      if (entry.state === "refused") this.refused++;
      this.entries.set(entry.id, entry);
    }
  }

  /** The person has a new device: what waits goes out as written with it, for a node takes a device's own messages only. */
  async adopt(device: DeviceId): Promise<void> {
    const entries = [...this.entries.values()];
    for (const entry of entries) {
      entry.draft = entry.draft.slice();
      entry.draft.set(fromHex(device), AT.device);
    }
    await this.store.put(entries);
  }

  /** This tab leads from now on: what others left is its own. */
  async lead(): Promise<void> {
    this.leads = true;
    this.entries.forEach((entry) => {
      entry.foreign = false;
    });
    await this.load();
    this.pump();
  }

  /** Messages that no node has stored, refused ones aside. */
  get waiting(): number {
    return this.entries.size - this.refused;
  }

  /** Takes a draft: it shows at once and goes out as soon as it is kept. */
  add(draft: Uint8Array): OutboxEntry {
    const at = this.now();
    const id = idIn(draft);
    const key = this.store.nextKey(at, id);
    const entry: OutboxEntry = {
      ...{ id, room: roomIn(draft), draft, at, key },
      ...{ state: "saving", tried: false, foreign: false },
    };
    this.entries.set(id, entry);
    this.store.add(entry);
    return entry;
  }

  private saved(entries: readonly OutboxEntry[]): void {
    for (const entry of entries) if (entry.state === "saving") entry.state = "ready";
    this.pump();
  }

  /** Settles when the vault holds what stands here, no more and no less. */
  settled(): Promise<void> {
    return this.store.settled();
  }

  connected(): void {
    this.live = true;
    this.put.clear();
    this.pump();
  }
  /** What was on its way may or may not have arrived: it goes again, under the same id. */
  disconnected(): void {
    this.live = false;
    this.flying = 0;
    this.entries.forEach((entry) => {
      if (entry.state === "flying") entry.state = "ready";
    });
  }

  /** A node has stored it. Answers the entry when it was waiting here. */
  stored(ack: Pick<Ack, "id">): OutboxEntry | undefined {
    const entry = this.entries.get(ack.id);
    if (!entry) return undefined;
    this.remove(entry);
    this.put.delete(entry.room);
    this.pumpSoon();
    return entry;
  }

  failed(id: EventId, error: WireError): void {
    const entry = this.entries.get(id);
    if (!entry || entry.state === "refused") return;
    if (entry.state === "flying") this.flying--;
    if (error.code === "fix" || error.code === "forbidden" || error.code === "conflict") {
      this.refused++;
      entry.state = "refused";
      entry.refusal = error.message;
      this.store.put([entry]);
    } else {
      entry.state = "ready";
      const tries = (this.put.get(entry.room) || { tries: 0 }).tries;
      const wait = Math.max(error.retryAfter || 0, backoff(tries + 1, this.random));
      this.put.set(entry.room, { until: this.now() + wait, tries: tries + 1 });
      if (error.code === "sign-in") this.events.renew();
    }
    this.events.changed(entry.room, id);
    this.pumpSoon();
  }

  /** Nothing that waits for the room will ever go. */
  refuse(room: RoomId, message: string): void {
    for (const entry of [...this.entries.values()])
      if (entry.room === room) this.failed(entry.id, { code: "forbidden", message });
  }

  /** Takes a message back; false when a node may already have it. */
  async discard(id: EventId): Promise<boolean> {
    const entry = this.entries.get(id);
    if (!entry || (entry.state !== "refused" && entry.tried)) return false;
    this.entries.delete(id);
    if (entry.state === "refused") this.refused--;
    await this.store.removeNow(entry);
    this.events.changed(entry.room, id);
    return true;
  }

  forget(): void {
    this.entries.clear();
    this.store.forget();
    this.flying = this.refused = 0;
  }

  private remove(entry: OutboxEntry): void {
    if (entry.state === "flying") this.flying--;
    if (entry.state === "refused") this.refused--;
    this.entries.delete(entry.id);
    this.store.remove(entry);
    this.events.changed(entry.room, entry.id);
  }

  /** Sends what may go, in the order of writing. A room that is put off waits until nothing of it is on its way. */
  pump(): void {
    if (!this.live || this.flying >= MAX_FLYING) return;
    const flyingRooms = new Set<RoomId>();
    const held = new Set<RoomId>();
    let next = Number.POSITIVE_INFINITY;
    const going: OutboxEntry[] = [];
    let bytes = 1;
    for (const entry of this.entries.values()) {
      if (entry.state === "flying") flyingRooms.add(entry.room);
      // A later message of a room never overtakes an earlier one that is still being kept.
      if (entry.state === "saving" && !entry.foreign) held.add(entry.room);
      if (entry.state !== "ready" || entry.foreign || held.has(entry.room) || !this.events.reachable(entry.room))
        continue;
      const put = this.put.get(entry.room);
      if (put && (put.until > this.now() || flyingRooms.has(entry.room))) {
        next = Math.min(next, put.until);
        held.add(entry.room);
        continue;
      }
      if (bytes + entry.draft.length > MAX_FRAME && going.length) break;
      bytes += entry.draft.length;
      going.push(entry);
      if (this.flying + going.length >= MAX_FLYING) break;
    }
    if (next < Number.POSITIVE_INFINITY) this.later(Math.max(next - this.now(), 20));
    if (
      !going.length ||
      !this.events.send(
        recordsFrame(
          UP.send,
          going.map((entry) => entry.draft),
        ),
      )
    )
      return;
    this.flying += going.length;
    for (const entry of going) {
      entry.state = "flying";
      entry.tried = true;
    }
    this.pump();
  }

  /** After all answers of one frame, so that what follows goes in one frame too. */
  private pumpSoon(): void {
    if (this.pumping) return;
    this.pumping = true;
    Promise.resolve().then(() => {
      this.pumping = false;
      this.pump();
    });
  }

  private later(ms: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.pump(), ms);
  }
  stop(): void {
    this.live = false;
    clearTimeout(this.timer);
  }
}
