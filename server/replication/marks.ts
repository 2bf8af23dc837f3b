import { DIRECTORY_ROOM, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { isMark, type Mark } from "#protocol/mark";
import type { Store } from "../domain/ports.ts";
import { everCarried } from "../domain/writers.ts";
import { SHARDS } from "../domain/shard.ts";
import type { Budget } from "./budget.ts";
import type { Fetcher } from "./fetcher.ts";
import type { Lives } from "./lives.ts";
import type { PeerMessage, SentMark } from "./message.ts";
import type { Returns } from "./returns.ts";

const BATCH = 1_000;
/** Of one province, marks of what is not here yet; the oldest gives way. Each is looked at so often: for an hour. */
const MOST_AWAITED = 5_000;
const LOOKS = 720;

type Send = (to: Province, message: PeerMessage) => void;

/** Exchanges marks: pushed as they move, asked for by version where a push was lost. */
export class MarkExchange {
  /** how far we have pushed to each province, per file of ours */
  private readonly pushed = new Map<Province, (number | null)[]>();
  /** how far we have taken each peer's marks in, by `origin:file`; kept on disk now and then */
  private readonly taken = new Map<string, number>();
  private readonly dirty = new Set<string>();
  /** marks of events, rooms and people that are still to come here, by province */
  private readonly awaited = new Map<Province, Map<string, { mark: Mark; looks: number }>>();

  constructor(
    private readonly store: Store,
    private readonly fetcher: Fetcher,
    private readonly send: Send,
    private readonly isUp: (province: Province) => boolean,
    private readonly budget: Budget,
    private readonly lives: Lives,
    private readonly returns: Pick<Returns, "offer">,
    /** there are more marks to send than went out */
    private readonly onMore: () => void,
  ) {}

  /** What a beat tells of us. */
  state(to: Province): (number | null)[] {
    let pushed = this.pushed.get(to);
    if (!pushed) {
      pushed = Array.from({ length: this.store.files }, () => null);
      this.pushed.set(to, pushed);
    }
    return pushed;
  }

  /** Sends what has moved to every province whose link is up. */
  flush(provinces: readonly Province[]): void {
    for (const to of provinces) {
      if (!this.isUp(to)) continue;
      const pushed = this.state(to);
      for (let file = 0; file < this.store.files; file++) {
        const since = pushed[file];
        if (since !== null && since !== undefined) this.push(to, file, since);
      }
    }
  }

  serve(to: Province, file: number, since: number): void {
    if (!Number.isSafeInteger(file) || file < 0 || file >= this.store.files) return;
    // What follows goes out with the marks that move, a batch at a time.
    this.state(to)[file] = Math.max(0, since);
    this.push(to, file, Math.max(0, since), true);
  }

  /** A beat: ask where the peer has sent more than has come, or where it begins anew. */
  heard(from: Province, origin: string, marks: readonly (number | null)[]): void {
    if (provinceOf(origin) !== from) return;
    // The shards' files and the directory's: no store has more.
    marks.slice(0, SHARDS + 1).forEach((upto, file) => {
      const have = this.position(origin, file);
      if (upto === null || upto > have) this.send(from, { t: "ask-marks", file, since: have });
    });
  }

  async take(from: Province, message: Extract<PeerMessage, { t: "marks" }>): Promise<void> {
    const { origin, file, since, upto, marks } = message;
    if (provinceOf(origin) !== from || since > this.position(origin, file)) return;
    const said = marks.slice(0, BATCH).filter((mark) => isMark(mark) && this.isTheirs(from, mark));
    const disputed = await this.disputed(from, said);
    await this.enter(
      from,
      said.filter((mark) => !disputed.includes(mark)).map((mark) => ({ mark: bare(mark), looks: LOOKS })),
    );
    // What the old life may have said in the same words is said again: then its marks are taken.
    const contradiction = disputed.find((mark) => mark.origin === this.store.origin) ?? disputed[0];
    if (contradiction && this.lives.contradicted(from, contradiction)) return this.take(from, message);
    if (message.of !== undefined && message.last) this.lives.answered(from, message.of, message.lives === true);
    if (upto > this.position(origin, file)) {
      this.taken.set(`${origin}:${file}`, upto);
      this.dirty.add(`${origin}:${file}`);
    }
    for (const mark of said) {
      const { room, kind, origin: of, n, hash } = mark;
      if (kind !== "s") continue;
      if (provinceOf(of) === from) this.fetcher.expect(from, room, of, n, hash);
      else if (this.isOwn(mark)) this.returns.offer(from, mark);
    }
  }

  /**
   * Stored marks of own origins that are not of this node's own log. They are looked at as they were said: one beyond the
   * log, or of a room that is not known, says that the folder has forgotten something.
   */
  private async disputed(from: Province, said: readonly SentMark[]): Promise<SentMark[]> {
    const disputed: SentMark[] = [];
    const compare = (mark: SentMark) =>
      this.store.write(mark.room, (tx) =>
        this.budget.timed(from, () => void (this.lives.isSound(tx, mark) || disputed.push(mark))),
      );
    await Promise.all(said.filter((mark) => mark.kind === "s" && this.isOwn(mark)).map(compare));
    return disputed;
  }

  private isOwn({ origin }: Mark): boolean {
    return provinceOf(origin) === this.store.province;
  }

  /** Takes marks as far as what they tell of is here; the rest waits for that. */
  private async enter(from: Province, marks: readonly { mark: Mark; looks: number }[]): Promise<void> {
    const rooms = new Map<RoomId, Mark[]>();
    for (const { mark, looks } of marks) {
      const n = this.isKnown(from, mark) ? Math.min(mark.n, this.head(mark)) : 0;
      // Nobody has received or read what this node has not written, and an earlier life writes no more.
      if (n < mark.n && looks > 0 && !this.isOwn(mark)) this.await(from, mark, looks);
      if (n === 0) continue;
      const list = rooms.get(mark.room) ?? [];
      list.push({ ...mark, n });
      rooms.set(mark.room, list);
    }
    const write = (room: RoomId, list: readonly Mark[]) =>
      this.store.write(room, (tx) => this.budget.timed(from, () => void tx.mark(list, false)));
    await Promise.all([...rooms].map(([room, list]) => write(room, list)));
  }

  private await(from: Province, mark: Mark, looks: number): void {
    const list = this.awaited.get(from) ?? new Map<string, { mark: Mark; looks: number }>();
    this.awaited.set(from, list);
    const key = mark.room + mark.holder + mark.kind + mark.origin;
    const before = list.get(key);
    list.delete(key);
    list.set(key, before && before.mark.n > mark.n ? before : { mark, looks });
    const [oldest] = list.keys();
    if (list.size > MOST_AWAITED && oldest !== undefined) list.delete(oldest);
  }

  private head({ room, origin }: Mark): number {
    return this.store.heads(room).get(origin)?.n ?? 0;
  }

  /** Keeps the positions on disk; behind the truth after a crash, which only repeats marks. */
  async settle(): Promise<void> {
    for (const [from, list] of this.awaited) {
      const waiting = [...list.values()];
      list.clear();
      for (const each of waiting) each.looks--;
      await this.enter(from, waiting);
    }
    // What still waits is in memory alone: after a restart it is asked for again.
    const waits = (key: string) => (this.awaited.get(provinceOf(key))?.size ?? 0) > 0;
    const moved = [...this.dirty].filter((key) => !waits(key)).map((key) => [key, this.taken.get(key) ?? 0] as const);
    if (moved.length === 0) return;
    for (const [key] of moved) this.dirty.delete(key);
    await this.store.write(DIRECTORY_ROOM, (tx) => {
      for (const [key, value] of moved) tx.setCursor(`marks:${key}`, value);
    });
  }

  /** One batch: it holds up nobody, however much there is; the rest goes with the next flush. */
  private push(to: Province, file: number, since: number, answer = false): void {
    const { marks, upto, more } = this.store.marksSince(file, to, since, BATCH);
    if (upto > since || answer) {
      const sent = marks.map(({ version: _, ...mark }) => this.withHash(to, mark));
      this.send(to, { t: "marks", origin: this.store.origin, file, since, upto, marks: sent });
    }
    this.state(to)[file] = Math.max(since, upto);
    if (more) this.onMore();
  }

  /** A province speaks of its own disks; of people where it says who they are (`isKnown`). */
  private isTheirs(from: Province, { kind, holder }: Mark): boolean {
    return kind !== "s" || holder === from;
  }

  /**
   * Marks of people are of members. Their own province speaks of them, and one that has members in the room: they may be its
   * guests. A disk's marks are of a province that takes part, or once did.
   */
  private isKnown(from: Province, { kind, holder, room: id }: Mark): boolean {
    if (id === DIRECTORY_ROOM) return kind === "s";
    const room = this.store.room(id);
    if (!room) return false;
    if (kind === "s") return room.provinces.includes(from) || everCarried(room, this.store.writers(id), from);
    const member = room.members.get(holder);
    return member !== undefined && (member.province === from || room.provinces.includes(from));
  }

  private withHash(to: Province, mark: Mark): SentMark {
    const of = provinceOf(mark.origin);
    if (mark.kind !== "s" || (of !== this.store.province && of !== to)) return mark;
    const head = this.store.heads(mark.room).get(mark.origin);
    return head?.n === mark.n ? { ...mark, hash: head.hash } : mark;
  }

  private position(origin: string, file: number): number {
    const key = `${origin}:${file}`;
    return this.taken.get(key) ?? this.store.cursor(this.store.fileOf(DIRECTORY_ROOM), `marks:${key}`);
  }
}

const bare = ({ room, holder, kind, origin, n }: SentMark): Mark => ({ room, holder, kind, origin, n });
