import type { Person } from "#protocol/directory";
import type { Ack } from "#protocol/down";
import type { EventId, PersonId, RoomId } from "#protocol/ids";
import { type EventRecord, KIND } from "#protocol/record";
import { type HeadlessClient, openClient } from "../../web/client/index.ts";
import type { Timeline } from "../../web/model/contract.ts";
import { LINK_TIMES } from "../../web/net/link.ts";
import type { FleetMember } from "./fleet-member.ts";

/** As in the browser, but less patient, so that a short run sees more of it. */
const TIMES = {
  ...LINK_TIMES,
  first: 100,
  most: 800,
  patience: 1_500,
  open: 2_500,
  home: 2_000,
  idle: 1_500,
  pong: 1_500,
};

/** The product's own client, without a face, as a member of a run. Its key, cache and outbox live on in its folder. */
export class FleetWebClient implements FleetMember {
  readonly promised: (Ack & { room: RoomId })[] = [];
  readonly refused: string[] = [];
  private client: HeadlessClient | undefined;
  private readonly sent = new Map<EventId, RoomId>();
  private readonly timelines = new Map<RoomId, Timeline>();
  private readonly heard = new Map<RoomId, Map<string, number>>();
  private readonly complaints = new Map<RoomId, string[]>();

  /** @param code used once, when the folder is new */
  constructor(
    readonly person: Person,
    private readonly home: string,
    private readonly node: string,
    private readonly code: string,
    private readonly wanted: (room: RoomId) => boolean,
  ) {}

  get id(): PersonId {
    return this.person.id;
  }
  get busy(): boolean {
    return (this.client?.outbox.peek() ?? 0) > 0;
  }
  get settled(): boolean {
    const link = this.client?.connection.peek();
    return link?.state === "online" && link.current && !link.away;
  }

  async start(): Promise<void> {
    this.client = await openClient({
      home: this.home,
      node: this.node,
      code: this.code,
      app: "fleet test",
      times: TIMES,
      onAck: (ack) => {
        const room = this.sent.get(ack.id);
        if (room) this.promised.push({ ...ack, room });
      },
      onEvent: (event) => this.hear(event),
    });
  }

  async stop(): Promise<void> {
    for (const timeline of this.timelines.values()) timeline.close();
    await this.client?.close();
    this.client = undefined;
  }

  knows(room: RoomId): boolean {
    return this.client?.rooms.peek().some(({ id }) => id === room) ?? false;
  }

  send(room: RoomId, text: string): EventId {
    const id = this.running.send(room, text);
    this.sent.set(id, room);
    return id;
  }

  control(): Promise<void> {
    throw new Error("A run's rooms are made and changed by its other clients.");
  }
  requestOf(): undefined {
    return undefined;
  }
  /** Its connection breaks with its node alone. */
  drop(): void {}

  async collect(): Promise<void> {
    for (const { id } of this.running.rooms.peek()) {
      if (!this.wanted(id)) continue;
      const timeline = this.timelines.get(id) ?? this.running.open(id);
      this.timelines.set(id, timeline);
      for (const { id: event, stage, refusal } of timeline.items.peek())
        if (stage === "refused" && this.sent.delete(event)) this.refused.push(refusal ?? `${event} was refused`);
      for (let tries = 0; timeline.more.peek() && tries < 50; tries++) await timeline.loadOlder();
    }
  }

  view(room: RoomId) {
    const timeline = this.timelines.get(room);
    const own = timeline?.members.peek().find(({ person }) => person === this.id);
    const joined = this.client?.rooms.peek().find(({ id }) => id === room)?.history === "joined";
    const events = (timeline?.items.peek() ?? []).flatMap(({ id, origin, n, stamp }) =>
      origin === null ? [] : [{ id, origin, n, stamp }],
    );
    return { since: joined ? (own?.since ?? 0) : 0, events, complaints: this.complaints.get(room) ?? [] };
  }

  state(): string {
    const link = this.client?.connection.peek();
    const rooms = [...this.timelines].filter(([, { more }]) => more.peek()).map(([id]) => id.slice(0, 8));
    return `${this.person.name.en} (web) ${JSON.stringify(link)}, ${this.client?.outbox.peek()} drafts, older to come in: ${rooms.join(" ") || "no room"}`;
  }

  private get running(): HeadlessClient {
    if (!this.client) throw new Error(`${this.person.name.en} has not started.`);
    return this.client;
  }

  /** Every event that is new to this client comes once, in the order of its origin. */
  private hear({ room, origin, n, kind, id, sender }: EventRecord): void {
    if (!this.wanted(room)) return;
    const heard = this.heard.get(room) ?? new Map<string, number>();
    this.heard.set(room, heard);
    const last = heard.get(origin) ?? 0;
    if (n <= last) this.complain(room, `told of ${origin}/${n} after ${last}`);
    heard.set(origin, Math.max(n, last));
    if (kind === KIND.message && sender === this.id && !this.sent.has(id))
      this.complain(room, `told of ${id} as its own`);
  }

  private complain(room: RoomId, words: string): void {
    this.complaints.set(room, [...(this.complaints.get(room) ?? []), words]);
  }
}
