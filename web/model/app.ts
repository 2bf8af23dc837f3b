import type { Person } from "#protocol/directory";
import type { Ack, Down, Link as LinkInfo, Welcome } from "#protocol/down";
import { encodeClear } from "#protocol/clear";
import { type EventId, mintId, type Origin, type PersonId, type RoomId } from "#protocol/ids";
import { encodeRecord, type EventRecord, KIND, MAX_BODY, SCHEME } from "#protocol/record";
import { type ControlOp, directRoomId } from "#protocol/room";
import { batch, type ReadonlySignal, signal } from "@preact/signals-core";
import { NodeApi } from "../net/api.ts";
import { type Identity, Link, LINK_TIMES, type LinkTimes } from "../net/link.ts";
import { Nodes } from "../net/nodes.ts";
import { Outbox } from "../net/outbox.ts";
import { Refusal } from "../net/refusal.ts";
import type { DeviceKey, Platform } from "../platform/ports.ts";
import type { AppModel, Connection, ProvinceInfo, RoomItem, Timeline } from "./contract.ts";
import { Controls } from "./control.ts";
import { People } from "./people.ts";
import { Rooms } from "./rooms.ts";
import { Faces, openTimeline, type TimelineHost } from "./timeline.ts";
import { Typing } from "./typing.ts";

export interface ClientOptions {
  /** the node to sign in at; in a browser the one that served the page */
  node: string;
  /** name and version, for the nodes' logs */
  app?: string;
  /** how this device is called in the person's list */
  label?: string;
  times?: Partial<LinkTimes>;
  /** every event that is new to this client, once, in the order of each origin */
  onEvent?(event: EventRecord): void;
  /** every own message that a node has stored */
  onAck?(ack: Ack): void;
}

const STORAGE = "This device keeps nothing just now: its storage is full or refused. Messages are still sent.";

/** The model: everything the client knows and does, without a face. See contract.ts for what each member promises. */
export class Client implements AppModel {
  readonly phase = signal<"starting" | "sign-in" | "ready">("starting");
  readonly me = signal<Person | null>(null);
  readonly connection = signal<Connection>({ state: "connecting", since: 0 });
  readonly provinces = signal<ProvinceInfo[]>([]);
  readonly links = signal<LinkInfo[]>([]);
  readonly rooms: ReadonlySignal<RoomItem[]>;
  readonly online = signal<ReadonlySet<PersonId>>(new Set());
  readonly outbox = signal(0);
  readonly notice = signal<{ code: string; text: string } | null>(null);

  private readonly api: NodeApi;
  private readonly nodes: Nodes;
  private readonly link: Link;
  private readonly out: Outbox;
  private readonly house: Rooms;
  private readonly people: People;
  private readonly writing: Typing;
  private readonly controls: Controls;
  private readonly faces = new Faces();
  private readonly host: TimelineHost;
  private identity: Identity | undefined;
  private key: DeviceKey | undefined;
  private skew = 0;
  private stopped = false;

  constructor(
    protected readonly platform: Platform,
    private readonly options: ClientOptions,
  ) {
    const { vault, now, random } = platform;
    const say = (message: Parameters<Link["say"]>[0]) => this.link.say(message);
    const trouble = (error: unknown) => this.trouble(error);
    this.api = new NodeApi(platform);
    this.nodes = new Nodes(this.api, now);
    this.people = new People(vault, async (ids) => {
      const answer = (await this.link.request({ t: "people", ids })) as Extract<Down, { t: "people" }>;
      return answer.people;
    });
    this.house = new Rooms(vault, {
      say,
      trouble,
      request: (ask) => this.link.request(ask),
      online: () => this.link.online,
      event: (event) => {
        if (this.out.stored(event)) this.acked(event);
        if (options.onEvent) options.onEvent(event);
      },
    });
    this.rooms = this.house.list;
    this.out = new Outbox(
      vault,
      {
        send: (frame) => this.link.send(frame),
        reachable: (id) => {
          const room = this.house.get(id);
          return room !== undefined && !room.elsewhere;
        },
        changed: (room, id) => this.entryChanged(room, id),
        trouble,
        renew: () => this.link.renew(),
      },
      now,
      random,
    );
    this.writing = new Typing((room, on) => say({ t: "typing", room, on }), now);
    this.controls = new Controls(vault, {
      say,
      waiting: (id, province) => {
        const room = this.house.get(id);
        if (!room) return;
        room.waitingFor = province;
        room.touch();
      },
      refused: (text) => {
        this.notice.value = { code: "refused", text };
      },
    });
    const times = { ...LINK_TIMES, ...options.times };
    this.link = new Link(
      platform,
      this.api,
      this.nodes,
      {
        state: (connection) => this.connected(connection),
        welcome: (welcome) => this.welcome(welcome),
        have: () => this.house.have(),
        signedOut: (text) => {
          this.phase.value = "sign-in";
          this.notice.value = { code: "sign-in", text };
        },
        down: (message) => this.down(message),
        events: (records) => this.house.live(records),
        page: (head, records) => batch(() => this.house.page(head, records)),
        acks: (acks) =>
          batch(() => {
            for (const ack of acks) this.ack(ack);
          }),
      },
      options.app || "beep",
      times,
    );
    this.host = {
      begin: (room) => this.house.begin(room),
      older: (room) => this.house.older(room),
      read: (room) => this.house.read(room),
      closed: (room) => this.house.closed(room),
      links: () => this.links.peek(),
      skew: () => this.skew,
    };
  }

  async start(): Promise<void> {
    const { vault, keys, tabs, lasting } = this.platform;
    this.stopped = false;
    if (!(await lasting())) this.trouble("nothing is kept here");
    try {
      this.identity = (await vault.get("meta", "identity")) as Identity | undefined;
      this.provinces.value = this.nodes.provinces = ((await vault.get("meta", "nodes")) || []) as ProvinceInfo[];
      this.me.value = ((await vault.get("meta", "me")) || null) as Person | null;
      this.key = await keys.load();
      await this.people.load();
      if (this.identity) await this.house.load(this.identity.person);
      await this.out.load();
      for (const { room, id } of this.out.entries.values()) this.entryChanged(room, id);
      await this.controls.load();
    } catch (error) {
      this.trouble(error);
    }
    if (this.stopped) return;
    tabs.listen((message) => {
      if (message === "signed-out") this.leave();
      const [what, room, origin, n] = message.split(" ");
      // A node tells only the writing tab's message to itself by an ack: the others fetch it.
      if (what === "stored") this.house.lacks(room as RoomId, origin as Origin, Number(n));
      if (message === "signed-in") this.stop().then(() => this.start());
    });
    tabs.start(() => this.lead());
    if (this.identity && this.key) this.enter(this.identity, this.key);
    else this.phase.value = "sign-in";
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.link.stop();
    this.out.stop();
    this.writing.stop();
    this.controls.stop();
    await this.flush();
    this.platform.tabs.stop();
  }

  /** Settles when all that is known here is kept. */
  async flush(): Promise<void> {
    await this.out.saved();
    await this.house.cache.save();
  }

  dismiss(): void {
    this.notice.value = null;
  }

  person(id: PersonId): ReadonlySignal<Person | undefined> {
    return this.people.person(id);
  }

  async signIn(code: string): Promise<void> {
    const { vault, keys, tabs } = this.platform;
    const key = await keys.create();
    const node = this.options.node;
    const { person, device, province } = await this.api.enrol(node, code.trim(), key.spki, this.options.label || "");
    const former = this.identity;
    if (former && former.person !== person) await this.leave();
    const identity: Identity = { person, device, province, node };
    await vault.write([{ table: "meta", key: "identity", value: identity }]).catch((error) => this.trouble(error));
    await this.out.adopt(device);
    await this.house.load(person);
    this.notice.value = null;
    this.enter(identity, key);
    tabs.post("signed-in");
  }

  async signOut(): Promise<void> {
    await this.leave();
    await this.platform.vault.clear();
    await this.platform.keys.forget();
    this.platform.tabs.post("signed-out");
  }

  open(id: RoomId): Timeline {
    const room = this.house.get(id);
    if (!room) throw new Refusal("forbidden", "You are not a member of this conversation.");
    return openTimeline(room, this.faces, this.host);
  }

  send(room: RoomId, text: string): EventId {
    const { person: sender, device } = this.who();
    const body = encodeClear({ text });
    if (body.length > MAX_BODY) throw new Refusal("fix", "This message is too long. Divide it into several.");
    const id = mintId(this.platform.now());
    this.out.add(encodeRecord({ id, room, sender, device, kind: KIND.message, scheme: SCHEME.clear, body }));
    this.entryChanged(room, id);
    this.writing.own(room, false);
    return id;
  }

  discard(id: EventId): Promise<boolean> {
    return this.out.discard(id);
  }

  typing(room: RoomId, on: boolean): void {
    this.writing.own(room, on);
  }

  async find(text: string): Promise<Person[]> {
    const answer = (await this.link.request({ t: "find", text })) as Extract<Down, { t: "people" }>;
    this.people.learn(answer.people);
    return answer.people;
  }

  async createRoom(wanted: Parameters<AppModel["createRoom"]>[0]): Promise<RoomId> {
    const { kind, name, history } = wanted;
    const { person } = this.who();
    const members = wanted.members.filter((id) => id !== person);
    const now = this.platform.now();
    const room = kind === "direct" ? await directRoomId(person, members[0] || "") : mintId(now);
    if (this.house.get(room)) return room;
    await this.controls.ask(this.who(), {
      id: mintId(now),
      room,
      change: { op: "create", kind, name, history, members },
    });
    if (!this.house.get(room)) await this.link.request({ t: "room", room }).catch(() => {});
    return room;
  }

  async change(id: RoomId, change: Exclude<ControlOp, { op: "create" }>): Promise<void> {
    for (let tries = 0; ; tries++) {
      const room = this.house.get(id);
      if (!room) throw new Refusal("forbidden", "You are not a member of this conversation.");
      const what = { id: mintId(this.platform.now()), room: id, change, expect: room.summary.cseq };
      try {
        await this.controls.ask(this.who(), what);
        return;
      } catch (error) {
        // Somebody else's change came first. The wish is the same on the room as it is now: once more.
        if ((error as Refusal).code !== "conflict" || tries > 1) throw error;
        await this.link.request({ t: "room", room: id });
      }
    }
  }

  private who(): Identity & { key: DeviceKey } {
    if (!this.identity || !this.key) throw new Refusal("sign-in", "Sign in first.");
    return { ...this.identity, key: this.key };
  }

  private enter(identity: Identity, key: DeviceKey): void {
    this.identity = identity;
    this.key = key;
    this.phase.value = "ready";
    this.link.start(identity, key);
  }

  private async leave(): Promise<void> {
    this.link.stop();
    this.identity = this.key = undefined;
    batch(() => {
      this.phase.value = "sign-in";
      this.me.value = null;
      this.house.forget();
      this.people.forget();
      this.out.forget();
      this.outbox.value = 0;
    });
    await this.house.cache.save();
    await this.platform.vault.write(
      (await this.platform.vault.all("rooms")).map(({ key }) => ({ table: "rooms" as const, key, value: undefined })),
    );
  }

  /** This tab leads from now on. When it has been running, the one before it kept the cache: its work is taken over. */
  private async lead(): Promise<void> {
    const late = this.connection.peek().state === "online";
    this.house.cache.writes = true;
    await this.out.lead();
    if (!late || !this.identity) return;
    await this.house.load(this.identity.person);
    this.link.renew();
  }

  private connected(connection: Connection): void {
    const was = this.connection.peek().state;
    this.connection.value = connection;
    if (was === "online" && connection.state !== "online") {
      this.out.disconnected();
      this.online.value = new Set();
    }
  }

  private welcome(welcome: Welcome): void {
    const connection = this.connection.peek();
    const away = connection.state === "online" && connection.away;
    this.skew = welcome.now - this.platform.now();
    batch(() => {
      this.me.value = welcome.person;
      this.links.value = welcome.links;
      this.house.welcome(welcome, away);
    });
    this.people.learn([welcome.person]);
    this.people.connected();
    this.controls.connected();
    this.out.connected();
    this.platform.vault.write([{ table: "meta", key: "me", value: welcome.person }]).catch((e) => this.trouble(e));
    if (connection.state === "online") this.learnNodes(connection.node);
  }

  private async learnNodes(node: string): Promise<void> {
    const provinces = await this.api.nodes(node).catch(() => undefined);
    if (!provinces || JSON.stringify(provinces) === JSON.stringify(this.nodes.provinces)) return;
    this.provinces.value = this.nodes.provinces = provinces;
    await this.platform.vault.write([{ table: "meta", key: "nodes", value: provinces }]).catch(() => {});
  }

  private down(message: Down): void {
    switch (message.t) {
      case "current":
        return batch(() => this.house.current());
      case "room":
        this.house.enter(message.room, true);
        return;
      case "left":
        return this.house.leave(message.room);
      case "detail":
        return this.house.detailed(message);
      case "marks":
        return this.house.marks(message.marks);
      case "typing": {
        const room = this.house.get(message.room);
        if (room) this.writing.heard(room, message.person, message.on);
        return;
      }
      case "presence": {
        const online = new Set(this.online.peek());
        for (const id of message.online) online.add(id);
        for (const id of message.offline) online.delete(id);
        this.online.value = online;
        return;
      }
      case "link": {
        const said = new Set(message.links.map(({ province }) => province));
        this.links.value = [...this.links.peek().filter(({ province }) => !said.has(province)), ...message.links];
        return;
      }
      case "control":
        return this.controls.heard(message);
      case "error":
        if (message.id && !this.controls.failed(message.id, Refusal.from(message.error)))
          this.out.failed(message.id, message.error);
    }
  }

  private ack(ack: Ack): void {
    const entry = this.out.entries.get(ack.id);
    if (!entry) return;
    // Into its place first: the event says so, and the outbox lets go of it.
    this.house.stored(entry, ack);
    if (this.out.stored(ack)) this.acked(ack);
    this.platform.tabs.post(`stored ${entry.room} ${ack.origin} ${ack.n}`);
  }
  private acked({ id, origin, n, stamp }: Ack): void {
    if (this.options.onAck) this.options.onAck({ id, origin, n, stamp });
  }

  private entryChanged(id: RoomId, event: EventId): void {
    const room = this.house.get(id);
    const entry = this.out.entries.get(event);
    this.outbox.value = this.out.waiting;
    if (!room) return;
    if (entry) room.waiting.set(event, entry);
    else room.waiting.delete(event);
    room.touch();
  }

  private trouble(error: unknown): void {
    console.error("storage", error);
    if (!this.notice.peek()) this.notice.value = { code: "storage", text: STORAGE };
  }
}
