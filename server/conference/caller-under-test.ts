import type { CallAct, CallAnswer, CallHead, CallNews, Joining, Seat, SeatId } from "#protocol/call";
import { beginOrder, type CallOrder, isOrdered, nextOrder, type OrderedAct, readCallOrder } from "#protocol/call-order";
import type { Down } from "#protocol/down";
import { readJson } from "#protocol/frame";
import type { PersonId, Province, RoomId } from "#protocol/ids";
import type { FakeGateway } from "../testing/fake-gateway.ts";
import type { Conference } from "./conference.ts";
import type { TestDevices } from "./orders-under-test.ts";
import type { Caller } from "./parts.ts";

export const person = (name: string): PersonId => Buffer.from(name.padEnd(16, "_")).toString("hex").slice(0, 32);
export const ROOM: RoomId = person("room-one");

/** The node of a socket, as far as its client goes. */
export interface Door {
  readonly province: Province;
  readonly conference: Conference;
  readonly clients: TestClient[];
  readonly devices: TestDevices;
  now(): number;
  gateway(province: Province): FakeGateway;
}

export const JOINING: Joining = { key: { spki: "AAAA", agree: "BBBB", proof: "CCCC" }, on: ["mic", "camera"] };

/** One socket: what it was told, and what it asks. */
export class TestClient implements Caller {
  head: CallHead | null = null;
  readonly seats = new Map<SeatId, Seat>();
  readonly news: CallNews[] = [];
  seat: SeatId = "";
  life = 0;
  /** of the call that it was told of last */
  private orders: CallOrder[] = [];
  private begun = "";

  constructor(
    readonly node: Door,
    readonly person: PersonId,
    readonly device: string,
  ) {
    node.devices.enter(device, person);
  }

  send(message: Down): void {
    if (message.t === "call") {
      this.head = message.head;
      this.orders = message.head?.orders ?? this.orders;
    } else if (message.t === "seats") {
      if (message.full) this.seats.clear();
      for (const seat of message.seats) this.seats.set(seat.id, seat);
      for (const id of message.gone) this.seats.delete(id);
    } else if (message.t === "news") {
      this.news.push(message.news);
      if (message.news.is === "move") this.life = message.news.life;
      if (message.news.is === "over") this.seat = "";
    }
  }

  push(frame: Uint8Array): void {
    this.send(readJson(frame) as Down);
  }

  /** Signs it as its device would, where it decides for others; what begins a call leaves its entry in the room. */
  async ask(act: CallAct, room = ROOM, orders = this.ordersFor(act, room)): Promise<CallAnswer> {
    const { devices, conference } = this.node;
    // As the door hands them on.
    const plain = orders.flatMap((order) => readCallOrder(order) ?? []);
    const answer = await conference.take(this, room, act, plain);
    if (answer.is === "seated") {
      this.seat = answer.seat;
      this.life = answer.life;
      const [begun] = orders;
      if (act.do === "begin") this.begun = act.id;
      if (act.do === "begin" && begun && !devices.entries.has(act.id))
        devices.entries.set(act.id, { by: begun.person, at: this.node.now() });
    }
    if (act.do === "leave") this.seat = "";
    return answer;
  }

  /** An order as its device signs it; `changes` are made before it is signed. */
  order(act: OrderedAct, changes: Partial<Omit<CallOrder, "spki" | "signature">> = {}): CallOrder {
    const { person, device, head } = this;
    const by = { room: ROOM, person, device };
    const now = this.node.now();
    const order =
      act.do === "begin" ? beginOrder(by, "", act, now) : nextOrder(by, head ?? { id: this.begun }, act, now);
    return this.node.devices.sign({ ...order, ...changes });
  }

  private ordersFor(act: CallAct, room: RoomId): CallOrder[] {
    if (isOrdered(act)) return [this.order(act, { room })];
    if (act.do !== "begin") return [];
    const { kind, media, lobby, seat, id } = act;
    if (this.orders[0]?.calls[0] === id) return this.orders;
    return [this.order({ do: "begin", kind, media, lobby, sealed: seat.key !== null }, { room, calls: [id] })];
  }

  begin(id: string, more: Partial<CallAct & { do: "begin" }> = {}): Promise<CallAnswer> {
    return this.ask({ do: "begin", id, kind: "call", media: "video", lobby: false, seat: JOINING, ...more });
  }

  join(more: Partial<Joining> = {}): Promise<CallAnswer> {
    return this.ask({ do: "join", seat: { ...JOINING, ...more } });
  }

  /** Publishes a microphone and a camera, and its media arrives at the gateway of `at`. */
  async publish(at = this.node.province): Promise<void> {
    const tracks = [
      { mid: "0", track: "mic" as const },
      { mid: "1", track: "camera" as const },
    ];
    await this.ask({ do: "publish", life: this.life, sdp: "v=0", tracks });
    this.node.gateway(at).mediaUp(this.seat);
  }

  want(...seats: SeatId[]): Promise<CallAnswer> {
    const feeds = seats.flatMap((seat) => [
      { seat, track: "mic" as const },
      { seat, track: "camera" as const },
    ]);
    return this.ask({ do: "want", life: this.life, feeds });
  }

  /** Answers the offers that came; those that were overtaken are refused. */
  async answerAll(): Promise<void> {
    for (const news of this.news.splice(0)) {
      if (news.is === "offer") await this.ask({ do: "answer", life: news.life, n: news.n, sdp: "v=0" }).catch(() => {});
    }
  }

  /** How it is refused, or "". */
  async refusal(act: CallAct, room = ROOM): Promise<string> {
    try {
      await this.ask(act, room);
      return "";
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  }

  heard<T extends CallNews["is"]>(is: T): Extract<CallNews, { is: T }>[] {
    return this.news.filter((news): news is Extract<CallNews, { is: T }> => news.is === is);
  }

  gone(): void {
    this.node.clients.splice(this.node.clients.indexOf(this), 1);
    this.node.conference.gone(this);
  }

  /** A new socket knows nothing yet. */
  forget(): void {
    this.head = null;
    this.seat = "";
    this.seats.clear();
  }

  get names(): string[] {
    return [...this.seats.values()]
      .filter(({ state }) => state !== "lobby")
      .map((seat) => Buffer.from(seat.person, "hex").toString().replace(/_+$/, ""))
      .sort();
  }
}
