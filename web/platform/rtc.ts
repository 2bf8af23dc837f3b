import { type RunningRecorder, type Source, saveFile, startRecorder } from "./recorder.ts";

/** What calls need of the machine: connections, microphones, cameras, screens and loudspeakers. Tests bring their own. */

export interface Rtc {
  /** why no call can be made here, if none can */
  trouble(): "none" | "insecure" | "unsupported";
  peer(config: RTCConfiguration): RTCPeerConnection;
  stream(tracks: MediaStreamTrack[]): MediaStream;
  /** @throws DOMException as getUserMedia does */
  media(constraints: MediaStreamConstraints): Promise<MediaStream>;
  /** a screen or window of the person's choice, with its sound where the browser gives it */
  screen(): Promise<MediaStream>;
  devices(): Promise<MediaDeviceInfo[]>;
  /** Calls back when devices come or go. Returns the way to stop it. */
  onDevices(listener: () => void): () => void;
  /** Makes a stream heard through the loudspeaker (null: the usual one). */
  play(stream: MediaStream, speaker: string | null): Player;
  /** Records what is heard and seen; parts come about every second. @throws Error where the browser cannot */
  record(source: Source, take: (part: Blob) => void): RunningRecorder;
  /** Hands a file to the person. */
  save(name: string, content: Blob): void;
  /** Measures how loud a stream is. */
  meter(stream: MediaStream): { level(): number; stop(): void };
}

export interface Player {
  speaker(id: string | null): void;
  stop(): void;
}

type Sinking = HTMLAudioElement & { setSinkId?(id: string): Promise<void> };

export const browserRtc: Rtc = {
  trouble: () => {
    if (!window.isSecureContext) return "insecure";
    const able = typeof RTCPeerConnection === "function" && "addTransceiver" in RTCPeerConnection.prototype;
    return able && navigator.mediaDevices ? "none" : "unsupported";
  },
  peer: (config) => new RTCPeerConnection(config),
  stream: (tracks) => new MediaStream(tracks),
  media: (constraints) => navigator.mediaDevices.getUserMedia(constraints),
  screen: () => navigator.mediaDevices.getDisplayMedia({ video: { frameRate: 15 }, audio: true }),
  devices: () => navigator.mediaDevices.enumerateDevices(),
  onDevices: (listener) => {
    navigator.mediaDevices.addEventListener("devicechange", listener);
    return () => navigator.mediaDevices.removeEventListener("devicechange", listener);
  },
  play,
  record: startRecorder,
  save: saveFile,
  meter,
};

function play(stream: MediaStream, speaker: string | null): Player {
  const element: Sinking = document.createElement("audio");
  const gestures = ["pointerdown", "keydown"];
  const start = () => {
    element.play().then(calm, () => {});
  };
  const calm = () => {
    for (const name of gestures) window.removeEventListener(name, start);
  };
  const setSpeaker = (id: string | null) => {
    if (element.setSinkId) element.setSinkId(id || "").catch(() => {});
  };
  element.autoplay = true;
  element.srcObject = stream;
  if (speaker) setSpeaker(speaker);
  // After a reload nobody has touched the page yet, and browsers keep it silent until somebody does.
  for (const name of gestures) window.addEventListener(name, start);
  start();
  return {
    speaker: setSpeaker,
    stop: () => {
      calm();
      element.srcObject = null;
    },
  };
}

function meter(stream: MediaStream): { level(): number; stop(): void } {
  const Context =
    window.AudioContext || (window as unknown as { webkitAudioContext: typeof AudioContext }).webkitAudioContext;
  const context = new Context();
  const analyser = context.createAnalyser();
  analyser.fftSize = 512;
  context.createMediaStreamSource(stream).connect(analyser);
  context.resume().catch(() => {});
  const bytes = new Uint8Array(analyser.fftSize);
  return {
    level: () => {
      analyser.getByteTimeDomainData(bytes);
      let sum = 0;
      bytes.forEach((byte) => {
        sum += ((byte - 128) / 128) ** 2;
      });
      // Speech stands near a tenth of the full range: its root fills a bar.
      return Math.min(1, Math.sqrt(sum / bytes.length) * 4);
    },
    stop: () => {
      context.close().catch(() => {});
    },
  };
}
