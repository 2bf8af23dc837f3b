import type { Browser, Page } from "playwright-core";
import { launchChromium } from "./browsers.ts";
import type { SeatId, Track } from "#protocol/call";
import type { Peer } from "./gateway-contract-sitting.ts";

/** What the page below offers. */
interface Seats {
  offer(seat: string, tracks: string[]): Promise<{ sdp: string; tracks: { mid: string; track: Track }[] }>;
  accept(seat: string, sdp: string): Promise<void>;
  answer(seat: string, sdp: string): Promise<string>;
  received(seat: string): Promise<[string, number][]>;
  width(seat: string, mid: string): Promise<number>;
  speak(seat: string, on: boolean): void;
  close(seat: string): void;
}

/** One page of a real browser in which all seats of the suite sit. */
export class SeatsPage {
  private constructor(
    private readonly browser: Browser,
    private readonly page: Page,
  ) {}

  static async open(): Promise<SeatsPage> {
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.evaluate(`(${seats.toString()})()`);
    return new SeatsPage(browser, page);
  }

  /** @returns a peer that also tells how wide the pictures on a line are, 0 while none have come */
  peer(id: SeatId): Peer & { width(mid: string): Promise<number> } {
    const key = `${id} ${Math.random()}`;
    const ask = <K extends keyof Seats>(what: K, ...args: unknown[]) =>
      this.page.evaluate(
        ([name, given]: [string, unknown[]]) =>
          // biome-ignore lint/complexity/noBannedTypes: the page's own functions, by name
          ((globalThis as unknown as { seats: Record<string, Function> }).seats[name] as Function)(...given),
        [what, [key, ...args]] as [string, unknown[]],
      ) as Promise<Awaited<ReturnType<Seats[K]>>>;
    return {
      offer: (tracks) => ask("offer", tracks),
      accept: (sdp) => ask("accept", sdp),
      answer: (sdp) => ask("answer", sdp),
      received: async () => new Map(await ask("received")),
      width: (mid) => ask("width", mid),
      speak: (on) => ask("speak", on),
      close: () => ask("close"),
    };
  }

  close(): Promise<void> {
    return this.browser.close();
  }
}

/**
 * Runs in the page. Microphones are tones that can be silenced, cameras are small moving pictures, screens larger ones
 * in three layers.
 */
function seats(): void {
  interface Held {
    send?: RTCPeerConnection;
    receive?: RTCPeerConnection;
    gain?: GainNode;
    senders: Map<string, RTCRtpTransceiver>;
    timers: number[];
  }
  const held = new Map<string, Held>();
  const at = (key: string): Held => {
    const one = held.get(key) ?? { senders: new Map(), timers: [] };
    held.set(key, one);
    return one;
  };
  const context = new AudioContext();
  const tone = (seat: Held): MediaStreamTrack => {
    const oscillator = context.createOscillator();
    const gain = context.createGain();
    gain.gain.value = 0;
    const out = context.createMediaStreamDestination();
    oscillator.connect(gain).connect(out);
    oscillator.start();
    seat.gain = gain;
    return out.stream.getAudioTracks()[0] as MediaStreamTrack;
  };
  const picture = (seat: Held, width: number): MediaStreamTrack => {
    const canvas = document.createElement("canvas");
    canvas.width = width;
    canvas.height = (width * 3) / 4;
    const brush = canvas.getContext("2d") as CanvasRenderingContext2D;
    let n = 0;
    seat.timers.push(
      window.setInterval(() => {
        brush.fillStyle = `hsl(${n++ * 7} 80% 50%)`;
        brush.fillRect(0, 0, canvas.width, canvas.height);
      }, 80),
    );
    return canvas.captureStream(12).getVideoTracks()[0] as MediaStreamTrack;
  };
  // From the largest to the smallest: by their place the gateway knows which is which.
  const layers: RTCRtpEncodingParameters[] = [
    { rid: "h", maxBitrate: 150_000 },
    { rid: "m", maxBitrate: 80_000, scaleResolutionDownBy: 2 },
    { rid: "l", maxBitrate: 40_000, scaleResolutionDownBy: 4 },
  ];
  const add = (seat: Held, to: RTCPeerConnection, track: string): RTCRtpTransceiver => {
    if (track === "mic" || track === "sound") return to.addTransceiver(tone(seat), { direction: "sendonly" });
    if (track === "camera") return to.addTransceiver(picture(seat, 160), { direction: "sendonly" });
    return to.addTransceiver(picture(seat, 960), { direction: "sendonly", sendEncodings: layers });
  };
  const page: Seats = {
    async offer(key, tracks) {
      const seat = at(key);
      seat.send ??= new RTCPeerConnection({ bundlePolicy: "max-bundle" });
      for (const track of tracks) {
        const known = seat.senders.get(track);
        if (known) known.direction = "sendonly";
        else seat.senders.set(track, add(seat, seat.send, track));
      }
      for (const [track, sender] of seat.senders) if (!tracks.includes(track)) sender.direction = "inactive";
      await seat.send.setLocalDescription(await seat.send.createOffer());
      return {
        sdp: (seat.send.localDescription as RTCSessionDescription).sdp,
        tracks: tracks.map((track) => ({ mid: seat.senders.get(track)?.mid as string, track: track as Track })),
      };
    },
    async accept(key, sdp) {
      await at(key).send?.setRemoteDescription({ type: "answer", sdp });
    },
    async answer(key, sdp) {
      const seat = at(key);
      seat.receive ??= new RTCPeerConnection({ bundlePolicy: "max-bundle" });
      seat.receive.ontrack = ({ track }) => {
        const element = document.createElement(track.kind) as HTMLMediaElement;
        element.muted = true;
        element.srcObject = new MediaStream([track]);
        void element.play().catch(() => {});
      };
      await seat.receive.setRemoteDescription({ type: "offer", sdp });
      await seat.receive.setLocalDescription(await seat.receive.createAnswer());
      return (seat.receive.localDescription as RTCSessionDescription).sdp;
    },
    async received(key) {
      const report = await at(key).receive?.getStats();
      const found: [string, number][] = [];
      report?.forEach((entry) => {
        if (entry.type === "inbound-rtp")
          found.push([entry.mid, entry.kind === "video" ? (entry.framesDecoded ?? 0) : entry.packetsReceived]);
      });
      return found;
    },
    async width(key, mid) {
      let width = 0;
      const report = await at(key).receive?.getStats();
      report?.forEach((entry) => {
        if (entry.type === "inbound-rtp" && entry.mid === mid) width = entry.frameWidth ?? 0;
      });
      return width;
    },
    speak(key, on) {
      const { gain } = at(key);
      if (gain) gain.gain.value = on ? 0.8 : 0;
    },
    close(key) {
      const seat = held.get(key);
      held.delete(key);
      for (const timer of seat?.timers ?? []) clearInterval(timer);
      seat?.send?.close();
      seat?.receive?.close();
    },
  };
  (globalThis as unknown as { seats: Seats }).seats = page;
}
