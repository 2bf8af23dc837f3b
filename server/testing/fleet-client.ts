import { encodeClear } from "#protocol/clear";
import type { Person } from "#protocol/directory";
import { type Ack, DOWN, type Down } from "#protocol/down";
import { readAcks, readJson, readPage, readRecords, recordsFrame, upFrame } from "#protocol/frame";
import { type EventId, mintId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import { encodeRecord, KIND, roomIn, SCHEME } from "#protocol/record";
import type { ControlOp, RoomSummary } from "#protocol/room";
import { UP, type Up } from "#protocol/up";
import { CAPABILITIES, VERSION } from "#protocol/version";
import { FleetChanges } from "./fleet-changes.ts";
import { FleetConnection } from "./fleet-connection.ts";
import type { FleetDevice } from "./fleet-device.ts";
import type { FleetMember } from "./fleet-member.ts";
import { FleetRoom } from "./fleet-room.ts";

const RESEND_MS = 2_000;

/**
 * A client as a test wants it: keeps what it was promised, sends a draft again under the same id until it is, moves to
 * any node of any province when one fails, and remembers all it was shown. It shares no code with the web client.
 */
export class FleetClient implements FleetMember {
  private readonly rooms = new Map<RoomId, FleetRoom>();
  /** drafts not yet acknowledged, oldest first */
  private readonly outbox = new Map<EventId, { room: RoomId; record: Uint8Array; sentAt: number }>();
  readonly promised: (Ack & { room: RoomId })[] = [];
  readonly refused: string[] = [];
  private readonly sentRooms = new Map<EventId, RoomId>();
  private readonly summaries = new Map<RoomId, RoomSummary>();
  private readonly changes: FleetChanges;
  private readonly connection: FleetConnection;
  /** the node has sent all that it has */
  private current = false;
  private ref = 0;
  private readonly pages = new Map<number, RoomId>();

  constructor(
    readonly person: Person,
    private readonly device: FleetDevice,
    nodes: ReadonlyMap<Province, string>,
    random: () => number,
    private readonly wanted: (room: RoomId) => boolean,
  ) {
    this.changes = new FleetChanges(
      person.id,
      device,
      (room) => this.summaries.get(room)?.cseq,
      (request) => this.up({ t: "control", request }),
    );
    this.connection = new FleetConnection(person.province, device, nodes, random, {
      opened: () => this.opened(),
      frame: (bytes) => this.take(bytes),
      tick: () => {
        this.up({ t: "ping" });
        this.flush();
      },
      closed: () => this.closed(),
    });
  }

  get id(): PersonId {
    return this.person.id;
  }
  get settled(): boolean {
    return (
      this.current && this.connection.at === this.person.province && this.outbox.size === 0 && this.pages.size === 0
    );
  }
  get busy(): boolean {
    return this.outbox.size > 0 || this.changes.size > 0;
  }

  start(): void {
    this.connection.start();
  }

  stop(): Promise<void> {
    return this.connection.stop();
  }

  send(room: RoomId, text: string): EventId {
    const id = mintId(Date.now());
    const body = encodeClear({ text });
    const head = { id, room, sender: this.id, device: this.device.id, kind: KIND.message, scheme: SCHEME.clear };
    const record = encodeRecord({ ...head, body });
    this.outbox.set(id, { room, record, sentAt: 0 });
    this.sentRooms.set(id, room);
    this.flush();
    return id;
  }

  control(room: RoomId, change: ControlOp): Promise<void> {
    const done = this.changes.add(room, change);
    this.flush();
    return done;
  }

  knows(room: RoomId): boolean {
    return this.summaries.has(room);
  }

  requestOf(room: RoomId, member: PersonId): EventId | undefined {
    return this.changes.requestOf(room, member);
  }

  /** It pages back by itself. */
  async collect(): Promise<void> {}

  view(id: RoomId) {
    const room = this.rooms.get(id);
    return { since: room?.since ?? 0, events: room?.shown() ?? [], complaints: room?.complaints ?? [] };
  }

  state(): string {
    const { outbox, changes, connection, current, pages } = this;
    const where = `${connection.at ?? "nowhere"}${current ? "" : ", not current"}`;
    return `${this.person.name.en} at ${where}, ${outbox.size} drafts, ${changes.size} changes, ${pages.size} pages open`;
  }

  drop(): void {
    this.connection.drop();
  }

  private opened(): void {
    for (const room of this.rooms.values()) room.connected();
    const have = Object.fromEntries([...this.rooms].map(([id, room]) => [id, room.have()]));
    this.up({ t: "hello", version: VERSION, capabilities: [...CAPABILITIES], app: "fleet test", have });
  }

  private closed(): void {
    this.current = false;
    this.pages.clear();
    for (const draft of this.outbox.values()) draft.sentAt = 0;
    this.changes.disconnected();
  }

  private up(message: Up): void {
    this.connection.send(upFrame(message));
  }

  private flush(): void {
    if (!this.current || !this.connection.open) return;
    const now = performance.now();
    const due = [...this.outbox.values()].filter(({ sentAt }) => sentAt === 0 || now - sentAt > RESEND_MS).slice(0, 50);
    for (const draft of due) draft.sentAt = now;
    if (due.length > 0)
      this.connection.send(
        recordsFrame(
          UP.send,
          due.map(({ record }) => record),
        ),
      );
    this.changes.flush(now);
  }

  private take(frame: Uint8Array): void {
    switch (frame[0]) {
      case DOWN.json:
        this.takeJson(readJson(frame) as Down);
        return;
      case DOWN.acks:
        for (const ack of readAcks(frame)) {
          const room = this.sentRooms.get(ack.id);
          if (!room) this.refused.push(`an ack for ${ack.id}, which was never sent`);
          else {
            this.promised.push({ ...ack, room });
            FleetRoom.at(this.rooms, room).acked(ack.id, ack);
          }
          this.outbox.delete(ack.id);
        }
        return;
      case DOWN.events:
        for (const record of readRecords(frame) ?? [])
          if (this.wanted(roomIn(record))) FleetRoom.at(this.rooms, roomIn(record)).live(record);
        return;
      case DOWN.page: {
        const page = readPage(frame);
        if (!page) {
          this.refused.push("a page that cannot be read");
          return;
        }
        const { head, records } = page;
        if (head.ref !== undefined) this.pages.delete(head.ref);
        if (!this.wanted(head.room)) return;
        const room = FleetRoom.at(this.rooms, head.room);
        room.page(records, head, head.ref === undefined);
        this.fill(room);
      }
    }
  }

  private takeJson(message: Down): void {
    switch (message.t) {
      case "welcome":
        for (const room of message.rooms) this.sum(room);
        return;
      case "current":
        this.current = true;
        for (const id of this.summaries.keys()) this.fill(FleetRoom.at(this.rooms, id));
        this.flush();
        return;
      case "room":
        this.sum(message.room);
        this.changes.looked(message.room.id);
        this.flush();
        if (this.current && this.wanted(message.room.id)) this.fill(FleetRoom.at(this.rooms, message.room.id));
        return;
      case "control": {
        const room = this.changes.answered(message, performance.now());
        if (room) this.up({ t: "room", ref: ++this.ref, room });
        else this.flush();
        return;
      }
      case "error":
        if (message.ref !== undefined) this.pages.delete(message.ref);
        // The draft is kept. `forbidden` too may pass: the node may not have heard yet of a membership that another
        // province's node told of. What is malformed would never be mended by sending it again.
        if (message.id && this.outbox.has(message.id) && ["fix", "conflict"].includes(message.error.code))
          this.refused.push(`${message.error.code}: ${message.error.message}`);
        return;
      case "bye":
        this.connection.drop();
    }
  }

  private sum(room: RoomSummary): void {
    if (!this.wanted(room.id)) return;
    const known = this.summaries.get(room.id);
    if (!known || room.cseq >= known.cseq) this.summaries.set(room.id, room);
    const self = room.members.find(({ person }) => person === this.id);
    const held = FleetRoom.at(this.rooms, room.id);
    held.since = room.history === "joined" ? (self?.since ?? 0) : 0;
    held.heads(room.heads); // those of the node that speaks now, though another one knew later changes
  }

  /** Pages back until the room's beginning is here. */
  private fill(room: FleetRoom): void {
    if (room.whole || [...this.pages.values()].includes(room.id)) return;
    const ref = ++this.ref;
    this.pages.set(ref, room.id);
    this.up({ t: "page", ref, room: room.id, before: room.before(), limit: 100 });
  }
}
