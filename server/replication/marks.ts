import { DIRECTORY_ROOM, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { isMark, type Mark } from "#protocol/mark";
import type { Store } from "../domain/ports.ts";
import { SHARDS } from "../domain/shard.ts";
import type { Fetcher } from "./fetcher.ts";
import type { Lives } from "./lives.ts";
import type { PeerMessage, SentMark } from "./message.ts";

const BATCH = 1_000;

type Send = (to: Province, message: PeerMessage) => void;

/** Exchanges marks: pushed as they move, asked for by version where a push was lost. */
export class MarkExchange {
  /** how far we have pushed to each province, per file of ours */
  private readonly pushed = new Map<Province, (number | null)[]>();
  /** how far we have taken each peer's marks in, by `origin:file`; kept on disk now and then */
  private readonly taken = new Map<string, number>();
  private readonly dirty = new Set<string>();

  constructor(
    private readonly store: Store,
    private readonly fetcher: Fetcher,
    private readonly send: Send,
    private readonly isUp: (province: Province) => boolean,
    private readonly lives: Lives,
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
    const rooms = new Map<RoomId, SentMark[]>();
    for (const mark of marks) {
      if (!isMark(mark) || !this.maySay(from, mark)) continue;
      rooms.set(mark.room, [...(rooms.get(mark.room) ?? []), mark]);
    }
    const disputed: SentMark[] = [];
    await Promise.all(
      [...rooms].map(([room, list]) =>
        this.store.write(room, (tx) => {
          // Nobody has received or read what this node has not written.
          const written = tx.head(room, this.store.origin).n;
          const sound = list
            .filter((mark) => this.lives.isSound(tx, mark) || !disputed.push(mark))
            .map(bare)
            .map((m) => (m.origin === this.store.origin ? { ...m, n: Math.min(m.n, written) } : m));
          tx.mark(sound, false);
        }),
      ),
    );
    // What the old life may have said in the same words is said again: then its marks are taken.
    const [contradiction] = disputed;
    if (contradiction && this.lives.contradicted(from, contradiction)) return this.take(from, message);
    if (message.of !== undefined && message.last) this.lives.answered(from, message.of);
    if (upto > this.position(origin, file)) {
      this.taken.set(`${origin}:${file}`, upto);
      this.dirty.add(`${origin}:${file}`);
    }
    for (const list of rooms.values())
      for (const { room, kind, origin: of, n, hash } of list)
        if (kind === "s" && provinceOf(of) === from) this.fetcher.expect(from, room, of, n, hash);
  }

  /** Keeps the positions on disk; behind the truth after a crash, which only repeats marks. */
  async settle(): Promise<void> {
    if (this.dirty.size === 0) return;
    const moved = [...this.dirty].map((key) => [`marks:${key}`, this.taken.get(key) ?? 0] as const);
    this.dirty.clear();
    await this.store.write(DIRECTORY_ROOM, (tx) => {
      for (const [name, value] of moved) tx.setCursor(name, value);
    });
  }

  private push(to: Province, file: number, since: number, answer = false): void {
    let at = since;
    for (;;) {
      const { marks, upto } = this.store.marksSince(file, to, at, BATCH);
      if (upto > at || answer) {
        const sent = marks.map(({ version: _, ...mark }) => this.withHash(to, mark));
        this.send(to, { t: "marks", origin: this.store.origin, file, since: at, upto, marks: sent });
      }
      const more = upto > at;
      at = Math.max(at, upto);
      this.state(to)[file] = Math.max(at, this.state(to)[file] ?? 0);
      if (!more || marks.length < BATCH) return;
      answer = false;
    }
  }

  /**
   * A province speaks of its own disks, of its own people, and of others' people in rooms that it has members in: they
   * may be its guests.
   */
  private maySay(from: Province, { kind, holder, room: id }: Mark): boolean {
    if (kind === "s") return holder === from;
    return this.store.person(holder)?.province === from || this.store.room(id)?.provinces.includes(from) === true;
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
