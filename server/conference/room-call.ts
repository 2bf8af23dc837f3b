import type { CallHead, CallId, CallNews, KeyBox, SeatId } from "#protocol/call";
import type { Province, RoomId } from "#protocol/ids";
import { Attendance } from "../domain/calls/attendance.ts";
import { isInside } from "../domain/calls/leg-state.ts";
import { Legs } from "../domain/calls/legs.ts";
import { type Call, headOf } from "../domain/calls/merge.ts";
import { RING_MS, ringing } from "../domain/calls/ringing.ts";
import type { Trunk } from "./deciding.ts";
import { Feeds } from "./feeds.ts";
import type { CallMessage } from "./message.ts";
import type { Caller, Crowd, Parts, Timers } from "./parts.ts";
import type { Feed, GatewayState, MediaGateway } from "./ports.ts";
import { SeatMedia } from "./seat-media.ts";
import { Speaking } from "./speaking.ts";
import type { Stations } from "./stations.ts";
import { Telling } from "./telling.ts";

/** Changes are gathered for so long before people and provinces are told. */
const GATHER_MS = 60;

/** What all rooms of a node share. */
export interface House extends Parts {
  timers: Timers;
  stations: Stations;
  crowd(): Crowd | undefined;
  send(to: Province, message: CallMessage): void;
  isUp(province: Province): boolean;
  /** its seat is over: the socket is free for another call */
  unseated(who: Caller, seat: SeatId): void;
}

/** The call of one room as it is on this node: its legs, the media of its own seats, and what people were told. */
export class RoomCall {
  readonly legs: Legs;
  readonly media = new Map<SeatId, SeatMedia>();
  readonly holders = new Map<SeatId, Caller>();
  readonly speaking: Speaking;
  private readonly feeds: Feeds;
  private telling: Telling;
  private call: Call | undefined;
  private attendance: Attendance | undefined;
  private known = 0;
  /** under which id media stands on gateways */
  private mediaCall: CallId | undefined;
  private lastHolder: Caller | undefined;
  private sent = { life: "", version: 0 };
  private refreshed = 0;
  private stopTimer: (() => void) | undefined;

  constructor(
    readonly room: RoomId,
    readonly house: House,
  ) {
    const { members, province } = house;
    this.legs = new Legs(province, {
      roleOf: (person) => members.roleOf(room, person),
      provinceOf: (person) => members.provinceOf(person),
      members: () => members.membersOf(room),
      isDirect: () => this.isDirect,
      isUp: (other) => house.isUp(other),
    });
    this.feeds = new Feeds(house.trunks);
    this.speaking = new Speaking(house.timers, house.now, (seats, own) => this.tellSpeaking(seats, own));
    this.telling = this.newTelling();
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
    return this.call && headOf(this.call, this.room, this.ringing(this.call));
  }

  tell(seat: SeatId, news: CallNews): void {
    this.holders.get(seat)?.send({ t: "news", room: this.room, news });
  }

  toOthers(message: CallMessage): void {
    for (const province of this.provinces) this.house.send(province, message);
  }

  /** Others than one person were in it. */
  get hasMet(): boolean {
    return (this.attendance?.size ?? 0) > 1;
  }

  // ---- what passes ----

  react(seat: SeatId, sign: string): void {
    for (const id of this.insiders()) this.tell(id, { is: "reacted", seat, sign });
  }

  /** To each seat its own, through the node to which it speaks. */
  sendKeys(call: Call, from: SeatId, epoch: number, boxes: readonly KeyBox[]): void {
    const away = new Map<Province, KeyBox[]>();
    for (const box of boxes) {
      const province = call.seats.get(box.seat)?.seat.province;
      if (province && province !== this.house.province) away.set(province, [...(away.get(province) ?? []), box]);
    }
    this.handKeys(from, epoch, boxes);
    for (const [province, theirs] of away)
      this.house.send(province, {
        t: "call",
        is: "keys",
        room: this.room,
        call: call.opening.id,
        from,
        epoch,
        boxes: theirs,
      });
  }

  /** To seats of this node. */
  handKeys(from: SeatId, epoch: number, boxes: readonly KeyBox[]): void {
    const inside = new Set(this.insiders());
    for (const { seat, box } of boxes) if (inside.has(seat)) this.tell(seat, { is: "keys", from, epoch, box });
  }

  private insiders(): SeatId[] {
    return [...this.holders.keys()].filter((id) => this.legs.own?.seats.get(id)?.seat.state !== "lobby");
  }

  // ---- seats ----

  /** Gives a seat its media and its socket. */
  seat(id: SeatId, who: Caller): SeatMedia {
    this.holders.set(id, who);
    this.mediaCall ??= this.legs.own?.opening.id;
    const media = new SeatMedia({
      seat: id,
      call: () => this.mediaCall as CallId,
      gateway: () => this.gatewayFor(this.call ?? this.see(), undefined),
      now: this.house.now,
      ice: this.house.ice,
      tell: (news) => this.tell(id, news),
      resolve: (wants, at) =>
        this.call ? this.feeds.resolve(this.call.opening.id, wants, id, at, this.call.seats) : [],
      shows: (feed, at, life) => this.shows(id, feed, at, life),
      speaking: (on) => this.speaking.turn(id, on),
      giveUp: () => this.drop(id, "lost"),
      failed: (what, error) => this.failed(what, error),
    });
    this.media.set(id, media);
    return media;
  }

  /** A seat of this node is over, and told why where it did not leave by itself. */
  drop(id: SeatId, why?: (CallNews & { is: "over" })["why"]): void {
    const who = this.holders.get(id);
    if (why) this.tell(id, { is: "over", why });
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
    const who = this.holders.get(id);
    this.holders.delete(id);
    if (who) this.lastHolder = who;
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
    const wait = Math.max(0, this.refreshed + GATHER_MS - this.house.now());
    this.stopTimer ??= this.house.timers.after(Math.min(wait, GATHER_MS), () => this.refresh());
  }

  tick(): void {
    for (const province of this.legs.tick(this.house.now()))
      this.house.send(province, { t: "call", is: "ask", room: this.room });
    for (const [id, media] of this.media) media.tick(this.legs.own?.seats.get(id)?.seat.state === "away");
    this.refresh();
  }

  /** That the leg is as it was, and who speaks. */
  beat(): void {
    const { own } = this.legs;
    if (!own) return;
    this.toOthers({ t: "call", is: "leg", leg: own.news(own.version) });
    const seats = this.speaking.beat();
    if (seats.length > 0) this.toOthers({ t: "call", is: "speaking", room: this.room, call: own.opening.id, seats });
  }

  refresh(): void {
    this.stopTimer?.();
    this.stopTimer = undefined;
    const now = this.house.now();
    this.refreshed = now;
    this.clearSeats(now);
    const call = this.see();
    if (!call) return this.over("ended");
    this.follow(call, now);
    if (this.isUnanswered(call, now)) return this.endForAll();
    this.decide(call);
    this.stand(call);
    const settled = this.see() ?? call;
    this.call = settled;
    this.gather(settled, now);
    this.announce();
    this.telling.head(this.head() ?? null, this.holders);
    this.telling.seats(settled, this.holders);
  }

  /** For all, in all provinces. */
  endForAll(): void {
    const call = (this.see() ?? this.legs.own)?.opening.id;
    if (!call) return;
    this.legs.end(this.house.province, call, this.house.now());
    this.toOthers({ t: "call", is: "ended", room: this.room, call });
    this.over("ended");
  }

  /** The node leaves. */
  stop(): void {
    this.stopTimer?.();
    this.speaking.stop();
    for (const id of [...this.media.keys()]) this.freeMedia(id);
    this.feeds.clear();
    if (this.legs.own) this.toOthers({ t: "call", is: "none", room: this.room });
  }

  private over(why: "ended"): void {
    const wasOn = this.call !== undefined || this.media.size > 0;
    if (wasOn) this.askForNote();
    for (const id of [...this.media.keys()]) this.drop(id, why);
    this.stopTimer?.();
    this.stopTimer = undefined;
    if (this.legs.own) this.toOthers({ t: "call", is: "none", room: this.room });
    this.legs.own = undefined;
    this.feeds.clear();
    this.speaking.stop();
    const over = this.mediaCall ?? this.call?.opening.id;
    if (over) void this.house.gateway.close(over);
    this.call = this.attendance = this.mediaCall = this.lastHolder = undefined;
    this.known = 0;
    if (!wasOn) return;
    this.telling.head(null, this.holders);
    this.telling = this.newTelling();
  }

  /** One client of this node writes how the call went; the note's id follows from the call's, so that two make one. */
  private askForNote(): void {
    const opening = this.call?.opening ?? this.legs.own?.opening;
    if (!opening || !this.attendance || !this.mediaCall) return;
    const note = this.attendance.note(opening, this.call?.declined.keys() ?? [], this.house.now());
    const crowd = this.house.crowd();
    const isHere = (who: Caller) => crowd?.of(who.person).includes(who) === true;
    const others = note.people.flatMap(({ person }) => crowd?.of(person) ?? []);
    const who = [...this.holders.values(), ...(this.lastHolder ? [this.lastHolder] : []), ...others].find(isHere);
    if (who) who.send({ t: "news", room: this.room, news: { is: "note", note } });
    else this.house.count("beep_call_notes_unasked_total");
  }

  /** Away for too long, or no member any more. */
  private clearSeats(now: number): void {
    const { own } = this.legs;
    if (!own) return;
    for (const id of own.expired(now)) this.drop(id);
    for (const { seat } of [...own.seats.values()])
      if (!this.house.members.roleOf(this.room, seat.person)) this.drop(seat.id, "removed");
  }

  private follow(call: Call, now: number): void {
    const { id } = call.opening;
    if (!this.known) this.house.count("beep_calls_total");
    this.known ||= now;
    // Two calls of one room became one: media begins anew under the name that stands.
    if (this.mediaCall && this.mediaCall !== id && this.legs.own?.opening.id === id) {
      const former = this.mediaCall;
      for (const seat of this.media.keys()) this.house.trunks.unpublished(former, seat);
      this.feeds.clear();
      this.mediaCall = id;
      this.attendance = undefined;
      for (const media of this.media.values()) media.move();
      void this.house.gateway.close(former);
    }
    this.attendance ??= new Attendance(call.opening.began);
    const heard = [...call.seats.values()]
      .map(({ seat }) => seat)
      .filter(({ province }) => !call.cut.includes(province));
    this.attendance.observe(heard, now);
  }

  private isUnanswered(call: Call, now: number): boolean {
    return (
      this.isDirect &&
      this.media.size > 0 &&
      call.opening.kind === "call" &&
      (this.attendance?.size ?? 0) < 2 &&
      now - this.known >= RING_MS
    );
  }

  private ringing(call: Call): string[] {
    return ringing({
      opening: call.opening,
      room: this.house.members.kindOf(this.room) ?? "group",
      members: this.house.members.membersOf(this.room),
      settled: (person) => call.declined.has(person) || this.attendance?.has(person) === true,
      known: this.known,
      now: this.house.now(),
    });
  }

  /** One province decides for all where the call stands: the first that has people in it. */
  private decide(call: Call): void {
    const seats = new Map<Province, number>();
    for (const { seat } of call.seats.values())
      if (isInside(seat) && !call.cut.includes(seat.province))
        seats.set(seat.province, (seats.get(seat.province) ?? 0) + 1);
    const { province, members, placement } = this.house;
    const { own } = this.legs;
    if (!own || [...seats.keys()].sort()[0] !== province) return;
    const { opening } = call;
    const place = placement({
      call: opening.id,
      room: this.room,
      kind: members.kindOf(this.room) ?? "group",
      began: members.provinceOf(opening.by) ?? province,
      seats,
      place: call.place?.place,
    });
    if (JSON.stringify(place) !== JSON.stringify(call.place?.place)) own.settle(place);
  }

  private gatewayFor(call: Call | undefined, current: MediaGateway | undefined): MediaGateway | undefined {
    const place = this.legs.own?.place?.place ?? call?.place?.place ?? { mode: "cascade" };
    return this.house.stations.choose(place, current, this.provinces.filter((other) => this.house.isUp(other)).sort());
  }

  private stand(call: Call): void {
    for (const media of this.media.values()) {
      const { stands } = media;
      if (!stands) continue;
      const chosen = this.gatewayFor(call, stands.gateway);
      const state = chosen?.state();
      if (!chosen || state?.at !== "up") continue;
      if (chosen !== stands.gateway || state.life !== stands.gatewayLife) media.move();
    }
  }

  private gather(call: Call, now: number): void {
    const wanting: { seat: SeatId; at: Province; wants: SeatMedia["wanted"] }[] = [];
    for (const [seat, media] of this.media) {
      const at = media.stands?.gateway.province;
      if (at) wanting.push({ seat, at, wants: media.wanted });
    }
    this.feeds.gather(call.opening.id, wanting, call.seats, now);
    for (const media of this.media.values()) media.settle();
  }

  private announce(): void {
    const { own } = this.legs;
    if (!own) return;
    const since = this.sent.life === own.life ? this.sent.version : 0;
    if (since === own.version) return;
    this.sent = { life: own.life, version: own.version };
    this.toOthers({ t: "call", is: "leg", leg: own.news(since) });
  }

  private shows(id: SeatId, feed: Feed | null, at: Province | null, life: number): void {
    const { own } = this.legs;
    const streams = feed?.streams ?? [];
    own?.stand(
      id,
      { at: feed ? at : null, mids: streams.map(({ mid, track }) => ({ mid, track })) },
      { life, sends: streams.map(({ track }) => track) },
    );
    const { mediaCall, house } = this;
    if (mediaCall && feed && at) house.trunks.published(mediaCall, feed, at, this.provinces);
    else if (mediaCall) house.trunks.unpublished(mediaCall, id);
    this.soon();
  }

  private freeMedia(id: SeatId): void {
    this.media.get(id)?.leave();
    this.media.delete(id);
    this.speaking.turn(id, false);
    if (this.mediaCall) this.house.trunks.unpublished(this.mediaCall, id);
  }

  private tellSpeaking(seats: SeatId[], own: SeatId[]): void {
    const call = this.legs.own?.opening.id;
    if (!call) return;
    for (const id of this.insiders()) this.tell(id, { is: "speaking", seats });
    this.toOthers({ t: "call", is: "speaking", room: this.room, call, seats: own });
  }

  private failed(what: string, error: unknown): void {
    this.house.count("beep_call_errors_total");
    this.house.log("warn", "call.failed", { what, error: error instanceof Error ? error.message : String(error) });
  }

  private newTelling(): Telling {
    const { members, crowd, now } = this.house;
    return new Telling(this.room, members, crowd, now);
  }
}
