import type { ServerWebSocket } from "bun";
import type { ErrorCode } from "#protocol/error";
import { acksFrame, downFrame, pageFrame, readJson, readRecords, recordsFrame } from "#protocol/frame";
import { type Ack, DOWN, type Down } from "#protocol/down";
import { type EventId, mintId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import type { NodeList, ProvinceNodes } from "#protocol/nodes";
import { idIn, placeIn, roomIn, stampRecord } from "#protocol/record";
import type { RoomSummary } from "#protocol/room";
import { comparePlace, stampOf } from "#protocol/stamp";
import { type Up, UP } from "#protocol/up";
import { VERSION } from "#protocol/version";
import { ProvinceKey } from "./province.ts";

const PEOPLE: PersonId[] = ["a".repeat(32), "b".repeat(32)];
export const ROOM: RoomId = "1".repeat(32);
export const SUMMARY: RoomSummary = {
  id: ROOM,
  kind: "group",
  name: "Relief",
  home: "is",
  history: "all",
  cseq: 1,
  members: PEOPLE.map((person, i) => ({ person, province: i ? "pb" : "is", role: "owner", since: 0 })),
  size: 2,
  provinces: ["is", "pb"],
  heads: {},
  read: {},
  unread: 0,
  latest: 0,
};

/** What all nodes of a test hold: records by room, as if replication took no time. */
export class StubLog {
  readonly records: Uint8Array[] = [];
  readonly nodes = new Set<StubNode>();
  provinces: ProvinceNodes[] = [];
  /** of the list of nodes */
  version = 1;

  ids(): EventId[] {
    return this.records.map(idIn);
  }
  heads(): RoomSummary["heads"] {
    const heads: RoomSummary["heads"] = {};
    for (const { origin, n } of this.records.map(placeIn)) {
      heads[origin] = { base: 0, n: Math.max(n, heads[origin]?.n ?? 0) };
    }
    return heads;
  }
  /** Newest first. */
  sorted(): Uint8Array[] {
    return [...this.records].sort((a, b) => comparePlace(placeIn(b), placeIn(a)));
  }
}

/** A node that does what a test tells it to, over real HTTP and a real socket. */
export class StubNode {
  readonly origin: string;
  readonly sockets = new Set<ServerWebSocket<undefined>>();
  readonly heard: Up[] = [];
  /** drafts in the order in which they came, also repeated ones */
  readonly drafts: EventId[] = [];
  server: ReturnType<typeof Bun.serve> | undefined;
  port = 0;
  rooms = [SUMMARY];
  /** answers nothing on open sockets: a link that is half open */
  silent = false;
  /** keeps drafts without acknowledging them */
  mute = false;
  /** what to answer to a draft instead of an ack */
  refuse: (id: EventId) => { code: ErrorCode; message: string; retryAfter?: number } | undefined = () => undefined;
  private readonly signing: Promise<ProvinceKey>;
  /** what it says of the fleet instead of the truth */
  nodes: (() => unknown) | undefined;
  /** whose it says it is instead of the truth */
  claims: Province | undefined;
  ticketError: ErrorCode | undefined;
  outdated = false;
  /** so many come first; each time that one asks with its turn, it is one fewer */
  queue = 0;
  /** the turns that were sent again */
  readonly turns: (string | undefined)[] = [];
  /** milliseconds its clock is ahead */
  ahead = 0;

  constructor(
    readonly province: Province,
    readonly log = new StubLog(),
  ) {
    this.origin = `${province}-${mintId(Date.now()).slice(23)}`;
    log.nodes.add(this);
    this.signing = ProvinceKey.make(province);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  start(): this {
    this.server = Bun.serve({
      hostname: "127.0.0.1",
      port: this.port,
      fetch: async (request, server) => {
        const { pathname } = new URL(request.url);
        if (pathname === "/v1/ping") return new Response(null, { status: 204 });
        if (pathname === "/v1/nodes") return Response.json(this.nodes ? this.nodes() : await this.list());
        if (pathname === "/v1/enrol")
          return Response.json({ person: PEOPLE[0], device: "d".repeat(32), province: "is" });
        if (pathname === "/v1/challenge") {
          const { turn } = (await request.json()) as { turn?: string };
          this.turns.push(turn);
          if (this.queue === 0) return Response.json({ nonce: "nonce" });
          const said = { retryAfter: 60, place: this.queue--, turn: `turn ${this.turns.length}` };
          return Response.json({ error: { code: "wait", message: "Many come.", ...said } }, { status: 503 });
        }
        if (pathname === "/v1/ticket") {
          const code = this.ticketError;
          if (code) return Response.json({ error: { code, message: `refused: ${code}` } }, { status: 401 });
          return Response.json({ ticket: "ticket" });
        }
        return server.upgrade(request, { data: undefined }) ? undefined : new Response(null, { status: 404 });
      },
      websocket: {
        open: (ws) => {
          this.sockets.add(ws as ServerWebSocket<undefined>);
        },
        close: (ws) => {
          this.sockets.delete(ws as ServerWebSocket<undefined>);
        },
        message: (ws, data) => this.take(ws as ServerWebSocket<undefined>, new Uint8Array(data as Buffer)),
      },
    });
    this.port = this.server.port as number;
    return this;
  }

  /** Dies at once, sockets and all. */
  async stop(): Promise<void> {
    await this.server?.stop(true);
    this.sockets.clear();
  }

  async list(version = this.log.version, provinces = this.log.provinces): Promise<NodeList> {
    return (await this.signing).list(version, provinces);
  }

  say(message: Down): void {
    for (const ws of this.sockets) ws.send(downFrame(message));
  }

  private take(ws: ServerWebSocket<undefined>, frame: Uint8Array): void {
    if (this.silent) return;
    if (frame[0] === UP.send) this.store(ws, readRecords(frame) ?? []);
    else this.answer(ws, readJson(frame) as Up);
  }

  private answer(ws: ServerWebSocket<undefined>, message: Up): void {
    this.heard.push(message);
    const say = (down: Down): void => {
      ws.send(downFrame(down));
    };
    if (message.t === "hello") {
      if (this.outdated) {
        say({ t: "error", error: { code: "update", message: "too old" } });
        return;
      }
      const words = { en: "Ayesha", ur: "عائشہ" };
      const person = { id: PEOPLE[0] as string, province: "is", name: words, post: words, unit: words };
      const heads = this.log.heads();
      say({
        ...{ t: "welcome", version: VERSION, capabilities: [], person, device: "d".repeat(32), links: [] },
        ...{ province: this.claims ?? this.province, origin: this.origin, now: Date.now() + this.ahead },
        rooms: this.rooms.map((room) => ({ ...room, heads })),
      });
      const have = message.have[ROOM] ?? {};
      const lacking = this.log.sorted().filter((record) => placeIn(record).n > (have[placeIn(record).origin] ?? 0));
      if (lacking.length && this.rooms.length)
        ws.send(pageFrame({ room: ROOM, more: false, gap: !message.have[ROOM] }, lacking));
      say({ t: "current" });
    } else if (message.t === "ping") say({ t: "pong" });
    else if (message.t === "room") {
      for (const room of this.rooms) say({ t: "room", room: { ...room, heads: this.log.heads() } });
      say({ t: "detail", ref: message.ref, room: ROOM, members: SUMMARY.members, marks: [] });
    } else if (message.t === "people") say({ t: "people", ref: message.ref, people: [] });
    else if (message.t === "page") {
      const { before, limit, ref } = message;
      const below = this.log
        .sorted()
        .filter((r) => placeIn(r).n < (before[placeIn(r).origin] ?? Number.POSITIVE_INFINITY));
      ws.send(pageFrame({ ref, room: ROOM, more: below.length > limit, gap: false }, below.slice(0, limit)));
    }
  }

  private store(ws: ServerWebSocket<undefined>, drafts: Uint8Array[]): void {
    const acks: Ack[] = [];
    for (const draft of drafts) {
      const id = idIn(draft);
      this.drafts.push(id);
      const error = this.refuse(id);
      if (error) {
        ws.send(downFrame({ t: "error", id, error }));
        continue;
      }
      acks.push({ id, ...this.append(draft) });
    }
    // As a node does: all sockets of the writing device get the ack, and none of them the event.
    if (acks.length && !this.mute) for (const socket of this.sockets) socket.send(acksFrame(acks));
  }

  /** Stores a record unless its id is known; other nodes tell it to their clients. */
  private append(draft: Uint8Array) {
    const known = this.log.records.find((record) => idIn(record) === idIn(draft));
    if (known) return placeIn(known);
    const record = draft.slice();
    const n =
      this.log.records.filter((r) => placeIn(r).origin === this.origin && roomIn(r) === roomIn(draft)).length + 1;
    const last = Math.max(0, ...this.log.records.map((r) => placeIn(r).stamp));
    stampRecord(record, this.origin, n, Math.max(last + 1, stampOf(Date.now() + this.ahead)));
    this.log.records.push(record);
    const frame = recordsFrame(DOWN.events, [record]);
    for (const node of this.log.nodes) if (node !== this) for (const ws of node.sockets) ws.send(frame);
    return placeIn(record);
  }
}
