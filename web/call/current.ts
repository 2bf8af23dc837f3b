import type { CallHead, CallId, CallNews, Rank, SeatId, Track } from "#protocol/call";
import type { Down } from "#protocol/down";
import type { RoomId } from "#protocol/ids";
import { batch, computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals-core";
import type { Rtc } from "../platform/rtc.ts";
import { type Begin, CHAIR_TIMES, Chair } from "./chair.ts";
import { Consent } from "./consent.ts";
import type { CallPhase, CallStats, CurrentCall, Ladder } from "./contract.ts";
import { statsOf } from "./details.ts";
import type { DeviceChoice } from "./devices.ts";
import { watchForEnd } from "./ending.ts";
import { Happenings } from "./happenings.ts";
import type { CallHost } from "./host.ts";
import { hearNews } from "./hearing.ts";
import { Asking } from "./asking.ts";
import { Judging } from "./judging.ts";
import { FULL, type Pace } from "./ladder.ts";
import { begun, ordersOf } from "./orders.ts";
import { OwnTracks } from "./own-tracks.ts";
import { Quality } from "./quality.ts";
import { mainPicture, Recording, voicesOf } from "./recording.ts";
import { Scene } from "./scene.ts";
import type { SeatSeal } from "./seal.ts";
import { Signalling } from "./signalling.ts";

export interface CurrentNeeds {
  host: CallHost;
  rtc: Rtc;
  devices: DeviceChoice;
  makeSeal(host: CallHost, signalling: Signalling): Promise<SeatSeal>;
  times?: Partial<typeof CHAIR_TIMES>;
  /** its seat is another one, its tracks are, or it is over: what is kept of it changes */
  changed(call: Current): void;
}

/** The call that this device sits in, from asking to hanging up. */
export class Current extends Asking implements CurrentCall {
  readonly head: CurrentCall["head"];
  readonly phase: ReadonlySignal<CallPhase>;
  readonly faces: CurrentCall["faces"];
  readonly speakers: ReadonlySignal<SeatId[]>;
  readonly rank: ReadonlySignal<Rank>;
  readonly on: ReadonlySignal<ReadonlySet<Track>>;
  readonly ladder: ReadonlySignal<Ladder>;
  readonly saver = signal(false);
  readonly seal: CurrentCall["seal"];
  readonly code: ReadonlySignal<string>;
  readonly events: CurrentCall["events"];
  readonly now = (): number => this.needs.host.now();
  readonly clearAsked: CurrentCall["clearAsked"];
  protected readonly host: CallHost;
  protected readonly signalling: Signalling;
  protected readonly happenings: Happenings;
  private readonly scene: Scene;
  private readonly judging: Judging;
  private readonly consent: Consent;
  protected readonly own: OwnTracks;
  private readonly chair: Chair;
  private readonly quality: Quality;
  protected readonly recording: Recording;
  /** how much is sent and wanted; it begins low by itself, which is nothing to tell */
  private readonly pace = signal<Pace>({ step: "low", why: "none" });
  private readonly watch: ReturnType<typeof watchForEnd>;
  private readonly stops: (() => void)[] = [];
  private mine = false;

  constructor(
    readonly room: RoomId,
    head: CallHead,
    private readonly needs: CurrentNeeds,
  ) {
    super();
    const { host } = needs;
    const scene = new Scene(head, () => host.me());
    this.host = host;
    this.scene = scene;
    this.judging = new Judging(host, () => scene.head.peek());
    this.consent = new Consent(scene.head, this.judging);
    this.clearAsked = this.consent.asked;
    this.signalling = new Signalling(host, room);
    this.happenings = new Happenings(() => host.now());
    this.own = this.makeOwn();
    this.chair = this.makeChair();
    this.recording = new Recording(needs.rtc, this.signalling, {
      voices: () => voicesOf(this.chair.sitting?.present, this.own.sent("mic")),
      picture: () => mainPicture(this.faces.peek(), this.speakers.peek()),
    });
    this.quality = new Quality({
      now: () => host.now(),
      life: () => this.chair.sitting?.present ?? null,
      ...{ saver: () => this.saver.peek(), spare: () => scene.isPoorForSomebody },
      ladder: (ladder) => this.stepped(ladder),
      network: (level) => this.tell({ do: "network", level }),
      deaf: () => this.chair.anew(),
    });
    this.ladder = computed(() => (this.pace.value.why === "none" ? FULL : this.pace.value));
    this.head = scene.head;
    this.speakers = scene.speakers;
    this.events = this.happenings.list;
    this.on = this.own.on;
    this.rank = computed(() => scene.seats.value.get(scene.seat.value)?.rank ?? "member");
    this.seal = computed(() => {
      const state = scene.keys.value?.state.value ?? "sealing";
      return this.clearAsked.value && state !== "impossible" ? "asked" : state;
    });
    this.code = computed(() => scene.keys.value?.code.value ?? "");
    this.phase = computed(() => {
      const place = this.chair.place.value;
      return place.at === "in" ? scene.inPhase : place;
    });
    const theirs = (seat: SeatId, track: Track) => this.chair.sitting?.stream(seat, track) ?? null;
    this.faces = scene.faces(this.on, this.own.local.views, theirs);
    this.stops.push(
      effect(() => scene.passKeys(this.consent)),
      this.consent.stop,
      effect(() => {
        const list = scene.wants(this.pace.value.step);
        untracked(() => this.chair.sitting?.want(list));
      }),
      () => this.watch.stop(),
    );
    this.watch = watchForEnd({
      ...{ scene, phase: this.phase, mine: () => this.mine, now: () => host.now() },
      direct: host.rooms.peek().find(({ id }) => id === room)?.kind === "direct",
      over: (why) => this.quit(why),
    });
  }

  /** @throws Refusal where one is not let in; then the call is over for this device */
  async enter(act: Begin | { do: "join"; was?: SeatId }, wish: { mic: boolean; camera: boolean }): Promise<void> {
    this.mine = act.do === "begin";
    try {
      // One hears the others while the person is still asked for the camera, or while it warms up.
      this.own.begin(wish).catch(console.error);
      await this.chair.take(act);
    } catch (error) {
      this.chair.end("refused");
      throw error;
    }
  }

  get ended(): boolean {
    return this.chair.place.peek().at === "over";
  }
  /** One's own seat; "" before there is one. */
  get sits(): SeatId {
    return this.scene.seat.peek();
  }
  get id(): CallId {
    return this.head.peek().id;
  }

  headed(head: CallHead | null): void {
    const { chair, id } = this;
    const { at } = chair.place.peek();
    if (!head) {
      if (this.sits && at !== "joining" && at !== "returning") chair.end(this.watch.reason());
      return;
    }
    this.scene.head.value = head;
    // Two calls of one room became one: keys are bound to the call, so the seat is taken anew in it.
    if (this.sits && id !== head.id) chair.anew();
  }

  listen(message: Extract<Down, { t: "seats" }>): void {
    for (const change of this.scene.listen(message)) this.happenings.add(change);
    this.chair.listed(this.scene.seats.peek().get(this.sits)?.state);
  }

  hear(news: CallNews): void {
    const { chair, scene, happenings } = this;
    const off = (track: Track) => this.own.off(track);
    hearNews(news, chair, scene, happenings, this.judging, off, (why, byHost) => {
      const isMember = this.needs.host.rooms.peek().some(({ id }) => id === this.room);
      if (why === "ended") chair.end(this.watch.reason());
      // No host did it: the node let go of a seat, which says nothing of what people decided.
      else chair.end((why === "removed" || why === "refused") && !byHost && isMember ? "lost" : why);
    });
  }

  saving(on: boolean): void {
    this.saver.value = on;
    this.quality.again();
  }
  show(list: Parameters<CurrentCall["show"]>[0]): void {
    this.scene.shown.value = list;
  }
  agreeClear(): void {
    this.consent.agree();
  }
  leave(): void {
    this.quit("left");
  }

  async stats(): Promise<CallStats | null> {
    return statsOf(this.chair.sitting, this.ladder.peek());
  }

  private makeOwn(): OwnTracks {
    const { rtc, devices } = this.needs;
    return new OwnTracks(rtc, devices, {
      changed: async () => {
        await this.chair.sitting?.present?.send();
        this.sayTracks();
      },
      failed: this.happenings.failed,
      speaker: () => this.chair.sitting?.present?.receiver.speakers(),
    });
  }

  private makeChair(): Chair {
    const { host, rtc, devices, makeSeal, times } = this.needs;
    const { signalling } = this;
    return new Chair(
      {
        ...{ host, rtc, signalling, times: { ...CHAIR_TIMES, ...times } },
        sent: (track) => this.own.sent(track),
        speaker: () => devices.chosen.peek().speaker,
        seal: () => makeSeal(host, signalling),
        call: () => this.id,
        beginAgain: () => {
          const head = this.head.peek();
          const [first] = ordersOf(head);
          const lobby = first?.act.do === "begin" ? first.act.lobby : head.rules.lobby;
          return { do: "begin", id: head.id, kind: head.kind, media: head.media, lobby };
        },
        begun: (act, sealed) => begun(host, this.head.peek(), act, sealed),
        mayWait: () => this.head.peek().rules.lobby && !this.mine,
        joining: () => ({ on: [...this.on.peek()] }),
      },
      {
        sat: ({ seat, seal }) => this.sat(seat, seal),
        streams: () => this.scene.moved(),
        over: () => this.over(),
      },
    );
  }

  private sat(seat: SeatId, seal: SeatSeal): void {
    const { scene, chair } = this;
    batch(() => {
      scene.seat.value = seat;
      scene.keys.value = seal;
    });
    chair.sitting?.take(this.pace.peek());
    if (scene.seats.peek().has(seat)) scene.listed = true;
    chair.listed(scene.seats.peek().get(seat)?.state);
    this.sayTracks();
  }

  private sayTracks(): void {
    if (this.sits && !this.ended) this.tell({ do: "tracks", on: [...this.on.peek()] });
    this.needs.changed(this);
  }

  private stepped(ladder: Pace): void {
    if (JSON.stringify(this.pace.peek()) === JSON.stringify(ladder)) return;
    this.pace.value = ladder;
    this.chair.sitting?.take(ladder);
  }

  private quit(why: "left" | "ended" | "declined" | "unanswered"): void {
    if (this.sits && !this.ended) this.tell({ do: "leave" });
    this.chair.end(why);
  }

  private over(): void {
    this.recording.stop().catch(console.error);
    this.own.stop();
    this.quality.stop();
    this.happenings.stop();
    for (const stop of this.stops.splice(0)) stop();
    this.needs.changed(this);
  }
}
