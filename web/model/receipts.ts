import type { Origin, PersonId } from "#protocol/ids";
import type { Have, Up } from "#protocol/up";
import type { Room } from "./room.ts";

const READ_MS = 300;

export interface ReceiptsEvents {
  say(message: Up): boolean;
  /** is there a node that holds the room? */
  reachable(room: Room): boolean;
  rooms(): Iterable<Room>;
  me(): PersonId;
}

/** Tells the nodes how far events have come here: delivered once they are kept, read once they were on screen. */
export class Receipts {
  private readonly due = new Set<Room>();
  /** what was said on the present link; it may be lost with it */
  private said = new Map<Room, Record<Origin, number>>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly events: ReceiptsEvents) {}

  /** Events of others came into the room; `sayDelivered` follows when they are kept. */
  arrived(room: Room): void {
    this.due.add(room);
  }

  /** A new link: what may have been lost with the former one is said again. */
  connected(): void {
    this.said.forEach((_, room) => {
      this.due.add(room);
    });
    this.said = new Map();
    for (const room of this.events.rooms()) {
      if (room.saidRead) room.unsaid = true;
      room.saidRead = false;
    }
    this.sayRead();
    this.sayDelivered();
  }

  /** What is here was read; a moment later, as more may be read with it. */
  readSoon(): void {
    if (this.timer === undefined) this.timer = setTimeout(() => this.sayRead(), READ_MS);
  }

  sayRead(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const room of this.events.rooms()) {
      if (!room.unsaid || !this.events.reachable(room)) continue;
      if (!this.events.say({ t: "read", room: room.id, upto: { ...room.readTo } })) return;
      room.unsaid = false;
      room.saidRead = true;
    }
  }

  sayDelivered(): void {
    const rooms: Have = {};
    const told: [Room, Record<Origin, number>][] = [];
    this.due.forEach((room) => {
      if (!this.events.reachable(room) || !room.log.ready) return;
      const before = this.said.get(room) || {};
      const now: Record<Origin, number> = {};
      for (const origin of Object.keys(room.log.hi)) {
        const n = room.log.hi[origin] as number;
        if (n > (before[origin] || 0) && n > room.marks.of("d", this.events.me(), origin)) now[origin] = n;
      }
      if (Object.keys(now).length) rooms[room.id] = now;
      told.push([room, { ...before, ...now }]);
    });
    if (Object.keys(rooms).length && !this.events.say({ t: "delivered", rooms })) return;
    for (const [room, vector] of told) {
      this.said.set(room, vector);
      this.due.delete(room);
    }
  }

  forget(): void {
    this.due.clear();
    this.said.clear();
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
