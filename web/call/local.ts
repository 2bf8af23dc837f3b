import type { Track } from "#protocol/call";
import { type Signal, signal } from "@preact/signals-core";
import type { Rtc } from "../platform/rtc.ts";
import type { DeviceChoice } from "./devices.ts";
import { refused } from "./trouble.ts";

/** What this device has to send. A camera that is off is given back; a microphone that is off is kept, to be back at once. */
export class LocalMedia {
  private readonly tracks = new Map<Track, MediaStreamTrack>();
  /** what one sees of oneself */
  readonly views: Signal<{ camera: MediaStream | null; screen: MediaStream | null }> = signal({
    camera: null,
    screen: null,
  });

  /** @param lost a device was unplugged, or the person ended the sharing in the browser's own bar */
  constructor(
    private readonly rtc: Rtc,
    private readonly devices: DeviceChoice,
    private readonly lost: (track: Track) => void,
  ) {}

  get(track: Track): MediaStreamTrack | null {
    return this.tracks.get(track) ?? null;
  }

  /** Opens the microphone or camera that is chosen now, in the place of a former one. @throws Refusal */
  async open(kind: "mic" | "camera"): Promise<MediaStreamTrack> {
    // Phones give one camera at a time.
    if (kind === "camera") this.close("camera");
    try {
      const stream = await this.rtc.media(this.devices.constraints(kind));
      const track = stream.getTracks()[0] as MediaStreamTrack;
      if (kind === "mic") this.close("mic");
      this.take(kind, track);
      this.devices.refresh();
      return track;
    } catch (error) {
      throw refused(kind, error);
    }
  }

  /** Lets the person pick a screen. @throws Refusal */
  async share(): Promise<void> {
    try {
      const stream = await this.rtc.screen();
      const [screen] = stream.getVideoTracks();
      const [sound] = stream.getAudioTracks();
      if (!screen) throw new Error("a screen without a picture");
      // Text must stay sharp: rather fewer pictures than small ones.
      if ("contentHint" in screen) screen.contentHint = "detail";
      this.take("screen", screen);
      if (sound) this.take("sound", sound);
    } catch (error) {
      throw refused("screen", error);
    }
  }

  close(kind: Track): void {
    const track = this.tracks.get(kind);
    if (!track) return;
    track.onended = null;
    track.stop();
    this.tracks.delete(kind);
    this.view(kind);
  }

  stop(): void {
    for (const kind of [...this.tracks.keys()]) this.close(kind);
  }

  private take(kind: Track, track: MediaStreamTrack): void {
    this.tracks.set(kind, track);
    track.onended = () => {
      if (this.tracks.get(kind) !== track) return;
      this.tracks.delete(kind);
      this.view(kind);
      this.lost(kind);
    };
    this.view(kind);
  }

  private view(kind: Track): void {
    if (kind !== "camera" && kind !== "screen") return;
    const track = this.get(kind);
    this.views.value = { ...this.views.peek(), [kind]: track && this.rtc.stream([track]) };
  }
}
