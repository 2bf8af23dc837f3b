import type { CallAnswer, Track, Want } from "#protocol/call";
import { AppError } from "../domain/error.ts";
import { Negotiation } from "./negotiation.ts";
import type { Feed, GatewaySeat, MediaGateway, SeatEvent } from "./ports.ts";
import type { SeatDesk } from "./seat-desk.ts";
import { Turns } from "./turns.ts";

/** A connection that is gone for so long begins anew. */
const LOST_MS = 1_000;

/** Where its media is. `placing`: the gateway is being asked for its place. */
type Standing =
  | { at: "nowhere" }
  | { at: "placing"; gateway: MediaGateway; gatewayLife: number }
  | { at: "placed"; gateway: MediaGateway; gatewayLife: number; seat: GatewaySeat }
  | { at: "over" };

/**
 * The media of one seat that speaks to this node: a sending and a receiving connection on some gateway. What is asked
 * is done one after the other. `life` grows whenever all of it begins anew.
 */
export class SeatMedia {
  life = 1;
  private standing: Standing = { at: "nowhere" };
  private readonly negotiation: Negotiation;
  private wants: readonly Want[] = [];
  private asked = "[]";
  private feed: Feed | null = null;
  private isSending = false;
  private readonly lostSince = new Map<"send" | "receive", number>();
  private readonly muted = new Set<Track>();
  private turns = new Turns();
  private settling = false;

  constructor(private readonly desk: SeatDesk) {
    this.negotiation = new Negotiation(desk.now, (offer) => desk.tell({ is: "offer", life: this.life, ...offer }));
  }

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
    return this.turns.take(async () => {
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
    return this.turns.take(async () => {
      this.check(life);
      if (this.standing.at !== "placed" || !this.negotiation.awaits(n))
        throw new AppError("conflict", "There is a newer offer.");
      const { seat } = this.standing;
      await seat.answer(sdp);
      this.check(life);
      this.negotiation.answered(n);
      this.settle();
      return { is: "done" };
    });
  }

  /** Feeds came or went: asks the gateway for what can be had now, where that is something else than before. */
  settle(): void {
    if (this.settling || this.negotiation.isOpen) return;
    if (this.standing.at === "over" || !this.hasNews()) return;
    this.settling = true;
    const { life } = this;
    this.turns
      .take(async () => {
        this.settling = false;
        if (life !== this.life || this.negotiation.isOpen) return;
        const seat = await this.place(life);
        if (this.standing.at !== "placed") return;
        const resolved = this.desk.resolve(this.wants, this.standing.gateway.province);
        const feeds = resolved.map(({ want }) => want);
        const asked = JSON.stringify(feeds);
        if (asked === this.asked) return;
        for (const { want, track } of resolved) this.negotiation.name(want.seat, want.mid, track);
        const offer = await seat.want(feeds);
        if (life !== this.life) return;
        this.asked = asked;
        if (offer) this.negotiation.offer(offer);
      })
      .catch((error) => {
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
    this.turns
      .insist(async () => {
        if (life === this.life) await this.enforce(track, on);
      })
      .catch((error) => this.desk.failed("mute", error));
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
    this.negotiation.repeat();
  }

  tick(isAway: boolean): void {
    const now = this.desk.now();
    if ([...this.lostSince.values()].some((since) => now - since >= LOST_MS)) this.move();
    // Whoever is away cannot answer; the offer is said again when they are back.
    if (isAway) return;
    switch (this.negotiation.overdue()) {
      case "nothing":
        break;
      case "move":
        this.move();
        break;
      case "give up":
        this.desk.giveUp();
        break;
    }
  }

  leave(): void {
    this.clear();
    this.standing = { at: "over" };
  }

  private get isOver(): boolean {
    return this.standing.at === "over";
  }

  private check(life: number): void {
    if (this.isOver) throw new AppError("conflict", "Your place in the call is gone. Join again.");
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
      // Meanwhile it left, or a move made this place one of a former life.
      if (this.isOver || life !== this.life) {
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
        this.negotiation.offer(event.offer);
        break;
      case "gone":
        this.move();
        break;
    }
  }

  private connection(side: "send" | "receive", up: boolean): void {
    if (up) this.lostSince.delete(side);
    else this.lostSince.set(side, this.desk.now());
    if (side === "receive") return;
    this.isSending = up;
    if (up) this.show();
    else this.desk.shows(null, this.stands?.gateway.province ?? null, this.life);
  }

  private show(): void {
    if (this.feed) this.desk.shows(this.feed, this.stands?.gateway.province ?? null, this.life);
  }

  private async enforce(track: Track, on: boolean): Promise<void> {
    const mid = this.feed?.streams.find((stream) => stream.track === track)?.mid;
    if (mid !== undefined && this.standing.at === "placed") await this.standing.seat.mute(mid, on);
  }

  private clear(): void {
    if (this.standing.at === "placed") void this.standing.seat.leave();
    if (this.standing.at !== "over") this.standing = { at: "nowhere" };
    this.negotiation.clear();
    this.wants = [];
    this.asked = "[]";
    this.feed = null;
    this.isSending = false;
    this.lostSince.clear();
    // What a dead gateway never answers holds up nothing that comes after.
    this.turns = new Turns();
    this.settling = false;
    this.desk.speaking(false);
  }
}
