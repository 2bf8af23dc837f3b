import { DIRECTORY_ROOM, type Origin, type Province, provinceOf, type RoomId } from "#protocol/ids";
import type { Now } from "../domain/clock.ts";
import type { Store, Tx } from "../domain/ports.ts";
import type { Alarm } from "./alarm.ts";
import type { PeerMessage, SentMark } from "./message.ts";

const BATCH = 1_000;
/** How soon an unanswered question is asked again, each time after twice as long: an older node never answers it in full. */
const REPEAT = 500;
const REPEAT_MOST = 5 * 60_000;
/** How often one is answered. */
const ANSWER = 400;
/** New lives that the word of one province may begin here within a day: nothing but its word may stand behind it. */
const MOST_A_DAY = 3;
const DAY = 24 * 3_600_000;
/** Before a province's code: the life in which it brought all that it has of the earlier ones. */
const HEARD = "lives-heard:";

type Send = (to: Province, message: PeerMessage) => void;

/**
 * Sees to it that an old life of the data folder never speaks as the present one. Other provinces know how far the present
 * life had come, and by which records: each is asked once in every run of the node, and every stored mark is compared.
 */
export class Lives {
  /** provinces that have not said yet what they have of the present life */
  private readonly silent: Set<Province>;
  private readonly asked = new Map<Province, { again: number; wait: number }>();
  private readonly answeredAt = new Map<Province, number>();
  /** provinces that have said all that they have of earlier lives */
  private readonly heard = new Set<Province>();
  private asking: { until: number; done: () => void } | undefined;
  private isDue = false;

  constructor(
    private readonly store: Store,
    private readonly send: Send,
    private readonly isUp: (province: Province) => boolean,
    private readonly now: Now,
    private readonly alarm: Alarm,
    /** begins a new life; throws where that does not come to its end yet */
    private readonly renew: () => void,
    private readonly peers: readonly Province[],
  ) {
    this.silent = new Set(peers);
  }

  /** Asks all provinces anew: something came back, or there is one more life that they may know more of. */
  askAgain(): void {
    this.asked.clear();
    this.heard.clear();
    for (const peer of this.peers) this.silent.add(peer);
  }

  /** Settles when every other province has said what it has of the present life, or after so many milliseconds. */
  ask(patience: number): Promise<void> {
    if (this.silent.size === 0) return Promise.resolve();
    return new Promise((done) => {
      this.asking = { until: this.now() + patience, done };
      this.tick();
    });
  }

  tick(): void {
    const now = this.now();
    if (this.isDue) this.begin();
    for (const to of this.silent) {
      const { again, wait } = this.asked.get(to) ?? { again: 0, wait: REPEAT };
      if ((!this.asking && !this.isUp(to)) || now < again) continue;
      this.asked.set(to, { again: now + wait, wait: Math.min(2 * wait, REPEAT_MOST) });
      const lives = this.store.secrets.get(`${HEARD}${to}`) !== this.store.origin;
      this.send(to, { t: "ask-marks", file: 0, since: 0, of: this.store.origin, ...(lives && { lives }) });
    }
    if (this.asking && (this.silent.size === 0 || now >= this.asking.until)) this.stop();
  }

  /** Whoever waits for answers waits no longer. */
  stop(): void {
    this.asking?.done();
    this.asking = undefined;
  }

  /** A province asks what is here of its own present life, and of the earlier ones. */
  serve(to: Province, of: Origin, lives = false): void {
    const now = this.now();
    if (provinceOf(of) !== to || now < (this.answeredAt.get(to) ?? 0)) return;
    this.answeredAt.set(to, now + ANSWER);
    const marks: SentMark[] = [];
    const tell = (last: boolean) =>
      this.send(to, {
        ...{ t: "marks", origin: this.store.origin, file: 0, since: 0, upto: 0 },
        ...{ of, last, ...(lives && { lives }), marks: marks.splice(0, BATCH) },
      });
    const earlier = lives ? this.store.originsOf(to).filter((origin) => origin !== of) : [];
    for (const origin of [of, ...earlier])
      for (let file = 0; file < this.store.files; file++) {
        let after: RoomId = "";
        for (;;) {
          const heads = this.store.headsOf(file, origin, after, BATCH);
          for (const { room, n, hash } of heads)
            marks.push({ room, holder: this.store.province, kind: "s", origin, n, hash });
          while (marks.length >= BATCH) tell(false);
          if (heads.length < BATCH) break;
          after = heads.at(-1)?.room ?? after;
        }
      }
    tell(true);
  }

  /** A province has said all that it has of an origin, and of the earlier lives where they were asked for and it knows of that. */
  answered(from: Province, of: Origin, lives = false): void {
    if (of === this.store.origin) {
      this.silent.delete(from);
      if (lives) this.heard.add(from);
    }
    if (this.silent.size === 0) this.tick();
  }

  /**
   * All that was said of earlier lives was brought, and what came with it is known: who said it is asked of them no more in
   * this life.
   */
  settle(): void {
    for (const from of this.heard) this.store.secrets.set(`${HEARD}${from}`, this.store.origin);
    this.heard.clear();
  }

  /** Whether a mark may be taken: a stored one of an own origin must be of this node's own log. */
  isSound(tx: Tx, mark: SentMark): boolean {
    return mark.kind !== "s" || provinceOf(mark.origin) !== this.store.province || tx.agrees(mark, mark.hash);
  }

  /** A province has something of an own origin that is not this node's log: answers whether a new life begins. */
  contradicted(from: Province, { room, origin, n }: SentMark): boolean {
    // Of an earlier life nothing more is to be said here: the mark is not taken, and that is all.
    if (origin !== this.store.origin) {
      this.alarm("diverged", { room: this.named(room), origin, n });
      return false;
    }
    const key = `lives:${from}`;
    const since = this.now() - DAY;
    const begun = (JSON.parse(this.store.secrets.get(key) ?? "[]") as number[]).filter((at) => at > since);
    if (begun.length >= MOST_A_DAY) {
      this.alarm("contradicted", { from, room: this.named(room), origin, n, life: "kept" });
      return false;
    }
    this.store.secrets.set(key, JSON.stringify([...begun, this.now()]));
    this.alarm("contradicted", { from, room: this.named(room), origin, n, life: "begun" });
    return this.begin();
  }

  /** Begins a new life, now or as soon as it can be written down; answers whether it has begun. */
  begin(): boolean {
    this.isDue = true;
    try {
      this.renew();
      this.isDue = false;
      this.askAgain();
    } catch (error) {
      this.alarm("life-not-begun", { error: String(error) });
    }
    return !this.isDue;
  }

  private named(room: RoomId): string {
    return room === DIRECTORY_ROOM ? "directory" : room;
  }
}
