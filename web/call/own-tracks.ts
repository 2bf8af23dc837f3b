import type { Track } from "#protocol/call";
import { type Signal, signal } from "@preact/signals-core";
import { Refusal } from "../net/refusal.ts";
import type { Rtc } from "../platform/rtc.ts";
import type { DeviceChoice } from "./devices.ts";
import { LocalMedia } from "./local.ts";

interface OwnTracksEvents {
  /** other tracks are on, or another device is used: what goes out is to be renewed */
  changed(): Promise<void>;
  failed(text: string, cause: unknown): void;
  speaker(): void;
}

const textOf = (error: unknown): string => (error instanceof Refusal ? error.message : "This did not work.");

/** What one sends: which tracks are on, and the devices behind them. One change at a time. */
export class OwnTracks {
  readonly on: Signal<ReadonlySet<Track>> = signal(new Set());
  readonly local: LocalMedia;
  private work: Promise<void> = Promise.resolve();
  private readonly unlisten: () => void;
  private stopped = false;

  constructor(
    rtc: Rtc,
    devices: DeviceChoice,
    private readonly events: OwnTracksEvents,
  ) {
    this.local = new LocalMedia(rtc, devices, (track) => this.lost(track));
    this.unlisten = devices.onChoice((kind) => {
      if (kind === "speaker") events.speaker();
      else this.after(() => this.reopen(kind)).catch((error) => events.failed(textOf(error), error));
    });
  }

  /** What is to be sent on the track's line now: of a muted microphone nothing. */
  sent(track: Track): MediaStreamTrack | null {
    return this.on.peek().has(track) ? this.local.get(track) : null;
  }

  /** Turns on what is wished and can be had; what cannot is told, and one takes part without. */
  async begin(wish: { mic: boolean; camera: boolean }): Promise<void> {
    for (const kind of ["mic", "camera"] as const)
      if (wish[kind]) await this.set(kind, true).catch((error) => this.events.failed(textOf(error), error));
  }

  /** @throws Refusal where there is no such device, or it may not be used */
  set(kind: "mic" | "camera", on: boolean): Promise<void> {
    return this.after(async () => {
      if (on === this.on.peek().has(kind)) return;
      if (on && !this.local.get(kind)) await this.local.open(kind);
      if (!on && kind === "camera") this.local.close(kind);
      const track = this.local.get(kind);
      if (track) track.enabled = on;
      await this.turned([kind], on);
    });
  }

  /** @throws Refusal */
  share(on: boolean): Promise<void> {
    return this.after(async () => {
      if (on === this.on.peek().has("screen")) return;
      if (!on) return this.unshare();
      await this.local.share();
      await this.turned(this.local.get("sound") ? ["screen", "sound"] : ["screen"], true);
    });
  }

  /** A host turned it off. */
  off(track: Track): void {
    const done = track === "screen" || track === "sound" ? this.share(false) : this.set(track, false);
    done.catch(console.error);
  }

  stop(): void {
    this.stopped = true;
    this.unlisten();
    this.local.stop();
    this.on.value = new Set();
  }

  private async unshare(): Promise<void> {
    this.local.close("screen");
    this.local.close("sound");
    await this.turned(["screen", "sound"], false);
  }

  /** Another device in the place of the present one; the other side notices nothing but the picture. */
  private async reopen(kind: "mic" | "camera"): Promise<void> {
    const on = this.on.peek().has(kind);
    if (kind === "camera" ? !on : !this.local.get(kind)) return;
    try {
      const track = await this.local.open(kind);
      track.enabled = on;
      await this.events.changed();
    } catch (error) {
      if (!this.local.get(kind)) await this.turned([kind], false);
      throw error;
    }
  }

  /** Unplugged: another device of its kind goes on, if there is one. */
  private lost(track: Track): void {
    const go = async () => {
      if (track === "screen" || track === "sound") return track === "screen" ? this.unshare() : undefined;
      if (!this.on.peek().has(track)) return;
      await this.local.open(track).catch((error) => this.events.failed(textOf(error), error));
      if (this.local.get(track)) await this.events.changed();
      else await this.turned([track], false);
    };
    this.after(go).catch(console.error);
  }

  private async turned(tracks: readonly Track[], on: boolean): Promise<void> {
    const next = new Set(this.on.peek());
    for (const track of tracks) {
      if (on) next.add(track);
      else next.delete(track);
    }
    this.on.value = next;
    await this.events.changed();
  }

  private after(what: () => Promise<void>): Promise<void> {
    const done = this.work.then(async () => {
      if (!this.stopped) await what();
      // The person hung up while a device was being opened: it is given back.
      if (this.stopped) this.local.stop();
    });
    this.work = done.catch(() => {});
    return done;
  }
}
