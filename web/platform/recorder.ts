/** Records voices and one picture as they are heard and seen here. */

export interface Source {
  voices(): MediaStreamTrack[];
  /** the main picture now */
  picture(): MediaStream | null;
}

export interface RunningRecorder {
  /** Settles when all that was recorded has been given. */
  stop(): Promise<void>;
}

const TYPES = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];
const WIDTH = 1280;
const HEIGHT = 720;
const PICTURES_PER_SECOND = 10;

/** @throws Error where the browser cannot record */
export function startRecorder(source: Source, take: (part: Blob) => void): RunningRecorder {
  if (typeof MediaRecorder !== "function") throw new Error("no MediaRecorder");
  const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
  const sound = mixer(source);
  const picture = painter(source);
  const [video] = picture.stream.getVideoTracks();
  const stream = new MediaStream([...(video ? [video] : []), ...sound.stream.getAudioTracks()]);
  const recorder = new MediaRecorder(stream, { ...(mimeType && { mimeType }), videoBitsPerSecond: 1_000_000 });
  recorder.ondataavailable = ({ data }) => {
    if (data.size) take(data);
  };
  recorder.start(1000);
  return {
    stop: () =>
      new Promise((resolve) => {
        recorder.onstop = () => {
          sound.stop();
          picture.stop();
          resolve();
        };
        recorder.stop();
      }),
  };
}

/** All voices in one track; who comes later is heard from the next second on. */
function mixer({ voices }: Source): { stream: MediaStream; stop(): void } {
  const context = new AudioContext();
  const out = context.createMediaStreamDestination();
  const heard = new Map<MediaStreamTrack, MediaStreamAudioSourceNode>();
  const follow = () => {
    const now = new Set(voices());
    for (const [track, node] of heard)
      if (!now.has(track)) {
        node.disconnect();
        heard.delete(track);
      }
    for (const track of now) {
      if (heard.has(track)) continue;
      const node = context.createMediaStreamSource(new MediaStream([track]));
      node.connect(out);
      heard.set(track, node);
    }
  };
  follow();
  const timer = setInterval(follow, 1000);
  return {
    stream: out.stream,
    stop: () => {
      clearInterval(timer);
      context.close().catch(() => {});
    },
  };
}

/** A recorder takes one picture track for good: whatever is shown is painted onto it. */
function painter({ picture }: Source): { stream: MediaStream; stop(): void } {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const paint = canvas.getContext("2d") as CanvasRenderingContext2D;
  const video = document.createElement("video");
  video.muted = true;
  video.setAttribute("playsinline", "");
  const timer = setInterval(() => {
    const stream = picture();
    if (video.srcObject !== stream) {
      video.srcObject = stream;
      if (stream) video.play().catch(() => {});
    }
    paint.fillStyle = "#111";
    paint.fillRect(0, 0, WIDTH, HEIGHT);
    const { videoWidth: width, videoHeight: height } = video;
    if (!stream || !width || !height) return;
    const scale = Math.min(WIDTH / width, HEIGHT / height);
    paint.drawImage(video, (WIDTH - width * scale) / 2, (HEIGHT - height * scale) / 2, width * scale, height * scale);
  }, 1000 / PICTURES_PER_SECOND);
  return {
    stream: canvas.captureStream(PICTURES_PER_SECOND),
    stop: () => {
      clearInterval(timer);
      video.srcObject = null;
    },
  };
}

/** Hands a file to the person, as a download. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
