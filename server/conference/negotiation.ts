import type { CallNews, SeatId, Track } from "#protocol/call";
import type { Offer } from "./ports.ts";

/** An offer that is not answered for so long makes the seat's media begin anew; one that never answers is given up. */
const ANSWER_MS = 10_000;
const MAX_UNANSWERED = 3;

/** The receiving connection of a seat: what was offered last, and whether its answer is still to come. */
type State = { at: "idle" } | { at: "offered"; since: number; offer: Offer };

export class Negotiation {
  private state: State = { at: "idle" };
  private n = 0;
  private unanswered = 0;
  /** under which name a feed's stream was wanted */
  private readonly tracks = new Map<string, Track>();

  constructor(
    private readonly now: () => number,
    private readonly tell: (news: Omit<CallNews & { is: "offer" }, "is" | "life">) => void,
  ) {}

  get isOpen(): boolean {
    return this.state.at === "offered";
  }

  name(seat: SeatId, mid: string, track: Track): void {
    this.tracks.set(`${seat} ${mid}`, track);
  }

  offer(offer: Offer): void {
    this.n++;
    this.state = { at: "offered", since: this.now(), offer };
    this.say(offer);
  }

  /** Whoever has a new socket may not have heard it. */
  repeat(): void {
    if (this.state.at !== "offered") return;
    this.state.since = this.now();
    this.say(this.state.offer);
  }

  awaits(n: number): boolean {
    return this.isOpen && n === this.n;
  }

  answered(n: number): void {
    if (n === this.n) this.state = { at: "idle" };
    this.unanswered = 0;
  }

  /** What is to be done about an offer that was not answered in time. */
  overdue(): "nothing" | "move" | "give up" {
    if (this.state.at !== "offered" || this.now() - this.state.since < ANSWER_MS) return "nothing";
    return ++this.unanswered > MAX_UNANSWERED ? "give up" : "move";
  }

  /** Media begins anew: offers of before are void. Numbers go on, so that no answer is taken for another's. */
  clear(): void {
    this.state = { at: "idle" };
    this.tracks.clear();
  }

  private say(offer: Offer): void {
    const feeds = offer.feeds.flatMap(({ mid, seat, feedMid }) => {
      const track = this.tracks.get(`${seat} ${feedMid}`);
      return track ? [{ mid, seat, track }] : [];
    });
    this.tell({ n: this.n, sdp: offer.sdp, feeds });
  }
}
