import type { CallAct, CallAnswer, CallHead, CallNews, Joining, Seat, SeatId } from "#protocol/call";
import type { Down } from "#protocol/down";
import { readJson } from "#protocol/frame";
import type { PersonId, Province, RoomId } from "#protocol/ids";
import type { RoomKind } from "#protocol/room";
import { type FakeGateway, FakeWorld } from "../testing/fake-gateway.ts";
import { type Conference, openConference } from "./conference.ts";
import { type Placement, simplePlacement } from "./deciding.ts";
import type { Caller, Timers } from "./parts.ts";
import type { MediaGateway, Membership, Peers } from "./ports.ts";
import { CascadeTrunks } from "./trunks.ts";

/** A clock that moves when it is told to. */
export class TestClock implements Timers {
  now = 1_800_000_000_000;
  private timers: { at: number; work: () => void; every: number }[] = [];

  after = (ms: number, work: () => void) => this.add(ms, work, 0);
  every = (ms: number, work: () => void) => this.add(ms, work, ms);

  async run(ms: number): Promise<void> {
    const until = this.now + ms;
    await settle();
    for (;;) {
      const next = this.timers.filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.now = Math.max(this.now, next.at);
      if (next.every > 0) next.at = this.now + next.every;
      else this.timers = this.timers.filter((timer) => timer !== next);
      next.work();
      await settle();
    }
    this.now = until;
  }

  private add(ms: number, work: () => void, every: number): () => void {
    const timer = { at: this.now + ms, work, every };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }
}

/** Promises of fakes are done after a few turns of the microtask queue. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** The live channel of several provinces: a message takes 5 ms, and may be lost. */
export class TestChannel {
  private readonly listeners = new Map<Province, ((from: Province, message: unknown) => void)[]>();
  private readonly links = new Map<Province, (() => void)[]>();
  private readonly cuts = new Set<string>();
  loss = 0;
  sent = 0;

  constructor(
    private readonly clock: TestClock,
    private readonly provinces: readonly Province[],
    private readonly random: () => number = Math.random,
  ) {}

  port(own: Province): Peers {
    return {
      links: () =>
        this.provinces.filter((one) => one !== own).map((province) => ({ province, up: !this.isCut(own, province) })),
      onLinks: (listener) => keep(this.links, own, listener),
      listen: (handler) => keep(this.listeners, own, handler),
      send: (to, message) => this.send(own, to, message),
    };
  }

  /** As though the province had said it. */
  send(from: Province, to: Province, message: unknown): void {
    const text = JSON.stringify(message);
    this.sent++;
    if (this.isCut(from, to) || this.random() < this.loss) return;
    this.clock.after(5, () => {
      if (this.isCut(from, to)) return;
      for (const listener of [...(this.listeners.get(to) ?? [])]) listener(from, JSON.parse(text));
    });
  }

  cut(a: Province, b: Province, on = true): void {
    for (const link of [`${a} ${b}`, `${b} ${a}`]) {
      if (on) this.cuts.add(link);
      else this.cuts.delete(link);
    }
    for (const one of [a, b]) for (const listener of this.links.get(one) ?? []) listener();
  }

  private isCut = (a: Province, b: Province): boolean => this.cuts.has(`${a} ${b}`);
}

function keep<T>(map: Map<Province, T[]>, key: Province, value: T): () => void {
  map.set(key, [...(map.get(key) ?? []), value]);
  return () =>
    map.set(
      key,
      (map.get(key) ?? []).filter((one) => one !== value),
    );
}

export interface TestRoom {
  kind: RoomKind;
  /** people by name, the first is the owner (not in a conversation of two) */
  members: readonly PersonId[];
}

export const person = (name: string): PersonId => Buffer.from(name.padEnd(16, "_")).toString("hex").slice(0, 32);
const roomId = (name: string): RoomId => person(`room-${name}`);
export const ROOM = roomId("one");

/** Provinces with a conference each, on gateways without media. */
export class TestProvinces {
  readonly clock = new TestClock();
  readonly channel: TestChannel;
  readonly world = new FakeWorld();
  readonly nodes = new Map<Province, TestNode>();
  readonly rooms = new Map<RoomId, TestRoom>();
  /** where people are at home */
  readonly homes = new Map<PersonId, Province>();
  placement: Placement = simplePlacement;
  private minted = 0;

  constructor(
    readonly provinces: readonly Province[],
    random?: () => number,
  ) {
    this.channel = new TestChannel(this.clock, provinces, random);
    for (const province of provinces) this.world.add(province);
    for (const province of provinces) this.nodes.set(province, new TestNode(province, this));
  }

  node(province: Province): TestNode {
    return this.nodes.get(province) as TestNode;
  }

  gateway(province: Province): FakeGateway {
    return this.world.gateways.get(province) as FakeGateway;
  }

  reach(from: Province, to: Province): MediaGateway | undefined {
    const up =
      from === to ||
      this.channel
        .port(from)
        .links()
        .some((link) => link.province === to && link.up);
    return up ? this.gateway(to) : undefined;
  }

  /** People of a room, named `province:name`. */
  room(kind: RoomKind, ...names: string[]): void {
    const members = names.map((name) => {
      const [home, own] = name.split(":") as [Province, string];
      this.homes.set(person(own), home);
      return person(own);
    });
    this.rooms.set(ROOM, { kind, members });
  }

  readonly members: Membership = {
    roleOf: (id, one) => {
      const room = this.rooms.get(id);
      const at = room?.members.indexOf(one) ?? -1;
      if (at < 0) return undefined;
      return at === 0 && room?.kind !== "direct" ? "owner" : "member";
    },
    membersOf: (id) => this.rooms.get(id)?.members ?? [],
    provincesOf: (id) => [...new Set(this.rooms.get(id)?.members.map((one) => this.homes.get(one) as Province) ?? [])],
    kindOf: (id) => this.rooms.get(id)?.kind,
    provinceOf: (one) => this.homes.get(one),
  };

  mintSeat = (): SeatId => (++this.minted).toString(16).padStart(16, "0");
  run = (ms: number) => this.clock.run(ms);

  stop(): void {
    for (const node of this.nodes.values()) node.stop();
  }
}

export class TestNode {
  conference!: Conference;
  readonly clients: TestClient[] = [];
  readonly counts = new Map<string, number>();
  private trunks!: CascadeTrunks;

  constructor(
    readonly province: Province,
    readonly all: TestProvinces,
  ) {
    this.start();
  }

  /** A new life of the node: nothing is left of the former one. */
  start(): void {
    const { province, all } = this;
    const peers = all.channel.port(province);
    const now = () => all.clock.now;
    this.trunks = new CascadeTrunks({
      province,
      gateways: (other) => all.reach(province, other),
      hostOf: (other) => `${other}.test`,
      peers,
      now,
    });
    this.trunks.start(false);
    all.clock.every(250, () => this.trunks.tick());
    this.conference = openConference({
      province,
      gateway: all.gateway(province),
      gateways: (other) => all.reach(province, other),
      trunks: this.trunks,
      placement: (state) => all.placement(state),
      peers,
      members: all.members,
      now,
      mintSeat: all.mintSeat,
      ice: () => [],
      count: (name, by = 1) => void this.counts.set(name, (this.counts.get(name) ?? 0) + by),
      log: () => {},
      timers: all.clock,
    });
    this.conference.open({
      of: (one) => this.clients.filter((client) => client.person === one),
      people: () => this.clients.map((client) => client.person),
      crowd: 10_000,
    });
  }

  stop(): void {
    this.conference.stop();
    this.trunks.stop();
  }

  client(name: string, device = name): TestClient {
    const client = new TestClient(this, person(name), person(`device-${device}`));
    this.clients.push(client);
    this.conference.greet(client);
    return client;
  }
}

export const JOINING: Joining = { key: { spki: "AAAA", agree: "BBBB", proof: "CCCC" }, on: ["mic", "camera"] };

/** One socket: what it was told, and what it asks. */
export class TestClient implements Caller {
  head: CallHead | null = null;
  readonly seats = new Map<SeatId, Seat>();
  readonly news: CallNews[] = [];
  seat: SeatId = "";
  life = 0;

  constructor(
    readonly node: TestNode,
    readonly person: PersonId,
    readonly device: string,
  ) {}

  send(message: Down): void {
    if (message.t === "call") this.head = message.head;
    else if (message.t === "seats") {
      if (message.full) this.seats.clear();
      for (const seat of message.seats) this.seats.set(seat.id, seat);
      for (const id of message.gone) this.seats.delete(id);
    } else if (message.t === "news") {
      this.news.push(message.news);
      if (message.news.is === "move") this.life = message.news.life;
    }
  }

  push(frame: Uint8Array): void {
    this.send(readJson(frame) as Down);
  }

  async ask(act: CallAct, room = ROOM): Promise<CallAnswer> {
    const answer = await this.node.conference.take(this, room, act);
    if (answer.is === "seated") {
      this.seat = answer.seat;
      this.life = answer.life;
    }
    return answer;
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
    this.node.all.gateway(at).mediaUp(this.seat);
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

  get names(): string[] {
    return [...this.seats.values()]
      .filter(({ state }) => state !== "lobby")
      .map((seat) => Buffer.from(seat.person, "hex").toString().replace(/_+$/, ""))
      .sort();
  }
}
