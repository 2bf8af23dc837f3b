import type { Source } from "../../platform/recorder.ts";
import type { Rtc } from "../../platform/rtc.ts";

/** Connections and devices without media, held in the test's hand. */

class StubTrack extends EventTarget {
  readonly id: string = `track-${++count}`;
  enabled = true;
  muted = false;
  stopped = false;
  onended: (() => void) | null = null;
  onmute: (() => void) | null = null;
  onunmute: (() => void) | null = null;
  constructor(readonly kind: "audio" | "video") {
    super();
  }
  stop(): void {
    this.stopped = true;
  }
}
let count = 0;

class StubSender {
  track: StubTrack | null = null;
  encodings: RTCRtpEncodingParameters[];
  constructor(encodings: RTCRtpEncodingParameters[] = [{}]) {
    this.encodings = encodings;
  }
  async replaceTrack(track: StubTrack | null): Promise<void> {
    this.track = track;
  }
  getParameters() {
    return { encodings: this.encodings.map((each) => ({ ...each })) };
  }
  async setParameters({ encodings }: { encodings: RTCRtpEncodingParameters[] }): Promise<void> {
    this.encodings = encodings;
  }
}

interface Line {
  mid: string | null;
  currentDirection: string | null;
  sender: StubSender;
  receiver: { track: StubTrack };
}

class StubPeer {
  connectionState = "new";
  iceConnectionState = "new";
  signalingState = "stable";
  closed = false;
  readonly lines: Line[] = [];
  readonly offers: object[] = [];
  readonly remotes: string[] = [];
  localDescription: { type: string; sdp: string } | null = null;
  ontrack: ((event: { transceiver: Line }) => void) | null = null;
  onconnectionstatechange: (() => void) | null = null;
  oniceconnectionstatechange: (() => void) | null = null;

  constructor(readonly config: RTCConfiguration) {}

  addTransceiver(kind: "audio" | "video", init: RTCRtpTransceiverInit): Line {
    const line = {
      ...{ mid: null, currentDirection: null, sender: new StubSender(init.sendEncodings) },
      receiver: { track: new StubTrack(kind) },
    };
    this.lines.push(line);
    return line;
  }
  getTransceivers(): Line[] {
    return this.lines;
  }
  async createOffer(options: object = {}) {
    this.offers.push(options);
    return { type: "offer", sdp: "v=0\r\nm=audio 9 X 111\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n" };
  }
  async createAnswer() {
    return { type: "answer", sdp: "v=0\r\n" };
  }
  async setLocalDescription(description: { type: string; sdp: string }): Promise<void> {
    if (description.type === "rollback") return;
    this.localDescription = description;
    this.lines.forEach((line, at) => {
      line.mid ??= String(at);
    });
  }
  /** A gateway's offer lists its lines as `mid kind`, one a line. */
  async setRemoteDescription({ type, sdp }: { type: string; sdp: string }): Promise<void> {
    this.remotes.push(sdp);
    if (type !== "offer") return;
    for (const [, mid, kind] of sdp.matchAll(/^(\S+) (audio|video)$/gm)) {
      if (this.lines.some((line) => line.mid === mid)) continue;
      const line = this.addTransceiver(kind as "audio", {});
      Object.assign(line, { mid, currentDirection: "recvonly" });
      this.ontrack?.({ transceiver: line });
    }
  }
  async getStats() {
    return new Map();
  }
  close(): void {
    this.closed = true;
  }
  /** What the connection comes to. */
  turn(state: string): void {
    this.connectionState = state;
    this.onconnectionstatechange?.();
  }
}

export class StubRtc {
  readonly peers: StubPeer[] = [];
  readonly opened: StubTrack[] = [];
  readonly saved = new Map<string, Blob>();
  readonly playing = new Set<object>();
  /** names of errors with which devices are refused */
  refuse: { audio?: string; video?: string; screen?: string } = {};
  able: "none" | "insecure" | "unsupported" = "none";

  get rtc(): Rtc {
    const stream = (tracks: StubTrack[]) => ({
      ...{ tracks, getTracks: () => tracks },
      getAudioTracks: () => tracks.filter(({ kind }) => kind === "audio"),
      getVideoTracks: () => tracks.filter(({ kind }) => kind === "video"),
    });
    const open = (kind: "audio" | "video", refused?: string) => {
      if (refused) throw Object.assign(new Error(refused), { name: refused });
      const track = new StubTrack(kind);
      this.opened.push(track);
      return track;
    };
    const rtc = {
      trouble: () => this.able,
      peer: (config: RTCConfiguration) => {
        const peer = new StubPeer(config);
        this.peers.push(peer);
        return peer;
      },
      stream,
      media: async ({ audio }: MediaStreamConstraints) =>
        stream([audio ? open("audio", this.refuse.audio) : open("video", this.refuse.video)]),
      screen: async () => stream([open("video", this.refuse.screen), open("audio")]),
      devices: async () => [],
      onDevices: () => () => {},
      play: (what: object) => {
        this.playing.add(what);
        return { speaker: () => {}, stop: () => this.playing.delete(what) };
      },
      record: (_source: Source, take: (part: Blob) => void) => {
        take(new Blob(["recorded"]));
        return { stop: async () => {} };
      },
      save: (name: string, content: Blob) => this.saved.set(name, content),
      meter: () => ({ level: () => 0, stop: () => {} }),
    };
    return rtc as unknown as Rtc;
  }
}
