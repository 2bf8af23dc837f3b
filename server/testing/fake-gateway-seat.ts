import { badDescription, over, unknownStream } from "../conference/janus/refusals.ts";
import type { Feed, FeedWant, GatewaySeat, Offer, SeatEvent } from "../conference/ports.ts";
import type { CallId, SeatId, Track } from "#protocol/call";

/** What a seat asks of the gateway it is on. */
interface Desk {
  /** what was asked, in order */
  readonly calls: unknown[][];
  /** Notes what was asked. @throws AppError wait while the gateway is away */
  asked(...what: unknown[]): void;
  seated(seat: FakeSeat): boolean;
  visible(call: CallId, want: FeedWant): boolean;
  gone(seat: FakeSeat): void;
  /** Tells the receivers of the call what of their lines is gone. */
  changed(call: CallId): void;
}

/** One line of a receiving connection. */
interface Line extends FeedWant {
  line: string;
  answered: boolean;
}

const readable = (sdp: string): boolean => sdp.startsWith("v=0");

/** One seat of the fake gateway; it sends and receives when a lever says so. */
export class FakeSeat implements GatewaySeat {
  lines: Line[] = [];
  readonly muted = new Set<string>();
  private streams: Feed["streams"] = [];
  private sending = false;
  private receiving = false;
  private ended = false;
  /** an offer waits for its answer */
  private waiting = false;
  /** what was wanted while one waited */
  private later: readonly FeedWant[] | null = null;
  private next = 0;

  constructor(
    private readonly gateway: Desk,
    readonly call: CallId,
    readonly id: SeatId,
    readonly life: number,
    readonly hear: (event: SeatEvent) => void,
  ) {}

  feed(): Feed | undefined {
    return this.sending ? { seat: this.id, life: this.life, streams: this.streams } : undefined;
  }

  async publish(sdp: string, tracks: readonly { mid: string; track: Track }[]): Promise<{ sdp: string; feed: Feed }> {
    this.asked("publish", tracks);
    if (!readable(sdp)) throw badDescription();
    this.streams = tracks.map(({ mid, track }) => ({ mid, track, detail: {} }));
    this.gateway.changed(this.call);
    return { sdp: "v=0 answer", feed: { seat: this.id, life: this.life, streams: this.streams } };
  }

  async want(feeds: readonly FeedWant[]): Promise<Offer | null> {
    this.asked("want", feeds);
    if (this.waiting) {
      this.later = feeds;
      return null;
    }
    return this.receive(feeds) ? this.offer() : null;
  }

  async answer(sdp: string): Promise<void> {
    this.asked("answer");
    if (!this.waiting || !readable(sdp)) throw badDescription();
    this.waiting = false;
    this.lines = this.lines.map((line) => ({ ...line, answered: true }));
    if (!this.receiving) this.media("receive", true);
    const later = this.later ?? this.lines;
    this.later = null;
    if (this.receive(later)) this.hear({ is: "offer", offer: this.offer() });
  }

  async mute(mid: string, on: boolean): Promise<void> {
    this.asked("mute", mid, on);
    if (!this.streams.some((stream) => stream.mid === mid)) throw unknownStream();
    if (on) this.muted.add(mid);
    else this.muted.delete(mid);
  }

  async leave(): Promise<void> {
    this.gateway.calls.push(["leave", this.id]);
    this.gateway.gone(this);
  }

  end(): void {
    this.ended = true;
  }

  media(side: "send" | "receive", up: boolean): void {
    if (side === "send") this.sending = up;
    else this.receiving = up;
    this.hear({ is: "media", side, up });
    this.gateway.changed(this.call);
  }

  /** Lets go of what is no longer there. */
  tidy(): void {
    if (this.waiting || !this.lines.some((line) => !this.gateway.visible(this.call, line))) return;
    this.receive(this.lines);
    this.hear({ is: "offer", offer: this.offer() });
  }

  /** @returns whether the connection's lines are others now */
  private receive(feeds: readonly FeedWant[]): boolean {
    const there = feeds.filter((want) => this.gateway.visible(this.call, want));
    const same = (a: FeedWant, b: FeedWant) => a.seat === b.seat && a.life === b.life && a.mid === b.mid;
    const before = this.lines;
    this.lines = there.map((want) => {
      const { line, answered } = before.find((one) => same(one, want)) ?? { line: `${this.next++}`, answered: false };
      return { ...want, line, answered };
    });
    return this.lines.some((line) => !line.answered) || before.length !== this.lines.length;
  }

  private offer(): Offer {
    this.waiting = true;
    return {
      sdp: "v=0 offer",
      feeds: this.lines.map(({ line, seat, mid }) => ({ mid: line, seat, feedMid: mid })),
    };
  }

  private asked(what: string, ...details: unknown[]): void {
    this.gateway.asked(what, this.id, ...details);
    if (this.ended || !this.gateway.seated(this)) throw over();
  }
}
