import { type ClearBody, encodeClear } from "#protocol/clear";
import type { Person, PostCard, PostId } from "#protocol/directory";
import type { Ack, Welcome } from "#protocol/down";
import {
  type DeviceId,
  type EventId,
  mintId,
  type Origin,
  type PersonId,
  type Province,
  type RoomId,
} from "#protocol/ids";
import { encodeRecord, KIND, MAX_BODY, SCHEME } from "#protocol/record";
import type { ControlOp } from "#protocol/room";
import { batch, type ReadonlySignal } from "@preact/signals-core";
import type { CallsInModel } from "../call/host.ts";
import { notMember, Refusal } from "../net/refusal.ts";
import type { Answer, Ask } from "../net/wire.ts";
import type { Platform } from "../platform/ports.ts";
import { Account } from "./account.ts";
import type { AppModel, Connection, Found, Obtain, RoomItem, Timeline } from "./contract.ts";
import { hear } from "./hear.ts";
import { assemble, type ClientOptions, type Parts } from "./parts.ts";
import { State } from "./state.ts";
import { Faces, openTimeline, type TimelineHost } from "./timeline.ts";

const accessPart = () => import("./access.ts");

/** The model: everything the client knows and does, without a face. See contract.ts for what each member promises. */
export class Client extends State implements AppModel {
  readonly rooms: ReadonlySignal<RoomItem[]>;
  readonly calls: CallsInModel | null;
  readonly parts: Parts;
  private readonly faces = new Faces();
  private readonly host: TimelineHost;
  readonly account: Account;
  /** how far the node's clock is ahead of the machine's, milliseconds */
  skew = 0;
  private stopped = false;

  constructor(
    readonly platform: Platform,
    private readonly options: ClientOptions,
  ) {
    super();
    this.parts = assemble(platform, options, {
      state: (connection) => this.connected(connection),
      welcome: (welcome) => this.welcome(welcome),
      signedOut: (text) => {
        this.phase.value = "sign-in";
        this.notice.value = { code: "sign-in", text };
      },
      down: (message) => {
        batch(() => hear(message, this.parts, this, this.calls));
        if (message.t === "notice" && !this.parts.house.visited)
          accessPart().then(({ told }) => told(this, message.notice));
      },
      acks: (acks) =>
        batch(() => {
          for (const ack of acks) this.ack(ack);
        }),
      event: (event) => {
        if (this.parts.out.stored(event)) this.acked(event);
        options.onEvent?.(event);
      },
      entry: (room, id) => this.entryChanged(room, id),
      waiting: (id, province) => {
        const room = this.parts.house.get(id);
        if (!room) return;
        room.waitingFor = province;
        room.touch();
      },
      refused: (id, text) => {
        this.notice.value = { code: "refused", text };
        const { house } = this.parts;
        if (house.get(id)?.planned) house.leave(id);
      },
      trouble: (error) => this.trouble(error),
    });
    this.account = new Account(platform, options, this.parts, this);
    const { house } = this.parts;
    this.rooms = house.list;
    this.host = {
      begin: (room) => house.begin(room),
      older: (room) => house.older(room),
      read: (room) => house.read(room),
      closed: (room) => house.closed(room),
      links: () => this.links.peek(),
      skew: () => this.skew,
    };
    this.calls = options.calls?.(this) || null;
  }

  async start(): Promise<void> {
    const { tabs, lasting } = this.platform;
    this.stopped = false;
    if (!(await lasting())) this.trouble("nothing outlasts this page");
    await this.load().catch((error) => this.trouble(error));
    if (this.stopped) return;
    tabs.listen((message) => this.heardTab(message));
    tabs.start(() => {
      this.lead().catch((error) => this.trouble(error));
    });
    this.account.resume();
  }

  private async load(): Promise<void> {
    const { vault } = this.platform;
    const { nodes, people, posts, house, out, controls } = this.parts;
    await this.account.load();
    await nodes.load();
    this.provinces.value = nodes.provinces;
    this.me.value = ((await vault.get("meta", "me")) || null) as Person | null;
    await people.load();
    await posts.load();
    const { person } = this.account;
    if (person) await house.load(person);
    await out.load();
    for (const { room, id } of out.entries.values()) this.entryChanged(room, id);
    await controls.load();
  }

  async stop(): Promise<void> {
    const { link, out, house, writing, controls } = this.parts;
    this.stopped = true;
    // That messages were delivered is said only once they are kept, and while there is a link.
    await house.settle();
    for (const part of [link, out, writing, controls]) part.stop();
    await this.flush();
    this.platform.tabs.stop();
  }

  /** Settles when all that is known here is kept. */
  async flush(): Promise<void> {
    await this.parts.out.settled();
    await this.parts.house.cache.save();
  }

  person(id: PersonId): ReadonlySignal<Person | undefined> {
    return this.parts.people.get(id);
  }

  async photo(id: PersonId, hash: string): Promise<string | null> {
    return (await import("./album.ts")).photoOf(this, id, hash);
  }

  post(id: PostId): ReadonlySignal<PostCard | undefined> {
    return this.parts.posts.get(id);
  }

  signIn(code: string): Promise<void> {
    return this.enter((node, key, label) => this.parts.api.enrol(node, code.trim(), key, label));
  }

  enter(obtain: Obtain): Promise<void> {
    return this.account.enter(obtain);
  }

  get device(): DeviceId | null {
    return this.account.device;
  }

  request(ask: Ask): Promise<Answer> {
    return this.parts.link.request(ask);
  }

  async sign(text: string): Promise<string> {
    return this.account.who().key.sign(text);
  }

  signOut(): Promise<void> {
    return this.account.signOut();
  }

  open(id: RoomId): Timeline {
    const room = this.parts.house.get(id);
    if (!room) throw notMember();
    return openTimeline(room, this.faces, this.host);
  }

  send(room: RoomId, text: string): EventId {
    const id = this.write(room, KIND.message, { text });
    this.parts.writing.own(room, false);
    return id;
  }

  /** Writes an event by way of the outbox; of an id that waits already nothing more is written. */
  write(room: RoomId, kind: number, said: ClearBody, id = mintId(this.platform.now())): EventId {
    const { person: sender, device } = this.account.who();
    if (this.parts.out.entries.has(id)) return id;
    const body = encodeClear(said);
    if (body.length > MAX_BODY) throw new Refusal("fix", "This message is too long. Divide it into several.");
    this.parts.out.add(encodeRecord({ id, room, sender, device, kind, scheme: SCHEME.clear, body }));
    this.entryChanged(room, id);
    return id;
  }

  discard(id: EventId): Promise<boolean> {
    return this.parts.out.discard(id);
  }

  typing(room: RoomId, on: boolean): void {
    this.parts.writing.own(room, on);
  }

  async find(text: string): Promise<Person[]> {
    return (await this.search(text)).people;
  }

  async search(text: string): Promise<Found> {
    return (await this.requests()).search(text);
  }

  async createRoom(...[room, begun]: Parameters<AppModel["createRoom"]>): Promise<RoomId> {
    return (await this.requests()).create(room, begun);
  }

  async change(room: RoomId, change: Exclude<ControlOp, { op: "create" }>): Promise<void> {
    return (await this.requests()).change(room, change);
  }

  /** The first screen needs none of it. */
  private async requests() {
    const { Requests } = await import("./requests.ts");
    return new Requests(this.parts, () => this.account.who(), this.platform.now);
  }

  /** This tab leads from now on. When it has been running, the one before it kept the cache: its work is taken over. */
  private async lead(): Promise<void> {
    const { house, out, link } = this.parts;
    const late = this.connection.peek().state === "online";
    house.cache.writes = true;
    await out.lead();
    const { person } = this.account;
    if (!late || !person) return;
    await house.load(person);
    link.renew();
  }

  private heardTab(message: string): void {
    const [what, room, origin, n] = message.split(" ");
    if (what === "signed-out") this.account.leave();
    if (what === "signed-in") this.stop().then(() => this.start());
    // A node answers a device's message with an ack alone: the tabs that did not write it fetch it.
    if (what === "stored") this.parts.house.lacks(room as RoomId, origin as Origin, Number(n));
  }

  private connected(connection: Connection): void {
    const was = this.connection.peek().state;
    // First: whoever hears that the client is online may say something at once.
    if (connection.state === "online") this.parts.house.visited = connection.away ? connection.province : null;
    this.connection.value = connection;
    if (was === "online" && connection.state !== "online") {
      this.parts.out.disconnected();
      this.online.value = new Set();
    }
  }

  private welcome(welcome: Welcome): void {
    const { house, people, posts, controls, out } = this.parts;
    const connection = this.connection.peek();
    const own = connection.state === "online" && !connection.away;
    this.skew = welcome.now - this.platform.now();
    batch(() => {
      if (own || !this.me.peek()) this.me.value = welcome.person;
      this.roles.value = welcome.roles ?? [];
      this.contacts.value = 0;
      this.links.value = welcome.links;
      house.welcome(welcome);
    });
    if (this.access.peek()[0]) accessPart().then(({ connected }) => connected(this));
    people.learn([welcome.person]);
    people.connected();
    posts.connected();
    controls.connected();
    out.connected();
    const me = { table: "meta", key: "me", value: this.me.peek() } as const;
    this.platform.vault.write([me]).catch((error) => this.trouble(error));
    if (own) this.learnAtHome(connection.node, connection.province).catch(() => {});
  }

  private async learnAtHome(node: string, own: Province): Promise<void> {
    const { nodes } = this.parts;
    await nodes.learn(node, own);
    this.provinces.value = nodes.provinces;
  }

  private ack(ack: Ack): void {
    const { out, house } = this.parts;
    const entry = out.entries.get(ack.id);
    if (!entry) return;
    // Into its place first: the event says so, and the outbox lets go of it.
    house.stored(entry, ack);
    if (out.stored(ack)) this.acked(ack);
    this.platform.tabs.post(`stored ${entry.room} ${ack.origin} ${ack.n}`);
  }
  private acked({ id, origin, n, stamp }: Ack): void {
    this.options.onAck?.({ id, origin, n, stamp });
  }

  private entryChanged(id: RoomId, event: EventId): void {
    const { out, house } = this.parts;
    const room = house.get(id);
    const entry = out.entries.get(event);
    this.outbox.value = out.waiting;
    if (!room) return;
    if (entry) room.waiting.set(event, entry);
    else room.waiting.delete(event);
    room.touch();
  }
}
