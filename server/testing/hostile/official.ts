import type { CallAct, CallAnswer, CallHead, CallNews } from "#protocol/call";
import { beginOrder, type CallOrder, isOrdered, nextOrder } from "#protocol/call-order";
import { encodeClear } from "#protocol/clear";
import { type Ack, DOWN, type Down } from "#protocol/down";
import { readAcks, readJson, readPage, readRecords, recordsFrame, upFrame } from "#protocol/frame";
import { type EventId, mintId, type RoomId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import { decodeRecord, encodeRecord, type EventRecord, isBlank, KIND, SCHEME } from "#protocol/record";
import { type ControlOp, controlText, type Member, type RoomSummary } from "#protocol/room";
import { type Up, UP } from "#protocol/up";
import { VERSION } from "#protocol/version";
import { PATIENCE_MS } from "../until.ts";
import type { DeviceKey } from "./key.ts";

/** A message up without its `ref`, of those that have one. */
export type Question = Record<string, unknown> & { t: Up["t"] };

interface Waiting {
  takes(message: Down): boolean;
  resolve(message: Down): void;
}

/** Beep's own refusal, as the other side of the socket gives it. */
class Refused extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(`${code}: ${message}`);
  }
}

/** An official at a node of their province: writes, reads, calls. It shares no code with the product's client. */
export class Official {
  readonly rooms = new Map<RoomId, RoomSummary>();
  readonly calls = new Map<RoomId, CallHead | null>();
  /** what happened to their seats */
  readonly news: { room: RoomId; news: CallNews }[] = [];
  /** called with each event that comes while the socket is open */
  onEvent: (event: EventRecord) => void = () => {};
  /** called with each ack */
  onAck: (ack: Ack) => void = () => {};
  private socket: WebSocket | undefined;
  private opening: Promise<void> | undefined;
  private readonly waiting = new Set<Waiting>();
  private readonly acks = new Map<EventId, (ack: Ack | Refused) => void>();
  private readonly pages = new Map<number, (page: NonNullable<ReturnType<typeof readPage>>) => void>();
  private ref = 0;

  constructor(
    readonly url: string,
    readonly key: DeviceKey,
  ) {}

  get person(): string {
    return this.key.person;
  }
  get isOpen(): boolean {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  /** Signs in where no socket stands; settles when all that the node has is here. */
  open(): Promise<void> {
    if (this.isOpen && !this.opening) return Promise.resolve();
    this.opening ??= this.connect().finally(() => {
      this.opening = undefined;
    });
    return this.opening;
  }

  close(): void {
    this.socket?.close();
    this.socket = undefined;
  }

  send(message: Question): void {
    this.socket?.send(upFrame(message as unknown as Up));
  }

  /** @throws Refused; Error when nothing comes */
  async ask<T extends Down["t"]>(message: Question, t: T): Promise<Extract<Down, { t: T }>> {
    await this.open();
    const ref = ++this.ref;
    const answer = this.next((one) => (one.t === t || one.t === "error") && "ref" in one && one.ref === ref);
    this.send({ ...message, ref });
    const got = await answer;
    if (got.t === "error") throw new Refused(got.error.code, got.error.message);
    return got as Extract<Down, { t: T }>;
  }

  next(takes: (message: Down) => boolean, patience = PATIENCE_MS): Promise<Down> {
    return new Promise((resolve, reject) => {
      const end = setTimeout(() => {
        this.waiting.delete(one);
        reject(new Error("A node did not answer."));
      }, patience);
      const one: Waiting = {
        takes,
        resolve: (message) => {
          clearTimeout(end);
          resolve(message);
        },
      };
      this.waiting.add(one);
    });
  }

  draft(room: RoomId, text: string, more: Partial<EventRecord> = {}): Uint8Array<ArrayBuffer> {
    const { person: sender, key } = this;
    const body = encodeClear({ text });
    const head = { id: mintId(Date.now()), room, sender, device: key.id, kind: KIND.message, scheme: SCHEME.clear };
    return encodeRecord({ ...head, body, ...more });
  }

  push(drafts: readonly Uint8Array[]): void {
    this.socket?.send(recordsFrame(UP.send, drafts));
  }

  /** Writes one message; settles when it is stored. @throws Refused */
  async say(room: RoomId, text: string, more: Partial<EventRecord> = {}): Promise<Ack> {
    await this.open();
    const draft = this.draft(room, text, more);
    const { id } = decodeRecord(draft);
    const stored = new Promise<Ack | Refused>((resolve) => this.acks.set(id, resolve));
    this.push([draft]);
    const late = Bun.sleep(PATIENCE_MS).then(() => new Refused("wait", "A message was not stored."));
    const got = await Promise.race([stored, late]);
    if (got instanceof Refused) throw got;
    return got;
  }

  /** @param expect the room's `cseq`; absent at creation. @throws Refused */
  async control(room: RoomId, change: ControlOp, expect?: number): Promise<void> {
    await this.open();
    const unsigned = { id: mintId(Date.now()), room, change, ...(expect !== undefined && { expect }) };
    const request = { ...unsigned, person: this.person, device: this.key.id };
    const signature = await this.key.sign(controlText(request));
    const decided = this.next(
      (one) =>
        (one.t === "control" && one.id === request.id && one.state !== "waiting") ||
        (one.t === "error" && one.id === request.id),
    );
    this.send({ t: "control", request: { ...request, signature } });
    const got = await decided;
    const error = got.t === "error" || got.t === "control" ? got.error : undefined;
    if (error) throw new Refused(error.code, error.message);
  }

  /** All of a room as this node shows it, oldest first; what is blank is left out. */
  async read(room: RoomId): Promise<EventRecord[]> {
    const all: EventRecord[] = [];
    const before: Record<string, number> = {};
    for (let more = true; more; ) {
      const page = await this.page(room, before, 200);
      for (const bytes of page.records) {
        const event = decodeRecord(bytes);
        before[event.origin] = Math.min(event.n, before[event.origin] ?? event.n);
        if (!isBlank(bytes)) all.push(event);
      }
      more = page.head.more && page.records.length > 0;
    }
    return all.reverse();
  }

  /** The newest of a room. */
  async newest(room: RoomId, limit: number): Promise<EventRecord[]> {
    const { records } = await this.page(room, {}, limit);
    return records.filter((bytes) => !isBlank(bytes)).map(decodeRecord);
  }

  async detail(room: RoomId): Promise<{ room: RoomSummary; members: Member[]; marks: Mark[] }> {
    await this.open();
    const summary = this.next((one) => one.t === "room" && one.room.id === room);
    // where the room is not theirs the one answer is a refusal, and the summary never comes
    summary.catch(() => {});
    const { members, marks } = await this.ask({ t: "room", room }, "detail");
    return { room: ((await summary) as Extract<Down, { t: "room" }>).room, members, marks };
  }

  /** Acts in a room's call; what a host decides is signed (R180). */
  async call(room: RoomId, act: CallAct): Promise<CallAnswer> {
    return (await this.ask({ t: "call", room, act, orders: await this.ordered(room, act) }, "called")).answer;
  }

  /** What the device signs of an act in a call, knowing what it was told of it. */
  private async ordered(room: RoomId, act: CallAct): Promise<CallOrder[]> {
    const by = { room, person: this.person, device: this.key.id };
    if (act.do === "begin") {
      const { id, kind, media, lobby, seat } = act;
      const begin = { do: "begin", kind, media, lobby, sealed: seat?.key !== null } as const;
      return [await this.key.order(beginOrder(by, id, begin, Date.now()))];
    }
    if (!isOrdered(act)) return [];
    return [await this.key.order(nextOrder(by, this.calls.get(room) ?? { id: "" }, act, Date.now()))];
  }

  private async page(room: RoomId, before: Record<string, number>, limit: number) {
    await this.open();
    const ref = ++this.ref;
    const refused = this.next((one) => one.t === "error" && one.ref === ref);
    refused.catch(() => {});
    const page = new Promise<NonNullable<ReturnType<typeof readPage>>>((resolve) => this.pages.set(ref, resolve));
    this.send({ t: "page", ref, room, before, limit });
    const got = await Promise.race([page, refused]);
    this.pages.delete(ref);
    if (!("t" in got)) return got;
    const { error } = got as Extract<Down, { t: "error" }>;
    throw new Refused(error.code, error.message);
  }

  private async connect(): Promise<void> {
    const ticket = await this.key.ticket(this.url);
    const address = `${this.url.replace("http", "ws")}/v1/socket?ticket=${encodeURIComponent(ticket)}`;
    // Bun's own: where somebody comes from stands in a header, as a proxy would write it.
    const options = { headers: { "x-forwarded-for": this.key.from } } as unknown as string[];
    const socket = new WebSocket(address, options);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.rooms.clear();
    const current = this.next((one) => one.t === "current");
    current.catch(() => {});
    const ended = new Promise<never>((_, reject) => {
      socket.onclose = ({ code, reason }) => {
        if (this.socket === socket) this.socket = undefined;
        reject(new Error(`The socket ended (${code} ${reason}).`));
      };
    });
    ended.catch(() => {});
    socket.onmessage = ({ data }) => this.take(new Uint8Array(data as ArrayBuffer));
    socket.onopen = () =>
      this.send({ t: "hello", version: VERSION, capabilities: ["clear.v1", "call.v1"], app: "probe", have: {} });
    await Promise.race([current, ended]);
  }

  private take(frame: Uint8Array): void {
    switch (frame[0]) {
      case DOWN.json:
        this.takeJson(readJson(frame) as Down);
        return;
      case DOWN.acks:
        for (const ack of readAcks(frame)) {
          this.acks.get(ack.id)?.(ack);
          this.acks.delete(ack.id);
          this.onAck(ack);
        }
        return;
      case DOWN.events:
        for (const bytes of readRecords(frame) ?? []) if (!isBlank(bytes)) this.onEvent(decodeRecord(bytes));
        return;
      case DOWN.page: {
        const page = readPage(frame);
        if (page?.head.ref !== undefined) this.pages.get(page.head.ref)?.(page);
        else for (const bytes of page?.records ?? []) if (!isBlank(bytes)) this.onEvent(decodeRecord(bytes));
      }
    }
  }

  private takeJson(message: Down): void {
    if (message.t === "welcome") for (const room of message.rooms) this.rooms.set(room.id, room);
    if (message.t === "room") this.rooms.set(message.room.id, message.room);
    if (message.t === "left") this.rooms.delete(message.room);
    if (message.t === "news" && message.news.is !== "speaking") this.news.push(message);
    if (message.t === "call") this.calls.set(message.room, message.head);
    if (message.t === "error" && message.id) {
      this.acks.get(message.id)?.(new Refused(message.error.code, message.error.message));
      this.acks.delete(message.id);
    }
    for (const one of [...this.waiting])
      if (one.takes(message)) {
        this.waiting.delete(one);
        one.resolve(message);
      }
  }
}
