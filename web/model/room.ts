import type { EventId, PersonId, Province } from "#protocol/ids";
import { AT, decodeRecord, type EventRecord, KIND } from "#protocol/record";
import type { Member, RoomSummary } from "#protocol/room";
import { type Place, type Stamp, stampMs } from "#protocol/stamp";
import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { OutboxEntry } from "../net/outbox-store.ts";
import { contentOf, textOf } from "./content.ts";
import type { Previewed, RoomItem, Stage } from "./contract.ts";
import type { Item } from "./items.ts";
import { type LogRow, RoomLog, type Vector } from "./log.ts";
import { Marks, type MarksRow, othersAt } from "./marks.ts";

interface Last extends Place {
  sender: PersonId;
  text: string;
  /** its id and content where it is more than text */
  id?: EventId;
  content?: Previewed;
}

/** What is kept of a room besides the chunks of its log. */
export interface RoomRow {
  summary: RoomSummary;
  log: LogRow;
  marks: MarksRow;
  last: Last | null;
  read: Vector;
  unread: number;
  /** read marks that no node has heard of yet */
  unsaid: boolean;
  members: Member[] | null;
  /** absent in what versions before 0.4 kept */
  attested?: readonly Province[];
}

const previewOf = (
  event: Pick<EventRecord, "id" | "kind" | "scheme" | "body">,
): Pick<Last, "text" | "id" | "content"> => {
  const text = textOf(event);
  const content = contentOf(event);
  return content.kind === "call" || content.kind === "meeting" ? { text, id: event.id, content } : { text };
};

/** One room as this client knows it. `touch` after every change: it renews what hangs on it. */
export class Room {
  readonly id: string;
  summary: RoomSummary;
  log: RoomLog;
  marks: Marks;
  last: Last | null;
  readTo: Vector;
  unread: number;
  unsaid: boolean;
  /** read marks were said on the present link */
  saidRead = false;
  /** everyone, also in a large room, once it was asked for */
  members: Member[] | null;
  /** the `cseq` at which all members were last asked for */
  listedAt = -1;
  waitingFor: Province | null = null;
  /** the provinces that have members, as a node of one's own province said last; absent where none has described the room */
  attested: readonly Province[] | undefined;
  elsewhere: boolean;
  /** how many timelines show it */
  open = 0;
  /** own messages that no node has stored */
  readonly waiting = new Map<EventId, OutboxEntry>();
  /** own messages that are stored but stand behind a hole here */
  readonly limbo = new Map<EventId, EventRecord>();
  readonly typing = signal<readonly PersonId[]>([]);
  readonly version = signal(0);
  readonly item: ReadonlySignal<RoomItem>;

  constructor(
    readonly me: PersonId,
    from: RoomSummary | RoomRow,
  ) {
    const row = "summary" in from ? from : undefined;
    this.summary = row ? row.summary : (from as RoomSummary);
    this.id = this.summary.id;
    this.log = new RoomLog(row?.log);
    this.marks = new Marks(row?.marks);
    this.last = row ? row.last : null;
    this.readTo = { ...(row ? row.read : this.summary.read) };
    this.unread = row ? row.unread : this.summary.unread;
    this.unsaid = row ? row.unsaid : false;
    this.members = row ? row.members : null;
    this.attested = row?.attested;
    this.elsewhere = this.planned;
    this.item = computed(() => this.describe());
  }

  row(): RoomRow {
    const { summary, last, unread, unsaid, members, attested } = this;
    const read = { ...this.readTo };
    return { summary, log: this.log.row(), marks: this.marks.row(), last, read, unread, unsaid, members, attested };
  }

  touch(): void {
    this.version.value++;
  }

  /** What the node would not show is shown, perhaps, now that the room has changed: the log is begun anew. */
  outdated = false;

  /** Asked for and not yet made: its home has not answered. What is written in it waits. */
  get planned(): boolean {
    return this.summary.provinces.length === 0;
  }

  /** All members that are known; in a large room perhaps only oneself. */
  get known(): Member[] {
    const { members, size } = this.summary;
    return members.length >= size || !this.members ? members : this.members;
  }

  stage(event: Place): Stage {
    const { known } = this;
    const others = known.length >= this.summary.size ? othersAt(known, this.me, event) : [];
    return this.marks.stage(event, this.summary.provinces, others);
  }

  /** Takes note of events that are new to the log; answers whether others wrote any of them. */
  note(fresh: readonly Item[]): boolean {
    let others = false;
    for (const event of fresh) {
      this.limbo.delete(event.id);
      if (event.kind === KIND.note) this.noted(event);
      if (event.kind !== KIND.message) continue;
      if (event.sender !== this.me) {
        others = true;
        // The node has counted what it had when it described the room.
        const head = this.summary.heads[event.origin];
        if (event.n > (head ? head.n : 0) && event.n > (this.readTo[event.origin] || 0)) this.unread++;
      }
      const { stamp, origin, n, sender } = event;
      if (!this.last || stamp >= this.last.stamp) this.last = { stamp, origin, n, sender, ...previewOf(event) };
    }
    if (fresh.length) this.touch();
    return others;
  }

  /** A call that stands in the list is over: the list says how it went. */
  private noted(event: EventRecord): void {
    const { last } = this;
    const said = contentOf(event);
    if (said.kind === "note" && last?.content?.kind === "call" && said.note.of === last.id)
      this.last = { ...last, content: { ...last.content, note: said.note } };
  }

  /** May the node of a visited province hear of the room, and send to it? At home (null) it may. */
  sharedWith(visited: Province | null): boolean {
    return !visited || (!!this.attested && this.attested.includes(visited));
  }

  /** One's own province has described it, and knows of no member in the visited one, which has no word in it then. */
  foreignTo(visited: Province | null): boolean {
    return !!this.attested && !this.sharedWith(visited);
  }

  /** The node's own account, as of now. */
  update(summary: RoomSummary, visited: Province | null): void {
    const { members, cseq } = this.summary;
    if (cseq !== summary.cseq && this.log.blanks) this.outdated = true;
    // Members are left out where this client said that it has them.
    const kept = summary.members.length < summary.size && cseq === summary.cseq && members.length === summary.size;
    this.summary = kept ? { ...summary, members } : summary;
    this.log.learn(summary.heads);
    for (const origin of Object.keys(summary.read)) this.sawRead(origin, summary.read[origin] as number);
    if (!this.unsaid) this.unread = summary.unread;
    if (!visited && !this.planned) this.attested = summary.provinces;
    this.elsewhere = this.planned || !this.sharedWith(visited);
    this.touch();
  }

  /** Another tab kept the cache so far: what it wrote is taken in the place of what is here. */
  adopt(row: RoomRow): void {
    const { life } = this.log;
    this.log = new RoomLog(row.log);
    this.log.life = life + 1;
    this.touch();
  }

  private sawRead(origin: string, n: number): boolean {
    if ((this.readTo[origin] || 0) >= n) return false;
    this.readTo[origin] = n;
    return true;
  }

  /** The person read on another device. */
  readElsewhere(origin: string, n: number): void {
    if (this.sawRead(origin, n)) this.recount();
  }

  private recount(): void {
    const loaded = this.log.items.filter(
      (item) => item.kind === KIND.message && item.sender !== this.me && item.n > (this.readTo[item.origin] || 0),
    ).length;
    this.unread = Math.min(this.unread, loaded);
  }

  /** Everything here is read. True when a node has to hear of it. */
  readAll(): boolean {
    let moved = false;
    const { hi } = this.log;
    for (const origin of Object.keys(hi)) moved = this.sawRead(origin, hi[origin] as number) || moved;
    if (this.unread) moved = true;
    this.unread = 0;
    if (moved) this.unsaid = true;
    return moved;
  }

  /** Forgets what is cached of the log, to begin with a page from the node. */
  reset(): void {
    const { log } = this;
    this.log = new RoomLog();
    for (const { i } of log.chunks.list) this.log.chunks.dropped.add(i);
    this.log.life = log.life + 1;
    this.outdated = false;
    this.log.learn(this.summary.heads);
  }

  private describe(): RoomItem {
    this.version.value;
    const { id, kind, name, home, history, provinces, size, members, latest } = this.summary;
    const self = members.find(({ person }) => person === this.me);
    const role = self ? self.role : "member";
    const { post = null, posts = [] } = this.summary;
    const two = kind === "direct" || (post && size < 3);
    const other = two && members.find(({ person }) => person !== this.me);
    const writer = post && self?.post && members.find((member) => !member.post);
    const { preview, at } = this.preview(latest);
    return {
      id,
      kind,
      name,
      other: other ? other.person : null,
      post,
      places: posts.map((place) => place.post),
      writer: writer ? writer.person : null,
      home,
      history,
      provinces,
      size,
      role,
      writable: kind !== "channel" || role === "owner",
      unread: this.unread,
      latest: at,
      preview,
      typing: this.typing.value as PersonId[],
      waitingFor: this.waitingFor,
      elsewhere: this.elsewhere,
    };
  }

  private preview(latest: Stamp): { preview: RoomItem["preview"]; at: number } {
    let newest: OutboxEntry | undefined;
    this.waiting.forEach((entry) => {
      if (entry.draft[AT.kind] === KIND.message) newest = entry;
    });
    if (newest) {
      const { text, content } = previewOf(decodeRecord(newest.draft));
      const stage = newest.state === "refused" ? "refused" : "waiting";
      return { preview: { sender: this.me, text, content, mine: true, stage }, at: newest.at };
    }
    const { last } = this;
    const at = stampMs(Math.max(latest, last ? last.stamp : 0));
    if (!last) return { preview: null, at };
    const mine = last.sender === this.me;
    const preview = { sender: last.sender, text: last.text, content: last.content, mine };
    return { preview: mine ? { ...preview, stage: this.stage(last) } : preview, at };
  }
}
