import { encodeClear } from "#protocol/clear";
import type { Person } from "#protocol/directory";
import { type Ack, DOWN, type Down } from "#protocol/down";
import { readAcks, readJson, readPage, readRecords, recordsFrame, upFrame } from "#protocol/frame";
import { type EventId, mintId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import { encodeRecord, KIND, roomIn, SCHEME } from "#protocol/record";
import { type ControlOp, type ControlRequest, controlText, type RoomSummary } from "#protocol/room";
import { UP, type Up } from "#protocol/up";
import { CAPABILITIES, VERSION } from "#protocol/version";
import type { FleetDevice } from "./fleet-device.ts";
import type { FleetMember } from "./fleet-member.ts";
import { FleetRoom } from "./fleet-room.ts";

const SILENT_MS = 2_500;
const RESEND_MS = 2_000;
const STAY_AWAY_MS = 2_500;

interface Waiting {
  room: RoomId;
  change: ControlOp;
  request: ControlRequest | undefined;
  done: () => void;
  failed: (error: Error) => void;
  sentAt: number;
}

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
  private readonly carriedOut = new Map<string, EventId>();
  private readonly sentRooms = new Map<EventId, RoomId>();
  private readonly summaries = new Map<RoomId, RoomSummary>();
  private readonly controls = new Map<RoomId, Waiting[]>();
  private socket: WebSocket | undefined;
  private at: Province | undefined;
  private heardAt = 0;
  private awaySince = 0;
  private current = false;
  private running = false;
  private loop: Promise<void> = Promise.resolve();
  private ref = 0;
  private readonly pages = new Map<number, RoomId>();

  constructor(
    readonly person: Person,
    private readonly device: FleetDevice,
    private readonly nodes: ReadonlyMap<Province, string>,
    private readonly random: () => number,
    private readonly wanted: (room: RoomId) => boolean,
  ) {}

  get id(): PersonId {
    return this.person.id;
  }
  get settled(): boolean {
    return this.current && this.at === this.person.province && this.outbox.size === 0 && this.pages.size === 0;
  }
  get busy(): boolean {
    return this.outbox.size > 0 || this.controls.size > 0;
  }

  start(): void {
    this.running = true;
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.running = false;
    this.socket?.close();
    await this.loop;
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

  /** Changes to one room go one by one. */
  control(room: RoomId, change: ControlOp): Promise<void> {
    return new Promise((done, failed) => {
      const line = this.controls.get(room) ?? [];
      line.push({ room, change, request: undefined, done, failed, sentAt: 0 });
      this.controls.set(room, line);
      this.flush();
    });
  }

  knows(room: RoomId): boolean {
    return this.summaries.has(room);
  }

  requestOf(room: RoomId, member: PersonId): EventId | undefined {
    return this.carriedOut.get(`${room}/${member}`);
  }

  /** It pages back by itself. */
  async collect(): Promise<void> {}

  view(id: RoomId) {
    const room = this.rooms.get(id);
    return { since: room?.since ?? 0, events: room?.shown() ?? [], complaints: room?.complaints ?? [] };
  }

  state(): string {
    const { outbox, controls, at, current, pages } = this;
    const where = `${at ?? "nowhere"}${current ? "" : ", not current"}`;
    return `${this.person.name.en} at ${where}, ${outbox.size} drafts, ${controls.size} changes, ${pages.size} pages open`;
  }

  drop(): void {
    this.socket?.close();
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (this.running) {
      const province = this.choose(failures);
      try {
        await this.connect(province);
        failures = 0;
      } catch {
        failures++;
      }
      this.current = false;
      this.at = undefined;
      if (this.running) await Bun.sleep(Math.min(100 + failures * 100, 600) * (0.5 + this.random()));
    }
  }

  /** One's own province first; after a failure any. */
  private choose(failures: number): Province {
    const { province } = this.person;
    if (failures === 0 || this.random() < 0.5) return province;
    const all = [...this.nodes.keys()];
    return all[Math.floor(this.random() * all.length)] as Province;
  }

  /** Settles when the connection has ended. */
  private async connect(province: Province): Promise<void> {
    const url = this.nodes.get(province) as string;
    const ticket = await this.device.ticket(url);
    await new Promise<void>((resolve, reject) => {
      const socket = new WebSocket(`${url.replace("http", "ws")}/v1/socket?ticket=${encodeURIComponent(ticket)}`);
      socket.binaryType = "arraybuffer";
      let opened = false;
      this.heardAt = performance.now();
      this.awaySince = this.heardAt;
      const timer = setInterval(() => this.tick(socket), 250);
      socket.onopen = () => {
        opened = true;
        this.socket = socket;
        this.at = province;
        for (const room of this.rooms.values()) room.connected();
        const have = Object.fromEntries([...this.rooms].map(([id, room]) => [id, room.have()]));
        this.up({ t: "hello", version: VERSION, capabilities: [...CAPABILITIES], app: "fleet test", have });
      };
      socket.onmessage = ({ data }) => {
        this.heardAt = performance.now();
        this.take(new Uint8Array(data as ArrayBuffer));
      };
      socket.onclose = () => {
        clearInterval(timer);
        if (this.socket === socket) this.socket = undefined;
        this.pages.clear();
        for (const draft of this.outbox.values()) draft.sentAt = 0;
        for (const [first] of this.controls.values()) if (first) first.sentAt = 0;
        if (opened) resolve();
        else reject(new Error("no connection"));
      };
    });
  }

  private tick(socket: WebSocket): void {
    const now = performance.now();
    const away = this.at !== undefined && this.at !== this.person.province && now - this.awaySince > STAY_AWAY_MS;
    if (now - this.heardAt > SILENT_MS || away) {
      // A frozen node answers no closing handshake: terminate.
      (socket as unknown as { terminate(): void }).terminate();
      return;
    }
    if (socket.readyState !== WebSocket.OPEN) return;
    this.up({ t: "ping" });
    this.flush();
  }

  private up(message: Up): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(upFrame(message));
  }

  private flush(): void {
    if (!this.current || this.socket?.readyState !== WebSocket.OPEN) return;
    const now = performance.now();
    const due = [...this.outbox.values()].filter(({ sentAt }) => sentAt === 0 || now - sentAt > RESEND_MS).slice(0, 50);
    for (const draft of due) draft.sentAt = now;
    if (due.length > 0)
      this.socket.send(
        recordsFrame(
          UP.send,
          due.map(({ record }) => record),
        ),
      );
    for (const [first] of this.controls.values())
      if (first && (first.sentAt === 0 || now - first.sentAt > RESEND_MS)) {
        first.sentAt = now;
        this.request(first);
      }
  }

  private async request(waiting: Waiting): Promise<void> {
    const { room, change } = waiting;
    const cseq = this.summaries.get(room)?.cseq;
    if (change.op !== "create" && cseq === undefined) {
      waiting.sentAt = 0;
      return;
    }
    if (!waiting.request) {
      const unsigned = {
        id: mintId(Date.now()),
        room,
        change,
        ...(cseq !== undefined && change.op !== "create" ? { expect: cseq } : {}),
        person: this.id,
        device: this.device.id,
      };
      waiting.request = { ...unsigned, signature: await this.device.sign(controlText(unsigned)) };
    }
    this.up({ t: "control", request: waiting.request });
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
        for (const [id, { heads }] of this.summaries) {
          const room = FleetRoom.at(this.rooms, id);
          room.heads(heads);
          this.fill(room);
        }
        this.flush();
        return;
      case "room":
        this.sum(message.room);
        if (this.current && this.wanted(message.room.id)) this.fill(FleetRoom.at(this.rooms, message.room.id));
        return;
      case "control": {
        for (const [room, [first]] of this.controls)
          if (first?.request?.id === message.id) this.answered(room, first, message);
        return;
      }
      case "error":
        if (message.ref !== undefined) this.pages.delete(message.ref);
        // `elsewhere` and `wait` leave the draft in the outbox; anything else would never be mended by sending again.
        if (message.id && this.outbox.has(message.id) && !["elsewhere", "wait"].includes(message.error.code))
          this.refused.push(`${message.error.code}: ${message.error.message}`);
        return;
      case "bye":
        this.socket?.close();
    }
  }

  private sum(room: RoomSummary): void {
    if (!this.wanted(room.id)) return;
    const known = this.summaries.get(room.id);
    if (!known || room.cseq >= known.cseq) this.summaries.set(room.id, room);
    const self = room.members.find(({ person }) => person === this.id);
    FleetRoom.at(this.rooms, room.id).since = room.history === "joined" ? (self?.since ?? 0) : 0;
  }

  private answered(room: RoomId, waiting: Waiting, answer: Extract<Down, { t: "control" }>): void {
    if (answer.state === "waiting") return;
    if (answer.state === "refused" && answer.error?.code === "conflict") {
      waiting.request = undefined; // somebody else was first: look again, then ask again
      waiting.sentAt = performance.now();
      this.up({ t: "room", ref: ++this.ref, room });
      return;
    }
    const line = (this.controls.get(room) ?? []).slice(1);
    if (line.length > 0) this.controls.set(room, line);
    else this.controls.delete(room);
    if (answer.state === "done" && waiting.change.op === "add")
      for (const member of waiting.change.members) this.carriedOut.set(`${room}/${member}`, answer.id);
    if (answer.state === "done") waiting.done();
    else waiting.failed(new Error(`${waiting.change.op} refused: ${answer.error?.code} ${answer.error?.message}`));
    this.flush();
  }

  /** Pages back until the room's beginning is here. */
  private fill(room: FleetRoom): void {
    if (room.whole || [...this.pages.values()].includes(room.id)) return;
    const ref = ++this.ref;
    this.pages.set(ref, room.id);
    this.up({ t: "page", ref, room: room.id, before: room.before(), limit: 100 });
  }
}
