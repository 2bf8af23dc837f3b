import type { Message } from "janode";
import type { FeedWant, Offer, SeatEvent } from "../ports.ts";
import { type Answer, type Plug, soon } from "./client.ts";
import { Layers } from "./layers.ts";
import { Refused, type Said } from "./line.ts";
import { NO_SUCH_FEED, type Place } from "./place.ts";
import { badDescription, over, told } from "./refusals.ts";
import { isDescription, withoutCandidates } from "./sdp.ts";
import { Turns } from "./turns.ts";

/** One line of the receiving connection: `line` is its mid there. */
interface Line extends Omit<FeedWant, "layer"> {
  line: string;
}

/** What is wanted, with its name and mid on the server. */
interface Wanted extends FeedWant {
  feed: string;
  feedMid: string;
}

const isSame = (a: Omit<FeedWant, "layer">, b: Omit<FeedWant, "layer">): boolean =>
  a.seat === b.seat && a.life === b.life && a.mid === b.mid;

/**
 * A seat's receiving connection. Offers are made one at a time, by us alone (`autoupdate` is off): the server is asked
 * for the next one when the browser has answered the last.
 */
export class Subscriber {
  private plug: Plug | undefined;
  private readonly turns = new Turns();
  private readonly layers = new Layers(async (streams) => this.plug?.request({ request: "configure", streams }));
  private wanted: readonly FeedWant[] = [];
  private lines: Line[] = [];
  /** an offer waits for its answer */
  private waiting = false;
  private ended = false;
  /** an offer that the server made by itself, and who waits for it */
  private pushed: Answer | undefined;
  private arrival = () => {};

  constructor(
    private readonly place: Place,
    private readonly hear: (event: SeatEvent) => void,
  ) {}

  get plugId(): number | undefined {
    return this.plug?.id;
  }

  want(feeds: readonly FeedWant[]): Promise<Offer | null> {
    return this.turns.take(async () => {
      if (this.ended) throw over();
      this.wanted = feeds;
      return this.waiting ? null : this.next();
    });
  }

  answer(sdp: string): Promise<void> {
    return this.turns.take(async () => {
      if (!this.plug || !this.waiting || !isDescription(sdp)) throw badDescription();
      await this.plug
        .request({ request: "start" }, { type: "answer", sdp: withoutCandidates(sdp) })
        .catch((error) => this.broken(error));
      this.waiting = false;
      await this.offer();
    });
  }

  /** Lets go of what is no longer there. */
  tidy(): void {
    if (this.ended || this.waiting || !this.lines.some((line) => !this.place.locate(line))) return;
    void this.turns.take(() => this.offer()).catch(() => {});
  }

  async leave(): Promise<void> {
    this.ended = true;
    await this.reset();
  }

  private async offer(): Promise<void> {
    if (this.ended || this.waiting) return;
    const offer = await this.next();
    if (offer) this.hear({ is: "offer", offer });
  }

  /** Brings the connection to what is wanted and there. @returns the new offer, null where none is needed */
  private async next(): Promise<Offer | null> {
    const absent = new Set<string>();
    for (;;) {
      const there = this.there().filter(({ feed }) => !absent.has(feed));
      this.wanted = there;
      const gone = this.lines.filter((line) => !this.wanted.some((want) => isSame(want, line)));
      const come = there.filter((want) => !this.lines.some((line) => isSame(want, line)));
      if (gone.length + come.length === 0) {
        await this.relayer();
        return null;
      }
      const subscribe = come.map(({ feed, feedMid, layer }) => ({
        feed,
        mid: feedMid,
        ...(layer === undefined ? {} : { substream: layer }),
      }));
      try {
        const answer = await this.exchange(
          subscribe,
          gone.map(({ line }) => ({ sub_mid: line })),
        );
        this.read(answer, there);
        await this.relayer();
        if (!answer.sdp) return null;
        return this.offerOf(answer.sdp);
      } catch (error) {
        // It went between our looking and our asking.
        const feed = error instanceof Refused && error.code === NO_SUCH_FEED && /\(([^)]+)\)/.exec(error.message)?.[1];
        if (!feed || absent.has(feed)) return this.broken(error);
        absent.add(feed);
      }
    }
  }

  private async exchange(subscribe: Message[], unsubscribe: Message[]): Promise<Answer> {
    if (this.plug) {
      const diff = { ...(subscribe.length ? { subscribe } : {}), ...(unsubscribe.length ? { unsubscribe } : {}) };
      const answer = await this.plug.request({ request: "update", ...diff });
      return answer.data.videoroom === "updating" ? this.push() : answer;
    }
    const plug = await this.place.attach((said) => this.said(plug, said));
    try {
      const room = { room: this.place.call, streams: subscribe, use_msid: true, autoupdate: false };
      const answer = await plug.request({ request: "join", ptype: "subscriber", ...room });
      if (this.ended) throw over();
      this.plug = plug;
      return answer;
    } catch (error) {
      await plug.detach();
      throw error;
    }
  }

  /** The offer that the server makes once it has dealt with the last answer, which it says it has before it has. */
  private async push(): Promise<Answer> {
    const arrival = new Promise<void>((resolve) => {
      this.arrival = resolve;
    });
    if (!this.pushed) await soon(arrival);
    const answer = this.pushed as Answer;
    this.pushed = undefined;
    return answer;
  }

  /** When a feed of another gateway ends the server makes an offer unasked, whatever it was told. */
  private async adopt(): Promise<void> {
    const answer = this.pushed;
    this.pushed = undefined;
    if (!answer || this.ended || !this.plug) return;
    this.read(answer, this.there());
    this.hear({ is: "offer", offer: this.offerOf(answer.sdp as string) });
  }

  /** What is wanted and can be had. */
  private there(): Wanted[] {
    return this.wanted.flatMap((want) => {
      const at = this.place.locate(want);
      return at ? [{ ...want, feed: at.feed, feedMid: at.mid }] : [];
    });
  }

  private offerOf(sdp: string): Offer {
    this.waiting = true;
    return { sdp, feeds: this.lines.map(({ line, seat, mid }) => ({ mid: line, seat, feedMid: mid })) };
  }

  /** Takes the lines from what the server says of them: `mid` there, and whose stream it carries. */
  private read({ data }: Answer, there: readonly Wanted[]): void {
    const before = this.lines;
    this.lines = ((data.streams ?? []) as Message[]).flatMap((stream) => {
      if (stream.active === false) return [];
      const found = there.find(({ feed, feedMid }) => feed === stream.feed_id && feedMid === stream.feed_mid);
      if (!found) return [];
      const { seat, life, mid, layer } = found;
      const line = String(stream.mid);
      if (!before.some((one) => one.line === line && isSame(one, found))) this.layers.begun(line, layer);
      return [{ seat, life, mid, line }];
    });
    this.layers.keep(new Set(this.lines.map(({ line }) => line)));
  }

  /** Other layers need no new offer. */
  private async relayer(): Promise<void> {
    const layers = this.lines.flatMap((line): [string, number][] => {
      const layer = this.wanted.find((want) => isSame(want, line))?.layer;
      return layer === undefined ? [] : [[line.line, layer]];
    });
    await this.layers.set(new Map(layers)).catch((error) => {
      throw told(error);
    });
  }

  private said(plug: Plug, said: Said): void {
    if (this.plug !== plug || this.ended) return;
    switch (said.is) {
      case "up":
        this.hear({ is: "media", side: "receive", up: true });
        return;
      case "hangup":
        // The server has forgotten all lines: what is wanted next begins a connection anew.
        void this.reset();
        this.hear({ is: "media", side: "receive", up: false });
        return;
      case "gone":
        this.plug = undefined;
        void this.reset();
        this.hear({ is: "gone", why: "the gateway cut it off" });
        return;
      case "event":
        this.layers.heard(said.data);
        if (!said.sdp) return;
        this.pushed = { data: said.data, sdp: said.sdp };
        this.arrival();
        void this.turns.take(() => this.adopt()).catch(() => {});
        return;
    }
  }

  /**
   * A refusal leaves all as it was. Where no answer came an offer may have been made that nobody has: this connection
   * cannot go on, and the seat must begin anew.
   */
  private broken(error: unknown): never {
    if (!(error instanceof Refused) && this.plug) {
      void this.reset();
      this.hear({ is: "gone", why: "its receiving connection is not known any more" });
    }
    throw told(error);
  }

  private async reset(): Promise<void> {
    const { plug } = this;
    this.plug = undefined;
    this.lines = [];
    this.layers.keep(new Set());
    this.waiting = false;
    this.pushed = undefined;
    await plug?.detach();
  }
}
