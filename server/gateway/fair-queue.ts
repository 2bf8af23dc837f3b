import type { Now } from "../domain/clock.ts";
import { NET_FACTOR, type Whence } from "./whence.ts";

/** Where somebody stands: the round in which they are called, and how many of that round come first. */
export interface Place {
  round: number;
  at: number;
}

/** A place is good for so long after it was called, in milliseconds. */
const GOOD_MS = 600_000;
/** How often it is noted how far the calling has come, in milliseconds. */
const NOTE_MS = 5_000;
/** Rounds that are kept, a power of two: who asks for more places than that has the others in the last one, in order. */
const MOST_ROUNDS = 2048;
/** Networks of one generation of those that are remembered. */
const MOST_KNOWN = 20_000;

/**
 * A fair queue (Demers, Keshav, Shenker 1989) that remembers nobody who waits: in each round one place is for each
 * host, and four for a net. Who asks for thousands of places gets them in as many rounds, and those who come later from
 * elsewhere are called before most of them.
 */
export class FairQueue {
  /** places of the next rounds, and those that are not waited for any more, by the round's number modulo their number */
  private readonly given = new Int32Array(MOST_ROUNDS);
  private readonly left = new Int32Array(MOST_ROUNDS);
  /** rounds up to this one are called, and so many places of the next */
  private round = 0;
  private done = 0;
  /** the last round in which a host, and a net, has a place; a net's in parts of one */
  private readonly hosts = new LastRounds();
  private readonly nets = new LastRounds();
  private notes: { time: number; place: Place }[] = [];
  private over: Place = { round: 0, at: 0 };
  private count = 0;

  constructor(private readonly now: Now) {}

  get waiting(): number {
    return this.count;
  }

  add({ host, net }: Whence): Place {
    const ofHost = Math.max(this.round, this.hosts.get(host)) + 1;
    const ofNet = Math.max(this.round, this.nets.get(net)) + 1 / NET_FACTOR;
    const last = this.round + MOST_ROUNDS;
    const round = Math.min(Math.max(ofHost, Math.ceil(ofNet)), last);
    this.hosts.set(host, round);
    this.nets.set(net, Math.min(Math.max(ofNet, round - 1), last));
    this.count++;
    (this.given[round % MOST_ROUNDS] as number)++;
    return { round, at: this.given[round % MOST_ROUNDS] as number };
  }

  /** It is not waited for any more. To be called once for a place that is not called yet. */
  leave({ round }: Place): void {
    if (round <= this.round || this.due(round) <= (round === this.round + 1 ? this.done : 0)) return;
    (this.left[round % MOST_ROUNDS] as number)++;
    this.count--;
  }

  isCalled({ round, at }: Place): boolean {
    return round <= this.round || (round === this.round + 1 && at <= this.done);
  }

  /** It was called so long ago that somebody else is to have its turn. */
  isOver(place: Place): boolean {
    this.note();
    return place.round < this.over.round || (place.round === this.over.round && place.at <= this.over.at);
  }

  /** How many come first, as far as is known: who comes later from elsewhere may be called before. */
  ahead({ round, at }: Place): number {
    let ahead = 0;
    for (let before = this.round + 1; before < round; before++) ahead += this.due(before);
    return Math.max(0, ahead + at - this.done - 1);
  }

  /** Calls so many more. Returns how many were there to be called. */
  call(most: number): number {
    let called = 0;
    while (called < most && this.count > 0) {
      const ready = Math.min(most - called, this.due(this.round + 1) - this.done);
      if (ready > 0) {
        this.done += ready;
        this.count -= ready;
        called += ready;
      } else this.close();
    }
    // Nobody waits: the last round is over, too.
    if (this.count === 0 && this.done > 0) this.close();
    this.note();
    return called;
  }

  private due(round: number): number {
    return (this.given[round % MOST_ROUNDS] as number) - (this.left[round % MOST_ROUNDS] as number);
  }

  /** The next round is over, and its place free for one that is far off. */
  private close(): void {
    this.round++;
    this.done = 0;
    this.given[this.round % MOST_ROUNDS] = this.left[this.round % MOST_ROUNDS] = 0;
  }

  private note(): void {
    const time = this.now();
    const newest = this.notes.at(-1);
    if (!newest || time - newest.time >= NOTE_MS)
      this.notes.push({ time, place: { round: this.round + 1, at: this.done } });
    while (this.notes[0] && this.notes[0].time <= time - GOOD_MS)
      this.over = (this.notes.shift() as { place: Place }).place;
  }
}

/** The last round of each key, the long unused ones forgotten: two generations, the older dropped when the younger is full. */
class LastRounds {
  private young = new Map<string, number>();
  private old = new Map<string, number>();

  get(key: string): number {
    return this.young.get(key) ?? this.old.get(key) ?? 0;
  }

  set(key: string, round: number): void {
    if (this.young.size >= MOST_KNOWN) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(key, round);
  }
}
