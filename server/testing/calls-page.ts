import type { Browser, Page } from "playwright-core";
import { launchChromium } from "./browsers.ts";

/** What a page has carried since it began. */
export interface PageStats {
  received: { peer: string; mid: string; kind: "audio" | "video"; bytes: number; packets: number; frames: number }[];
  sent: { peer: string; kind: "audio" | "video"; bytes: number; headers: number; packets: number }[];
}

export interface Sending {
  audio: boolean;
  video: boolean;
  /** most kb/s of the video */
  kbps?: number;
  /** the thrifty way to speak: 12 kb/s Opus, silence unsent, 60 ms in a packet */
  thrifty?: boolean;
}

/**
 * A browser's peer connections by themselves, signalled from here: whatever the gateway is reached through, the media
 * comes from the same page. Descriptions carry no candidates: gateways are ICE-lite and see where packets come from.
 */
export class MediaPage {
  private constructor(
    private readonly browser: Browser,
    private readonly server: ReturnType<typeof Bun.serve>,
    readonly page: Page,
  ) {}

  static async open(): Promise<MediaPage> {
    const html = new Response("<!doctype html><title>media</title>", { headers: { "content-type": "text/html" } });
    const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => html.clone() });
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.addInitScript(`(${toolbox})()`);
    await page.goto(`http://127.0.0.1:${server.port}/`);
    return new MediaPage(browser, server, page);
  }

  /** An offer that sends the fake microphone and camera. */
  send(peer: string, what: Sending): Promise<{ sdp: string; tracks: { mid: string; track: "mic" | "camera" }[] }> {
    return this.page.evaluate(([peer, what]) => box().send(peer, what), [peer, what] as const);
  }

  sent(peer: string, sdp: string): Promise<void> {
    return this.page.evaluate(([peer, sdp]) => box().sent(peer, sdp), [peer, sdp] as const);
  }

  /** The answer to what a gateway offers. */
  receive(peer: string, sdp: string): Promise<string> {
    return this.page.evaluate(([peer, sdp]) => box().receive(peer, sdp), [peer, sdp] as const);
  }

  stats(): Promise<PageStats> {
    return this.page.evaluate(() => box().stats());
  }

  end(peer: string): Promise<void> {
    return this.page.evaluate((peer) => box().end(peer), peer);
  }

  async close(): Promise<void> {
    await this.browser.close().catch(() => {});
    await this.server.stop(true);
  }
}

interface Toolbox {
  send(peer: string, what: Sending): Promise<{ sdp: string; tracks: { mid: string; track: "mic" | "camera" }[] }>;
  sent(peer: string, sdp: string): Promise<void>;
  receive(peer: string, sdp: string): Promise<string>;
  stats(): Promise<PageStats>;
  end(peer: string): void;
}

/** Stands for the page's own: only its name is taken along. */
declare function box(): Toolbox;

/** Runs in the page; refers to nothing outside itself. */
function toolbox(): void {
  const peers = new Map<string, RTCPeerConnection>();
  let stream: Promise<MediaStream> | undefined;
  const capture = () => {
    stream ??= navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 240, frameRate: 10 } });
    return stream;
  };
  const bare = (sdp: string) => sdp.replace(/a=candidate:.*\r\n|a=end-of-candidates\r\n/g, "");
  const thrift = (sdp: string) =>
    sdp.replace(/(a=fmtp:111 [^\r\n]*)/, "$1;usedtx=1;maxaveragebitrate=12000\r\na=ptime:60\r\na=maxptime:60");
  const thrifty = new Set<string>();
  const own: Toolbox = {
    async send(peer, { audio, video, kbps = 150, thrifty: thin = false }) {
      const media = await capture();
      const pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
      peers.set(peer, pc);
      if (thin) thrifty.add(peer);
      const tracks: { mid: string; track: "mic" | "camera" }[] = [];
      const add = (kind: "mic" | "camera", track: MediaStreamTrack, bps?: number) => {
        pc.addTransceiver(track, {
          direction: "sendonly",
          streams: [media],
          ...(bps ? { sendEncodings: [{ maxBitrate: bps }] } : {}),
        });
        tracks.push({ mid: String(tracks.length), track: kind });
      };
      if (audio) add("mic", media.getAudioTracks()[0] as MediaStreamTrack);
      if (video) add("camera", media.getVideoTracks()[0] as MediaStreamTrack, kbps * 1000);
      const offer = await pc.createOffer();
      await pc.setLocalDescription({ type: "offer", sdp: thin ? thrift(offer.sdp as string) : (offer.sdp as string) });
      return { sdp: bare((pc.localDescription as RTCSessionDescription).sdp), tracks };
    },
    async sent(peer, sdp) {
      await peers.get(peer)?.setRemoteDescription({ type: "answer", sdp: thrifty.has(peer) ? thrift(sdp) : sdp });
    },
    async receive(peer, sdp) {
      let pc = peers.get(peer);
      if (!pc) {
        pc = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
        peers.set(peer, pc);
        pc.ontrack = ({ track }) => {
          const element = document.createElement(track.kind === "video" ? "video" : "audio");
          element.autoplay = true;
          element.srcObject = new MediaStream([track]);
          document.body.append(element);
        };
      }
      await pc.setRemoteDescription({ type: "offer", sdp });
      await pc.setLocalDescription(await pc.createAnswer());
      return bare((pc.localDescription as RTCSessionDescription).sdp);
    },
    async stats() {
      const all: PageStats = { received: [], sent: [] };
      for (const [peer, pc] of peers) {
        // biome-ignore lint/suspicious/noExplicitAny: TypeScript's own types name no kinds of stats
        for (const s of (await pc.getStats()).values() as Iterable<any>) {
          const { kind, mid, packetsReceived, packetsSent } = s;
          if (s.type === "inbound-rtp")
            all.received.push({
              ...{ peer, mid, kind, bytes: s.bytesReceived, packets: packetsReceived },
              frames: kind === "video" ? (s.framesDecoded ?? 0) : 0,
            });
          if (s.type === "outbound-rtp")
            all.sent.push({ peer, kind, bytes: s.bytesSent, headers: s.headerBytesSent, packets: packetsSent });
        }
      }
      return all;
    },
    end(peer) {
      peers.get(peer)?.close();
      peers.delete(peer);
    },
  };
  Object.assign(globalThis, { box: () => own });
}
