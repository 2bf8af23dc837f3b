import type { CallHead, CallKind, Meeting, SeatId } from "#protocol/call";
import { mintId, type RoomId } from "#protocol/ids";
import { KIND } from "#protocol/record";
import { effect, untracked } from "@preact/signals-core";
import { browserRtc, type Rtc } from "../platform/rtc.ts";
import type { CallChoice, CallStats, Preview } from "./contract.ts";
import { Current, type CurrentNeeds } from "./current.ts";
import { DeviceChoice } from "./devices.ts";
import { type CallDown, type CallHost, type CallModel, type CallState, KEPT } from "./host.ts";
import { hostOf } from "./model-host.ts";
import { writeEntry, writeNote } from "./note.ts";
import { preview } from "./preview.ts";
import { makeSeal } from "./sealing.ts";
import { Signalling } from "./signalling.ts";
import { mustBeAble } from "./trouble.ts";

/** How long a call that is over stands, so that it can be said why, milliseconds. */
const SHOW_END = 4000;
/** How long to wait for the node to tell of a call. */
const HEAD_WAIT = 3000;

/** What a reload must know to come back. */
interface Kept {
  room: RoomId;
  call: string;
  seat: SeatId;
  mic: boolean;
  camera: boolean;
}

export const openEngine = (model: CallModel, state: CallState): Engine => new Engine(hostOf(model), state);

/** Calls as they are made, joined and kept; fetched when the first one begins or rings. */
export class Engine {
  readonly devices: DeviceChoice;
  private call: Current | null = null;
  private restored = false;

  constructor(
    private readonly host: CallHost,
    private readonly state: CallState,
    private readonly rtc: Rtc = browserRtc,
    private readonly options: Partial<Pick<CurrentNeeds, "makeSeal" | "times">> = {},
  ) {
    this.devices = new DeviceChoice(rtc, state);
    effect(() => {
      // Whoever signs out leaves the call too.
      if (host.phase.value === "sign-in") untracked(() => this.call?.leave());
    });
  }

  /** @throws Refusal with words why not */
  async begin(room: RoomId, choice: CallChoice): Promise<void> {
    const on = this.state.heads.peek().get(room);
    if (on) return this.join(room, choice);
    mustBeAble(this.rtc);
    const { kind, media, lobby } = choice;
    const id = mintId(this.host.now());
    const call = this.sit(room, this.firstHead(room, id, kind, media, lobby));
    await call.enter({ do: "begin", id, kind, media, lobby }, choice);
    // Where another had begun meanwhile, that call is the one joined, and it has its entry.
    const head = await this.headOf(room);
    if (!head || head.id === id) writeEntry(this.host, room, id, { kind, media });
  }

  /** @throws Refusal with words why not */
  async join(room: RoomId, choice: Pick<CallChoice, "mic" | "camera">, was?: SeatId): Promise<void> {
    mustBeAble(this.rtc);
    const { call: present } = this;
    if (present && !present.ended && present.room === room) return;
    const head = this.state.heads.peek().get(room);
    const call = this.sit(room, head ?? this.firstHead(room, "", "call", "audio", false));
    await call.enter({ do: "join", ...(was && { was }) }, choice);
  }

  decline(room: RoomId, why: "declined" | "busy"): void {
    new Signalling(this.host, room).do({ do: "decline", why }).catch(() => {});
  }

  plan(room: RoomId, meeting: Meeting): void {
    this.host.write(room, KIND.message, { text: meeting.title, meeting });
  }

  preview(choice: { mic: boolean; camera: boolean }): Promise<Preview> {
    return preview(this.rtc, this.devices, choice);
  }

  choose(...choice: Parameters<DeviceChoice["choose"]>): Promise<void> {
    return this.devices.choose(...choice);
  }
  flip(): Promise<void> {
    return this.devices.flip();
  }

  async stats(): Promise<CallStats | null> {
    return this.call && !this.call.ended ? this.call.stats() : null;
  }

  hear(message: CallDown): void {
    if (message.t === "current") {
      this.restore().catch(console.error);
      return;
    }
    const { room } = message;
    if (message.t === "news" && message.news.is === "note") {
      writeNote(this.host, room, message.news.note).catch(console.error);
      return;
    }
    const { call } = this;
    if (!call || call.ended || call.room !== room) return;
    switch (message.t) {
      case "call":
        call.headed(message.head);
        break;
      case "seats":
        call.listen(message);
        break;
      case "news":
        call.hear(message.news);
        break;
    }
  }

  /** One call at a time: the one before is left. */
  private sit(room: RoomId, head: CallHead): Current {
    this.call?.leave();
    const { host, rtc, devices } = this;
    const call = new Current(room, head, {
      ...{ host, rtc, devices, makeSeal, ...this.options },
      changed: (call) => this.changed(call),
    });
    this.call = call;
    this.state.current.value = call;
    return call;
  }

  private changed(call: Current): void {
    if (this.call !== call) return;
    const { room, id, sits: seat } = call;
    if (!call.ended) {
      const on = call.on.peek();
      if (seat) keep({ room, call: id, seat, mic: on.has("mic"), camera: on.has("camera") });
      return;
    }
    keep(null);
    const clear = () => {
      if (this.state.current.peek() === call) this.state.current.value = null;
    };
    const phase = call.phase.peek();
    if (phase.at === "over" && phase.why === "left") clear();
    else setTimeout(clear, SHOW_END);
  }

  /** After a reload: back in the call, with what was on. */
  private async restore(): Promise<void> {
    if (this.restored || this.call) return;
    this.restored = true;
    const kept = recall();
    if (!kept) return;
    const head = await this.headOf(kept.room);
    if (this.call) return;
    if (head?.id === kept.call) await this.join(kept.room, kept, kept.seat).catch(() => keep(null));
    else keep(null);
  }

  /** The head of the room's call, once the node has told of it; undefined where it tells of none. */
  private headOf(room: RoomId): Promise<CallHead | undefined> {
    return new Promise((resolve) => {
      let stop = () => {};
      const done = (head: CallHead | undefined) => {
        clearTimeout(timer);
        resolve(head);
        Promise.resolve().then(() => stop());
      };
      const timer = setTimeout(() => done(undefined), HEAD_WAIT);
      stop = effect(() => {
        const head = this.state.heads.value.get(room);
        if (head) done(head);
      });
    });
  }

  /** As it will be, until the node says how it is. */
  private firstHead(room: RoomId, id: string, kind: CallKind, media: CallHead["media"], lobby: boolean): CallHead {
    const { person, province } = this.host.who();
    const rules = { version: 0, by: province, locked: false, lobby, sealed: true, ranks: {}, ended: false };
    return {
      ...{ id, room, kind, media, by: person, began: this.host.now(), rules },
      ...{ size: 0, ringing: [], cut: [], place: { mode: "cascade" } },
    };
  }
}

function keep(kept: Kept | null): void {
  try {
    if (kept) sessionStorage.setItem(KEPT, JSON.stringify(kept));
    else sessionStorage.removeItem(KEPT);
  } catch {
    // Storage is refused: a reload ends the call.
  }
}

function recall(): Kept | undefined {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) || "null") ?? undefined;
  } catch {
    return undefined;
  }
}
