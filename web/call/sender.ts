import { type Track, TRACKS } from "#protocol/call";
import type { Rtc } from "../platform/rtc.ts";
import type { Pace } from "./ladder.ts";
import type { MediaSeal } from "./seal.ts";
import { forBrowser, forGateway } from "./sdp.ts";

type Publish = (sdp: string, tracks: { mid: string; track: Track }[]) => Promise<string>;

/** Of a camera, largest first: gateways count simulcast layers in this order. Bits per second. */
const LAYERS: RTCRtpEncodingParameters[] = [
  { rid: "h", maxBitrate: 900_000 },
  { rid: "m", maxBitrate: 300_000, scaleResolutionDownBy: 2 },
  { rid: "l", maxBitrate: 100_000, scaleResolutionDownBy: 4 },
];
const ENCODINGS: Record<Track, RTCRtpEncodingParameters[] | undefined> = {
  mic: undefined,
  camera: LAYERS,
  screen: [{ maxBitrate: 1_200_000 }],
  sound: undefined,
};

/** Chromium sends all three layers of no camera smaller than this, and of those it leaves out it sends nothing. */
const LEAST_FOR_LAYERS = 960 * 540;
const LOW_WIDTH = 160;

const kindOf = (track: Track): "audio" | "video" => (track === "mic" || track === "sound" ? "audio" : "video");

/**
 * The connection on which a seat sends. All lines are there from the start and empty: turning something on or off, or
 * taking another device, needs no word with the gateway.
 */
export class Sender {
  readonly pc: RTCPeerConnection;
  private readonly lines = new Map<Track, RTCRtpTransceiver>();
  private answer = "";
  private lean = false;
  private work: Promise<unknown> = Promise.resolve();
  private step: Pace["step"] = "full";

  constructor(rtc: Rtc, iceServers: RTCIceServer[], seal: MediaSeal) {
    this.pc = rtc.peer({ iceServers, bundlePolicy: "max-bundle", ...seal.config });
    for (const track of TRACKS) {
      const kind = kindOf(track);
      const sendEncodings = ENCODINGS[track];
      const line = this.pc.addTransceiver(kind, {
        direction: "sendonly",
        ...(sendEncodings && { sendEncodings: sendEncodings.map((each) => ({ ...each })) }),
      });
      this.lines.set(track, line);
      seal.sends(line.sender, track);
    }
  }

  /** Offers all lines to the gateway, `restart`: over addresses found anew (ICE restart). Rejects as `publish` does. */
  publish(publish: Publish, restart = false): Promise<void> {
    return this.after(async () => {
      const { pc } = this;
      const offer = await pc.createOffer(restart ? { iceRestart: true } : {});
      await pc.setLocalDescription(offer);
      const tracks = this.tracks();
      const { sdp } = pc.localDescription as RTCSessionDescription;
      try {
        this.answer = await publish(forGateway(sdp, tracks, this.speech), tracks);
      } catch (error) {
        // As if nothing had been offered, so that it can be offered again.
        await pc.setLocalDescription({ type: "rollback" }).catch(() => {});
        throw error;
      }
      await pc.setRemoteDescription({ type: "answer", sdp: forBrowser(this.answer, tracks, this.speech) });
      await this.limit();
    });
  }

  /** Sends this in the line's place of what it sent before; null: nothing. */
  async set(track: Track, media: MediaStreamTrack | null): Promise<void> {
    const line = this.lines.get(track);
    if (!line || line.sender.track === media) return;
    await line.sender.replaceTrack(media);
    // How many layers are sent goes by the camera.
    if (track === "camera" && media && this.answer) await this.after(() => this.limit());
  }

  /** Sends as much as the step allows. */
  take({ step, spare = false }: Pace): Promise<void> {
    const lean = step !== "full" || spare;
    this.step = step;
    if (lean === this.lean) return this.after(() => this.limit());
    this.lean = lean;
    return this.after(async () => {
      // How long a packet of speech lasts is read of the gateway's answer: it is read to the browser once more.
      if (this.answer && this.pc.signalingState === "stable") {
        await this.pc.setLocalDescription(await this.pc.createOffer());
        await this.pc.setRemoteDescription({
          type: "answer",
          sdp: forBrowser(this.answer, this.tracks(), this.speech),
        });
      }
      await this.limit();
    });
  }

  close(): void {
    this.pc.close();
  }

  private get speech(): { lean: boolean } {
    return { lean: this.lean };
  }

  /** Which line is which, once they are offered. */
  tracks(): { mid: string; track: Track }[] {
    const list: { mid: string; track: Track }[] = [];
    this.lines.forEach(({ mid }, track) => {
      if (mid !== null) list.push({ mid, track });
    });
    return list;
  }

  private async limit(): Promise<void> {
    const { step, lean } = this;
    await this.encode("mic", (encoding) => ({ ...encoding, maxBitrate: lean ? 12_000 : 32_000 }));
    const small = this.smallWidth;
    await this.encode("camera", (encoding, at, count) => {
      const smallest = at === count - 1;
      if (count > 1 && !small) {
        const active = step === "full" || (step === "low" && smallest);
        return { ...encoding, ...LAYERS[at], active };
      }
      // One layer for all: whoever wants a larger one gets the next smaller one that is there, but never a larger.
      const scale =
        count > 1 && smallest ? { scaleResolutionDownBy: step === "full" ? 1 : Math.max(1, small / LOW_WIDTH) } : {};
      const active = step !== "audio" && smallest;
      return { ...encoding, ...scale, active, maxBitrate: step === "full" ? 600_000 : 100_000 };
    });
    await this.encode("screen", (encoding) => ({
      ...encoding,
      active: step !== "audio",
      maxBitrate: step === "full" ? 1_200_000 : 150_000,
    }));
  }

  /** Width of a camera's picture that is too small for layers, otherwise 0; one that does not tell is thought to be large. */
  private get smallWidth(): number {
    const { width = 0, height = 0 } = this.lines.get("camera")?.sender.track?.getSettings?.() ?? {};
    return width * height < LEAST_FOR_LAYERS ? width : 0;
  }

  private async encode(
    track: Track,
    change: (encoding: RTCRtpEncodingParameters, at: number, count: number) => RTCRtpEncodingParameters,
  ): Promise<void> {
    const sender = this.lines.get(track)?.sender;
    const parameters = sender?.getParameters();
    // Older browsers tell of no encodings before something is sent: then they send as they see fit.
    if (!sender || !parameters?.encodings?.length) return;
    const { length } = parameters.encodings;
    parameters.encodings = parameters.encodings.map((encoding, at) => change(encoding, at, length));
    await sender.setParameters(parameters).catch(() => {});
  }

  /** One thing at a time: descriptions must not cross. */
  private after<T>(what: () => Promise<T>): Promise<T> {
    const done = this.work.then(what);
    this.work = done.catch(() => {});
    return done;
  }
}
