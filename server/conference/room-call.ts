import type { CallHead, CallId, CallNews, SeatId } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
import type { Province, RoomId } from "#protocol/ids";
import { Judge } from "../domain/calls/judge.ts";
import { Legs } from "../domain/calls/legs.ts";
import { type Call, headOf } from "../domain/calls/merge.ts";
import { Announcing } from "./announcing.ts";
import { Course } from "./course.ts";
import type { Trunk } from "./deciding.ts";
import { Feeds } from "./feeds.ts";
import { factsOf } from "./facts.ts";
import type { House } from "./house.ts";
import type { CallMessage } from "./message.ts";
import type { Caller } from "./parts.ts";
import { askForNote } from "./note.ts";
import { Once } from "./once.ts";
import { tellSpeaking } from "./passing.ts";
import { clearSeats, deskOf } from "./own-seat.ts";
import type { Feed, GatewayState } from "./ports.ts";
import type { Room } from "./room.ts";
import { SeatMedia } from "./seat-media.ts";
import { Speaking } from "./speaking.ts";
import { decidePlace, gatherFeeds, moveSeats } from "./standing.ts";
import { Telling } from "./telling.ts";

/** Changes are gathered for so long before people and provinces are told; among few a call is quicker so. */
const GATHER_MS = 60;
const FEW = 12;
const FEW_MS = 15;

/** The call of one room as it is on this node: its legs, the media of its own seats, and what people were told. */
export class RoomCall implements Room {
  readonly legs: Legs;
  readonly judge: Judge;
  readonly once: Once;
  readonly media = new Map<SeatId, SeatMedia>();
  readonly holders = new Map<SeatId, Caller>();
  readonly speaking: Speaking;
  readonly feeds: Feeds;
  private readonly telling: Telling;
  call: Call | undefined;
  course: Course | undefined;
  /** under which id media stands on gateways */
  mediaCall: CallId | undefined;
  lastHolder: Caller | undefined;
  readonly announcing = new Announcing(this);
  private refreshed = 0;
  private stopTimer: (() => void) | undefined;

  constructor(
    readonly room: RoomId,
    readonly house: House,
  ) {
    const { members, province, trunks, timers, crowd, now } = house;
    this.judge = new Judge(room, house.evidence);
    this.once = new Once(this.judge);
    this.legs = new Legs(province, factsOf(room, house), this.judge);
    this.feeds = new Feeds(trunks);
    this.speaking = new Speaking(timers, now, (seats, own) => tellSpeaking(this, seats, own));
    this.telling = new Telling(room, members, crowd, now);
  }

  get isDirect(): boolean {
    return this.house.members.kindOf(this.room) === "direct";
  }

  get provinces(): Province[] {
    return this.house.members.provincesOf(this.room).filter((province) => province !== this.house.province);
  }

  /** Nothing is left to keep. */
  get isIdle(): boolean {
    return !this.call && this.media.size === 0 && this.legs.isEmpty;
  }

  /** The call as it is this very moment. */
  see(): Call | undefined {
    return this.legs.merge(this.house.now());
  }

  head(): CallHead | undefined {
    return this.call && headOf(this.call, this.room, this.course?.ringing(this.call, this.house.now()) ?? []);
  }

  tell(seat: SeatId, news: CallNews): void {
    this.holders.get(seat)?.send({ t: "news", room: this.room, news });
  }

  toOthers(message: CallMessage): void {
    for (const province of this.provinces) this.house.send(province, message);
  }

  /** Seats here that are told what passes in the call. */
  insiders(): SeatId[] {
    return [...this.holders.keys()].filter((id) => this.legs.own?.seats.get(id)?.seat.state !== "lobby");
  }

  // ---- seats ----

  /** Gives a seat its media and its socket. */
  seat(id: SeatId, who: Caller): SeatMedia {
    this.holders.set(id, who);
    this.mediaCall ??= this.legs.own?.opening.id;
    const media = new SeatMedia(deskOf(this, id));
    this.media.set(id, media);
    return media;
  }

  /** A seat of this node is over, and told why where it did not leave by itself. */
  drop(id: SeatId, why?: (CallNews & { is: "over" })["why"], order?: CallOrder): void {
    const who = this.holders.get(id);
    if (why) this.tell(id, { is: "over", why, ...(order && { order }) });
    this.freeMedia(id);
    if (who) {
      this.lastHolder = who;
      this.holders.delete(id);
      this.house.unseated(who, id);
    }
    if (why === "removed") this.legs.own?.remove(id);
    else this.legs.own?.leave(id);
    this.soon();
  }

  /** The seat's socket is gone; its media may go on. */
  lost(id: SeatId): void {
    this.lastHolder = this.holders.get(id) ?? this.lastHolder;
    this.holders.delete(id);
    this.legs.own?.lost(id, this.house.now());
    if (!this.legs.own?.seats.has(id)) this.drop(id);
    this.soon();
  }

  greet(who: Caller): void {
    const head = this.head();
    if (head) this.telling.greet(who, head);
  }

  arrived(trunk: Trunk, feed: Feed | null): void {
    if (this.feeds.arrived(trunk, feed)) for (const media of this.media.values()) media.settle();
  }

  gatewayTurned(province: Province, state: GatewayState, isNewLife: boolean): void {
    if (state.at === "up" && isNewLife) this.feeds.renewed(province);
    if (this.media.size > 0) this.refresh();
  }

  // ---- what follows from a change ----

  soon(): void {
    const gather = (this.call?.seats.size ?? 0) > FEW ? GATHER_MS : FEW_MS;
    const wait = Math.max(0, this.refreshed + gather - this.house.now());
    this.stopTimer ??= this.house.timers.after(Math.min(wait, gather), () => this.refresh());
  }

  tick(): void {
    for (const province of this.legs.tick(this.house.now()))
      this.house.send(province, { t: "call", is: "ask", room: this.room });
    for (const [id, media] of this.media) media.tick(this.legs.own?.seats.get(id)?.seat.state === "away");
    this.refresh();
  }

  beat(): void {
    this.announcing.beat(this.legs.own);
  }

  refresh(): void {
    this.stopTimer?.();
    this.stopTimer = undefined;
    const now = this.house.now();
    this.refreshed = now;
    clearSeats(this, now);
    // It was ended for all while another one is on: the seats here were the former one's.
    if (this.media.size > 0 && !this.legs.own) this.over();
    const call = this.see();
    if (!call) {
      this.over();
      return;
    }
    this.follow(call, now);
    if (this.media.size > 0 && this.course?.isUnanswered(now)) {
      this.endForAll();
      return;
    }
    decidePlace(this, call);
    moveSeats(this, call);
    const settled = this.see() ?? call;
    this.call = settled;
    gatherFeeds(this, settled);
    this.announcing.changed(this.legs.own);
    this.telling.head(this.head() ?? null, this.holders);
    this.telling.seats(settled, this.holders);
  }

  /** For all, in all provinces. @param order the host's; in a conversation of two there is none */
  endForAll(order?: CallOrder): void {
    const call = (this.see() ?? this.legs.own)?.opening.id;
    if (!call) return;
    this.legs.end(this.house.province, call, order ?? null, this.house.now());
    this.toOthers({ t: "call", is: "ended", room: this.room, call, ...(order && { order }) });
    this.over(order);
  }

  /** The node leaves. */
  stop(): void {
    this.stopTimer?.();
    this.speaking.stop();
    for (const id of [...this.media.keys()]) this.freeMedia(id);
    this.feeds.clear();
    if (this.legs.own) this.announcing.none();
  }

  /** Another province's host ended it; another call may be on. */
  ended(order: CallOrder | undefined): void {
    if (this.media.size > 0 && !this.legs.own) this.over(order);
    this.refresh();
  }

  private over(order?: CallOrder): void {
    const wasOn = this.call !== undefined || this.media.size > 0;
    if (wasOn) askForNote(this);
    for (const id of [...this.media.keys()]) this.drop(id, "ended", order);
    this.stopTimer?.();
    this.stopTimer = undefined;
    if (this.legs.own) this.announcing.none();
    this.legs.own = undefined;
    this.feeds.clear();
    this.speaking.stop();
    const over = this.mediaCall ?? this.call?.opening.id;
    if (over) void this.house.gateway.close(over);
    this.call = this.course = this.mediaCall = this.lastHolder = undefined;
    if (wasOn) this.telling.over();
  }

  private follow(call: Call, now: number): void {
    const { id } = call.opening;
    if (this.mediaCall && this.mediaCall !== id && this.legs.own?.opening.id === id) this.rename(this.mediaCall, id);
    if (!this.course) this.house.count("beep_calls_total");
    if (this.course?.opening.id !== id) {
      // Two calls that became one ring no longer for it; another call rings anew.
      const goesOn = this.course && !this.legs.isOver(this.course.opening.id);
      const since = goesOn ? (this.course?.since ?? now) : now;
      const { members, province } = this.house;
      this.course = new Course(this.room, members, province, call.opening, since);
    }
    this.course.follow(call, this.legs.own?.declined.keys() ?? [], now);
  }

  /** Two calls of one room became one: media begins anew under the name that stands. */
  private rename(former: CallId, id: CallId): void {
    for (const seat of this.media.keys()) this.house.trunks.unpublished(former, seat);
    this.feeds.clear();
    this.mediaCall = id;
    for (const media of this.media.values()) media.move();
    void this.house.gateway.close(former);
  }

  private freeMedia(id: SeatId): void {
    this.media.get(id)?.leave();
    this.media.delete(id);
    this.speaking.turn(id, false);
    if (this.mediaCall) this.house.trunks.unpublished(this.mediaCall, id);
  }
}
