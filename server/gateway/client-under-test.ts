import type { CallAct } from "#protocol/call";
import { beginOrder, type CallOrder, callOrderText, isOrdered, nextOrder } from "#protocol/call-order";
import { type ChangeProof, changeText, isChange } from "#protocol/change";
import type { Person } from "#protocol/directory";
import { type Ack, DOWN, type Down } from "#protocol/down";
import { downFrame, readAcks, readJson, readPage, readRecords, recordsFrame, upFrame } from "#protocol/frame";
import { mintId, type RoomId } from "#protocol/ids";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import { type ControlOp, type ControlRequest, controlText, directRoomId } from "#protocol/room";
import type { SelfAct } from "#protocol/self";
import { signInText } from "#protocol/sign-in";
import { type Have, type KnownRooms, UP, type Up } from "#protocol/up";
import { CAPABILITIES, VERSION } from "#protocol/version";
import type { Enrolment } from "../domain/enrolment/enrolment.ts";
import { PATIENCE_MS } from "../testing/until.ts";

/** The node as a client sees it, and where its codes come from. */
interface Door {
  url: string;
  /** the node's own origin, where `url` is that of a line in between: it is what devices sign */
  origin?: string;
  services: { enrolment: Enrolment };
}

export const post = (url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });

export async function newKey(): Promise<{ key: string; pair: CryptoKeyPair }> {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
  return { pair, key: Buffer.from(await crypto.subtle.exportKey("spki", pair.publicKey)).toString("base64") };
}

export async function sign(pair: CryptoKeyPair, text: string): Promise<string> {
  const signed = await crypto.subtle.sign(
    { name: "ECDSA", hash: "SHA-256" },
    pair.privateKey,
    new TextEncoder().encode(text),
  );
  return Buffer.from(signed).toString("base64");
}

export type CallReply = Extract<Down, { t: "called" | "error" }>;

/** The smallest client that can do everything: it keeps each frame it gets, in order. */
export class ClientUnderTest {
  socket!: WebSocket;
  readonly frames: Uint8Array[] = [];
  closed!: Promise<{ code: number; reason: string }>;
  private ref = 0;
  private waiting: (() => void)[] = [];

  constructor(
    readonly node: Door,
    readonly person: Person,
    readonly device: string,
    readonly pair: CryptoKeyPair,
  ) {}

  static async enrol(node: Door, person: Person): Promise<ClientUnderTest> {
    const { key, pair } = await newKey();
    const code = await node.services.enrolment.issueCode(person.id, 60_000);
    const answer = await post(`${node.url}/v1/enrol`, { code, key, label: "test" });
    const { device } = (await answer.json()) as { device: string };
    return new ClientUnderTest(node, person, device, pair);
  }

  async ticket(): Promise<string> {
    const { url, origin = url } = this.node;
    const { nonce } = (await (await post(`${url}/v1/challenge`, { device: this.device })).json()) as { nonce: string };
    const signature = await sign(this.pair, signInText(nonce, this.device, origin));
    const answer = await post(`${url}/v1/ticket`, { device: this.device, nonce, signature, origin });
    return ((await answer.json()) as { ticket: string }).ticket;
  }

  async open(headers: Record<string, string> = {}): Promise<void> {
    const url = `${this.node.url.replace("http", "ws")}/v1/socket?ticket=${await this.ticket()}`;
    const socket = new WebSocket(url, { headers } as unknown as string[]);
    socket.binaryType = "arraybuffer";
    this.frames.length = 0;
    socket.onmessage = ({ data }) => {
      this.frames.push(new Uint8Array(data as ArrayBuffer));
      for (const wake of this.waiting.splice(0)) wake();
    };
    this.closed = new Promise((resolve) => {
      socket.onclose = ({ code, reason }) => {
        resolve({ code, reason });
        for (const wake of this.waiting.splice(0)) wake();
      };
    });
    this.socket = socket;
    await new Promise((resolve, reject) => {
      socket.onopen = resolve;
      socket.onerror = reject;
    });
  }

  async connect(have: Have = {}, rooms?: KnownRooms): Promise<Down & { t: "welcome" }> {
    await this.open();
    this.say({
      t: "hello",
      version: VERSION,
      capabilities: [...CAPABILITIES],
      app: "test",
      have,
      ...(rooms && { rooms }),
    });
    const welcome = await this.json("welcome");
    await this.json("current");
    return welcome;
  }

  say(message: Up | Record<string, unknown>): void {
    this.socket.send(upFrame(message as Up));
  }

  draft(
    room: RoomId,
    text: string,
    id = mintId(Date.now()),
    body = new TextEncoder().encode(text),
  ): Uint8Array<ArrayBuffer> {
    const { person, device } = this;
    return encodeRecord({
      id,
      room,
      sender: person.id,
      device,
      kind: KIND.message,
      scheme: SCHEME.clear,
      body,
    });
  }

  send(...records: Uint8Array[]): void {
    this.socket.send(recordsFrame(UP.send, records));
  }

  async request(room: RoomId, change: ControlOp, expect?: number): Promise<ControlRequest> {
    const id = mintId(Date.now());
    const seen = expect === undefined ? {} : { expect };
    const request = { id, room, change, ...seen, person: this.person.id, device: this.device };
    return { ...request, signature: await sign(this.pair, controlText(request)) };
  }

  async control(room: RoomId, change: ControlOp, expect?: number): Promise<Down & { t: "control" }> {
    const request = await this.request(room, change, expect);
    this.say({ t: "control", request });
    return this.json("control", (message) => message.id === request.id);
  }

  async group(...others: ClientUnderTest[]): Promise<RoomId> {
    return this.room("group", "all", others);
  }

  async room(kind: "group" | "channel", history: "all" | "joined", others: ClientUnderTest[]): Promise<RoomId> {
    const id = mintId(Date.now());
    const members = others.map(({ person }) => person.id);
    const done = await this.control(id, { op: "create", kind, name: "Flood relief", history, members });
    if (done.state !== "done") throw new Error(JSON.stringify(done));
    return id;
  }

  async direct(other: ClientUnderTest): Promise<RoomId> {
    const id = await directRoomId(this.person.id, other.person.id);
    await this.control(id, { op: "create", kind: "direct", name: "", history: "all", members: [other.person.id] });
    return id;
  }

  nextRef(): number {
    return ++this.ref;
  }

  /** Asks something of a room's call, well-formed or not; the answer or the refusal. */
  async act(room: RoomId, act: CallAct | Record<string, unknown>): Promise<CallReply> {
    const ref = this.nextRef();
    this.say({ t: "call", ref, room, act, orders: await this.orders(room, act as CallAct) });
    return Promise.any([
      this.json("called", (message) => message.ref === ref),
      this.json("error", (message) => message.ref === ref),
    ]);
  }

  /** What this device signs of an act in a call, knowing what it was told of the call. */
  async orders(room: RoomId, act: CallAct): Promise<CallOrder[]> {
    const by = { room, person: this.person.id, device: this.device };
    const spki = Buffer.from(await crypto.subtle.exportKey("spki", this.pair.publicKey)).toString("base64");
    const signed = async (order: Omit<CallOrder, "spki" | "signature">) => [
      { ...order, spki, signature: await sign(this.pair, callOrderText(order)) },
    ];
    if (act.do === "begin") {
      const { id, kind, media, lobby, seat } = act;
      const begin = { do: "begin", kind, media, lobby, sealed: seat?.key !== null } as const;
      return signed(beginOrder(by, id, begin, Date.now()));
    }
    if (!isOrdered(act)) return [];
    const told = this.frames
      .filter((frame) => frame[0] === DOWN.json)
      .map((frame) => readJson(frame) as Down)
      .filter((message): message is Down & { t: "call" } => message.t === "call" && message.room === room);
    return signed(nextOrder(by, told.at(-1)?.head ?? { id: "" }, act, Date.now()));
  }

  /** Does something about one's own devices and ways of signing in, with a proof where it is a change; the answer or the refusal. */
  async affair(
    act: SelfAct | Record<string, unknown>,
    more: Partial<ChangeProof> = {},
  ): Promise<Extract<Down, { t: "self" | "error" }>> {
    return this.unproven(
      act,
      isChange(act as SelfAct) ? { ...(await this.proof(act as SelfAct)), ...more } : undefined,
    );
  }

  /** The device's part of a proof: for this act, at this node. */
  async proof(act: SelfAct, origin = this.node.url): Promise<ChangeProof> {
    const asked = await this.unproven({ do: "prove" });
    const nonce = asked.t === "self" && asked.answer.answer === "prove" ? asked.answer.nonce : "";
    return { nonce, origin, signature: await sign(this.pair, changeText(nonce, this.device, origin, act)) };
  }

  /** As `affair`, with whatever proof there is. */
  unproven(act: SelfAct | Record<string, unknown>, proof?: unknown): Promise<Extract<Down, { t: "self" | "error" }>> {
    const ref = this.nextRef();
    this.say({ t: "self", ref, act, ...(proof !== undefined && { proof }) });
    return Promise.any([
      this.json("self", (message) => message.ref === ref),
      this.json("error", (message) => message.ref === ref),
    ]);
  }

  /** The first frame, now or later, of which `pick` makes something; it and those before it are kept. */
  async frame<T>(pick: (frame: Uint8Array) => T | undefined, what = "frame", patience = PATIENCE_MS): Promise<T> {
    const until = Date.now() + patience;
    for (let at = 0; ; at++) {
      while (at >= this.frames.length) {
        if (Date.now() > until) throw new Error(`no ${what} came; got ${this.frames.map(describe).join(", ")}`);
        const { promise, resolve } = Promise.withResolvers<void>();
        this.waiting.push(resolve);
        await Promise.race([promise, Bun.sleep(Math.max(1, until - Date.now()))]);
      }
      const picked = pick(this.frames[at] as Uint8Array);
      if (picked !== undefined) return picked;
    }
  }

  json<T extends Down["t"]>(
    t: T,
    is: (message: Extract<Down, { t: T }>) => boolean = () => true,
  ): Promise<Extract<Down, { t: T }>> {
    return this.frame((frame) => {
      const message = frame[0] === DOWN.json ? (readJson(frame) as Extract<Down, { t: T }>) : undefined;
      return message?.t === t && is(message) ? message : undefined;
    }, t);
  }

  ack(id: string): Promise<Ack> {
    return this.frame(
      (frame) => (frame[0] === DOWN.acks ? readAcks(frame).find((ack) => ack.id === id) : undefined),
      "ack",
    );
  }

  /** Every message in JSON that came so far. */
  get downs(): Down[] {
    return this.frames.filter((frame) => frame[0] === DOWN.json).map((frame) => readJson(frame) as Down);
  }

  /** Every record that came in `events` and pages so far. */
  get records(): Uint8Array[] {
    return this.frames.flatMap((frame) =>
      frame[0] === DOWN.events
        ? (readRecords(frame) ?? [])
        : frame[0] === DOWN.page
          ? (readPage(frame)?.records ?? [])
          : [],
    );
  }

  /** All that was asked before has been answered: frames are taken in order. */
  async settled(): Promise<void> {
    const before = this.frames.length;
    this.say({ t: "ping" });
    const pong = downFrame({ t: "pong" }).length;
    await this.frame(
      (frame) => (this.frames.indexOf(frame) >= before && frame.length === pong && isPong(frame) ? true : undefined),
      "pong",
    );
  }
}

const isPong = (frame: Uint8Array) => frame[0] === DOWN.json && (readJson(frame) as Down).t === "pong";
const describe = (frame: Uint8Array) =>
  frame[0] === DOWN.json
    ? (readJson(frame) as Down).t
    : (Object.entries(DOWN).find(([, type]) => type === frame[0])?.[0] ?? "?");
