import type { Message } from "janode";
import type { SeatId, Track } from "#protocol/call";
import type { Feed, SeatEvent, StreamInfo } from "../ports.ts";
import type { Plug } from "./client.ts";
import { Refused, type Said } from "./line.ts";
import { feedName, ID_EXISTS, type Place } from "./place.ts";
import { badDescription, over, told, unknownStream } from "./refusals.ts";
import { extension, isOffered, parts, withoutCandidates } from "./sdp.ts";
import { Turns } from "./turns.ts";

const AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
const ORIENTATION = "urn:3gpp:video-orientation";

/** A seat's sending connection and the feed that comes over it. */
export class Publisher {
  readonly name: string;
  streams: StreamInfo[] = [];
  /** its media has arrived */
  up = false;
  private plug: Plug | undefined;
  private readonly turns = new Turns();
  private readonly muted = new Set<string>();
  private speaking = false;
  private ended = false;

  constructor(
    private readonly place: Place,
    private readonly seat: SeatId,
    private readonly life: number,
    private readonly hear: (event: SeatEvent) => void,
  ) {
    this.name = feedName(seat, life);
  }

  get plugId(): number | undefined {
    return this.plug?.id;
  }

  feed(): Feed | undefined {
    return this.up ? { seat: this.seat, life: this.life, streams: this.streams } : undefined;
  }

  publish(sdp: string, tracks: readonly { mid: string; track: Track }[]): Promise<{ sdp: string; feed: Feed }> {
    return this.turns.take(async () => {
      if (!isOffered(sdp, tracks)) throw badDescription();
      const offered = parts(sdp);
      const plug = this.plug ?? (await this.join());
      const answer = await plug
        .request({ request: "configure" }, { type: "offer", sdp: withoutCandidates(sdp) })
        .catch((error) => {
          throw told(error);
        });
      if (!answer.sdp) throw badDescription();
      const made = (answer.data.streams ?? []) as Message[];
      this.streams = tracks.map(({ mid, track }) => {
        const at = offered.findIndex((part) => part.mid === mid);
        const stream = made.find((one) => one.mid === mid) ?? {};
        return { mid, track, detail: this.detail(stream, at, offered[at] as (typeof offered)[number]) };
      });
      this.place.changed();
      return { sdp: answer.sdp, feed: { seat: this.seat, life: this.life, streams: this.streams } };
    });
  }

  async mute(mid: string, on: boolean): Promise<void> {
    const stream = this.streams.find((one) => one.mid === mid);
    if (!stream) throw unknownStream();
    await this.place.ask({ request: "moderate", id: this.name, mid, mute: on }).catch((error) => {
      throw told(error);
    });
    if (on) this.muted.add(mid);
    else this.muted.delete(mid);
    if (on && stream.track === "mic") this.speaks(false);
  }

  /** Whether the server still has its media, where events may have been missed. */
  found(publishing: boolean): void {
    if (publishing && !this.up) this.rise();
    else if (!publishing && this.up) this.fall();
  }

  async leave(): Promise<void> {
    this.ended = true;
    this.up = false;
    const plug = this.plug;
    this.plug = undefined;
    await plug?.detach();
  }

  private async join(): Promise<Plug> {
    if (this.ended) throw over();
    const plug = await this.place.attach((said) => this.said(said));
    try {
      await this.enter(plug);
    } catch (error) {
      await plug.detach();
      throw told(error);
    }
    if (this.ended) {
      await plug.detach();
      throw over();
    }
    this.plug = plug;
    return plug;
  }

  /** The same name may still be held by a connection that is just being taken down. */
  private async enter(plug: Plug): Promise<void> {
    for (let tries = 20; ; tries--) {
      try {
        await plug.request({ request: "join", ptype: "publisher", room: this.place.call, id: this.name });
        return;
      } catch (error) {
        if (!(error instanceof Refused && error.code === ID_EXISTS) || tries === 0) throw error;
        await Bun.sleep(50);
      }
    }
  }

  private said(said: Said): void {
    switch (said.is) {
      case "up":
        if (!this.up) this.rise();
        return;
      case "hangup":
        this.fall();
        return;
      case "gone":
        this.plug = undefined;
        this.fall();
        if (!this.ended) this.hear({ is: "gone", why: "the gateway cut it off" });
        return;
      case "event": {
        const { videoroom, id } = said.data;
        if (id !== this.name) return;
        if (videoroom === "talking") this.speaks(true);
        else if (videoroom === "stopped-talking") this.speaks(false);
      }
    }
  }

  private rise(): void {
    this.up = true;
    this.hear({ is: "media", side: "send", up: true });
  }

  private fall(): void {
    if (!this.up) return;
    this.up = false;
    this.speaks(false);
    this.hear({ is: "media", side: "send", up: false });
    this.place.changed();
  }

  private speaks(on: boolean): void {
    if (this.speaking === on || (on && this.isMuted())) return;
    this.speaking = on;
    this.hear({ is: "speaking", on });
  }

  private isMuted(): boolean {
    return this.streams.some(({ mid, track }) => track === "mic" && this.muted.has(mid));
  }

  /** What another gateway must know to take the stream in. */
  private detail(stream: Message, index: number, part: { kind: string; mid: string | undefined; text: string }) {
    const isAudio = part.kind === "audio";
    const all = {
      type: part.kind,
      mindex: stream.mindex ?? index,
      codec: stream.codec ?? (isAudio ? "opus" : "vp8"),
      fec: isAudio ? stream.fec : undefined,
      dtx: isAudio ? stream.dtx : undefined,
      stereo: isAudio ? stream.stereo : undefined,
      simulcast: isAudio ? undefined : (stream.simulcast ?? /^a=simulcast:/m.test(part.text)),
      svc: isAudio ? undefined : stream.svc,
      audiolevel_ext_id: isAudio ? extension(part, AUDIO_LEVEL) : undefined,
      videoorient_ext_id: isAudio ? undefined : extension(part, ORIENTATION),
      srtp: this.place.canEncryptHop,
    };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  }
}
