import type { CallAnswer, CallId, CallNews, IceServer, SeatId, Track, Want } from "#protocol/call";
import type { Province } from "#protocol/ids";
import { AppError } from "../domain/error.ts";
import type { Feed, FeedWant, GatewaySeat, MediaGateway, Offer, SeatEvent } from "./ports.ts";

/** An offer that is not answered for so long makes the seat's media begin anew; one that never answers is given up. */
const ANSWER_MS = 10_000;
const MAX_UNANSWERED = 3;
/** A connection that is gone for so long begins anew. */
const LOST_MS = 1_000;
const MAX_WAITING = 16;

/** Where its media is. `placing`: the gateway is being asked for its place. */
type Standing =
  | { at: "nowhere" }
  | { at: "placing"; gateway: MediaGateway; gatewayLife: number }
  | { at: "placed"; gateway: MediaGateway; gatewayLife: number; seat: GatewaySeat }
  | { at: "over" };

/** The receiving connection: what was offered last and is not answered yet. */
type Negotiation = { at: "idle" } | { at: "offered"; since: number; offer: Offer };

/** A wanted track as the gateway knows it. */
export interface Resolved {
  track: Track;
  want: FeedWant;
}

/** What a seat's media needs of the call around it. */
export interface SeatDesk {
  readonly seat: SeatId;
  call(): CallId;
  /** the gateway on which it is to stand now */
  gateway(): MediaGateway | undefined;
  now(): number;
  ice(): IceServer[];
  tell(news: CallNews): void;
  /** What can be had of these now, on the gateway on which it stands. */
  resolve(wants: readonly Want[], at: Province): Resolved[];
  /** What others can have of it is now this; null: nothing. */
  shows(feed: Feed | null, at: Province | null, life: number): void;
  speaking(on: boolean): void;
  /** It never answers. */
  giveUp(): void;
  failed(what: string, error: unknown): void;
}

/**
 * The media of one seat that speaks to this node: a sending and a receiving connection on some gateway. What is asked
 * is done one after the other. `life` grows whenever all of it begins anew.
 */
export class SeatMedia {
  life = 1;
  private standing: Standing = { at: "nowhere" };
  private negotiation: Negotiation = { at: "idle" };
  private n = 0;
  private unanswered = 0;
  private wants: readonly Want[] = [];
  private asked = "[]";
  private feed: Feed | null = null;
  private isSending = false;
  private lostSince: number | null = null;
  private readonly muted = new Set<Track>();
  /** under which name a feed's stream was wanted */
  private readonly tracks = new Map<string, Track>();
  private queue = { tail: Promise.resolve() as Promise<unknown>, waiting: 0 };
  private settling = false;

  constructor(private readonly desk: SeatDesk) {}

  /** The gateway on which it stands, or is about to. */
  get stands(): { gateway: MediaGateway; gatewayLife: number } | undefined {
    const { standing } = this;
    return standing.at === "placed" || standing.at === "placing" ? standing : undefined;
  }

  get wanted(): readonly Want[] {
    return this.wants;
  }

  publish(life: number, sdp: string, tracks: readonly { mid: string; track: Track }[]): Promise<CallAnswer> {
    this.check(life);
    return this.inTurn(async () => {
      const seat = await this.place(life);
      const published = await seat.publish(sdp, tracks);
      this.check(life);
      this.feed = published.feed;
      for (const track of this.muted) await this.enforce(track, true);
      if (this.isSending) this.show();
      return { is: "published", sdp: published.sdp };
    });
  }

  want(life: number, wants: readonly Want[]): void {
    this.check(life);
    this.wants = wants;
    this.settle();
  }

  /** @throws AppError conflict where another offer was made since, fix where the answer is none */
  answer(life: number, n: number, sdp: string): Promise<CallAnswer> {
    this.check(life);
    return this.inTurn(async () => {
      this.check(life);
      if (this.standing.at !== "placed" || this.negotiation.at !== "offered" || n !== this.n)
        throw new AppError("conflict", "There is a newer offer.");
      const { seat } = this.standing;
      await seat.answer(sdp);
      this.check(life);
      if (n === this.n) this.negotiation = { at: "idle" };
      this.unanswered = 0;
      this.settle();
      return { is: "done" };
    });
  }

  /** Feeds came or went: asks the gateway for what can be had now, where that is something else than before. */
  settle(): void {
    if (this.settling || this.negotiation.at === "offered") return;
    if (this.standing.at === "over" || !this.hasNews()) return;
    this.settling = true;
    const { life } = this;
    this.inTurn(async () => {
      this.settling = false;
      if (life !== this.life || this.negotiation.at === "offered") return;
      const seat = await this.place(life);
      if (this.standing.at !== "placed") return;
      const resolved = this.desk.resolve(this.wants, this.standing.gateway.province);
      const feeds = resolved.map(({ want }) => want);
      const asked = JSON.stringify(feeds);
      if (asked === this.asked) return;
      for (const { want, track } of resolved) this.tracks.set(`${want.seat} ${want.mid}`, track);
      const offer = await seat.want(feeds);
      if (life !== this.life) return;
      this.asked = asked;
      if (offer) this.offer(offer);
    }).catch((error) => {
      this.settling = false;
      if (!(error instanceof AppError)) this.desk.failed("want", error);
    });
  }

  /** The gateway lets the track through no more, or again. */
  mute(track: Track, on: boolean): void {
    if (this.muted.has(track) === on) return;
    if (on) this.muted.add(track);
    else this.muted.delete(track);
    const { life } = this;
    this.inTurn(async () => {
      if (life === this.life) await this.enforce(track, on);
    }).catch((error) => this.desk.failed("mute", error));
  }

  /** All begins anew, here or on another gateway. */
  move(): void {
    if (this.standing.at === "over") return;
    this.clear();
    this.life++;
    this.desk.shows(null, null, this.life);
    this.desk.tell({ is: "move", life: this.life, ice: this.desk.ice() });
  }

  /** Its client has a new socket: says again what it may not have heard. */
  repeat(): void {
    if (this.negotiation.at !== "offered") return;
    this.negotiation.since = this.desk.now();
    this.tellOffer(this.negotiation.offer);
  }

  tick(isAway: boolean): void {
    const now = this.desk.now();
    if (this.lostSince !== null && now - this.lostSince >= LOST_MS) this.move();
    if (this.negotiation.at !== "offered" || isAway) return;
    if (now - this.negotiation.since < ANSWER_MS) return;
    if (++this.unanswered > MAX_UNANSWERED) this.desk.giveUp();
    else this.move();
  }

  leave(): void {
    this.clear();
    this.standing = { at: "over" };
  }

  private check(life: number): void {
    if (this.standing.at === "over") throw new AppError("conflict", "Your place in the call is gone. Join again.");
    if (life !== this.life) throw new AppError("conflict", "Your media has moved on. Begin it anew.");
  }

  private hasNews(): boolean {
    if (this.standing.at !== "placed") return this.wants.length > 0;
    const resolved = this.desk.resolve(this.wants, this.standing.gateway.province);
    return JSON.stringify(resolved.map(({ want }) => want)) !== this.asked;
  }

  private async place(life: number): Promise<GatewaySeat> {
    this.check(life);
    if (this.standing.at === "placed") return this.standing.seat;
    const gateway = this.desk.gateway();
    const state = gateway?.state();
    if (!gateway || state?.at !== "up")
      throw new AppError("wait", "The media gateway is not there. It is looked for.", { retryAfter: 500 });
    const gatewayLife = state.life;
    this.standing = { at: "placing", gateway, gatewayLife };
    try {
      const seat = await gateway.seat(this.desk.call(), this.desk.seat, life, (event) => this.hear(life, event));
      // A move meanwhile made this place one of a former life.
      if (life !== this.life) {
        void seat.leave();
        this.check(life);
      }
      this.standing = { at: "placed", gateway, gatewayLife, seat };
      return seat;
    } catch (error) {
      if (life === this.life && this.standing.at === "placing") this.standing = { at: "nowhere" };
      throw error;
    }
  }

  private hear(life: number, event: SeatEvent): void {
    if (life !== this.life || this.standing.at === "over") return;
    switch (event.is) {
      case "media":
        this.connection(event.side, event.up);
        break;
      case "speaking":
        this.desk.speaking(event.on && !this.muted.has("mic"));
        break;
      case "offer":
        this.offer(event.offer);
        break;
      case "gone":
        this.move();
        break;
    }
  }

  private connection(side: "send" | "receive", up: boolean): void {
    this.lostSince = up ? null : this.desk.now();
    if (side === "receive") return;
    this.isSending = up;
    if (up) this.show();
    else this.desk.shows(null, this.stands?.gateway.province ?? null, this.life);
  }

  private show(): void {
    if (this.feed) this.desk.shows(this.feed, this.stands?.gateway.province ?? null, this.life);
  }

  private offer(offer: Offer): void {
    this.n++;
    this.negotiation = { at: "offered", since: this.desk.now(), offer };
    this.tellOffer(offer);
  }

  private tellOffer(offer: Offer): void {
    const feeds = offer.feeds.flatMap(({ mid, seat, feedMid }) => {
      const track = this.tracks.get(`${seat} ${feedMid}`);
      return track ? [{ mid, seat, track }] : [];
    });
    this.desk.tell({ is: "offer", life: this.life, n: this.n, sdp: offer.sdp, feeds });
  }

  private async enforce(track: Track, on: boolean): Promise<void> {
    const mid = this.feed?.streams.find((stream) => stream.track === track)?.mid;
    if (mid !== undefined && this.standing.at === "placed") await this.standing.seat.mute(mid, on);
  }

  private clear(): void {
    if (this.standing.at === "placed") void this.standing.seat.leave();
    if (this.standing.at !== "over") this.standing = { at: "nowhere" };
    this.negotiation = { at: "idle" };
    this.wants = [];
    this.asked = "[]";
    this.feed = null;
    this.isSending = false;
    this.lostSince = null;
    this.tracks.clear();
    // What a dead gateway never answers holds up nothing that comes after.
    this.queue = { tail: Promise.resolve(), waiting: 0 };
    this.settling = false;
    this.desk.speaking(false);
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    const { queue } = this;
    if (queue.waiting >= MAX_WAITING) throw new AppError("wait", "Too much at once.", { retryAfter: 500 });
    queue.waiting++;
    const turn = queue.tail.then(work);
    queue.tail = turn.then(
      () => {},
      () => {},
    );
    try {
      return await turn;
    } finally {
      queue.waiting--;
    }
  }
}
