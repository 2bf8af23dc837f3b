import type { SeatId, Track } from "#protocol/call";
import type { SealCounts } from "./cipher.ts";
import type { Epoch } from "./epoch.ts";
import type { FromWorker, Pipe, ToWorker } from "./messages.ts";

/** How this browser lets frames be sealed: `script` (the standard), `streams` (Chromium 86 and later), or not at all. */
export type SealWay = "script" | "streams";

interface Streams {
  readable: ReadableStream;
  writable: WritableStream;
}

/** What not every browser's types know. `createEncodedStreams` is Chromium's former way. */
type Sealable = { transform?: unknown; createEncodedStreams?: () => Streams };
type ScriptTransform = new (worker: Worker, options: Pipe) => unknown;

const scriptTransform = (): ScriptTransform | undefined =>
  (globalThis as unknown as { RTCRtpScriptTransform?: ScriptTransform }).RTCRtpScriptTransform;

/** Null where this browser cannot encrypt calls end to end: it may only join one that a host has opened. */
export function canSeal(): SealWay | null {
  if (typeof RTCRtpSender === "undefined" || typeof Worker === "undefined" || !globalThis.crypto?.subtle) return null;
  if (scriptTransform() && "transform" in RTCRtpSender.prototype) return "script";
  return "createEncodedStreams" in RTCRtpSender.prototype ? "streams" : null;
}

/** What a peer connection must be made with so that its frames can be sealed. */
export const sealOptions = (way: SealWay | null): RTCConfiguration =>
  way === "streams" ? ({ encodedInsertableStreams: true } as RTCConfiguration) : {};

/**
 * The page's side of one seat's sealing. Attach senders before they are offered and receivers in `ontrack`, before the
 * track is played. Until an epoch is set nothing is sent and nothing is played.
 */
export class Sealer {
  private readonly worker: Worker;
  private readonly pipes = new WeakMap<RTCRtpSender | RTCRtpReceiver, number>();
  private readonly asked = new Map<number, (seats: Record<SeatId, SealCounts>) => void>();
  private count = 0;

  /** @param onfail the worker's script cannot be had: nothing will flow */
  constructor(
    private readonly seat: SeatId,
    private readonly way: SealWay,
    onfail: () => void = () => {},
  ) {
    this.worker = new Worker(new URL("./worker.ts", import.meta.url));
    this.worker.onerror = onfail;
    this.worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      this.asked.get(data.ref)?.(data.seats);
      this.asked.delete(data.ref);
    };
    this.post({ t: "me", seat });
  }

  /** @param track what is sent; a sender keeps its place when its track is replaced */
  attachSender(sender: RTCRtpSender, track: Track): void {
    if (this.pipes.has(sender)) return;
    this.attach(sender, {
      does: "seal",
      kind: track === "mic" || track === "sound" ? "audio" : "video",
      seat: this.seat,
    });
  }

  /** Call again when the receiver is given to another seat. */
  attachReceiver(receiver: RTCRtpReceiver, seat: SeatId): void {
    const known = this.pipes.get(receiver);
    if (known !== undefined) this.post({ t: "seat", id: known, seat });
    else this.attach(receiver, { does: "open", kind: receiver.track.kind === "audio" ? "audio" : "video", seat });
  }

  /** @param use what is sealed with; null while there is none  @param hold all that may be opened, `use` among them */
  setEpoch(use: Epoch | null, hold: readonly Epoch[]): void {
    this.post({ t: "epochs", use, hold });
  }

  /** Frames pass as they are: only where a host has opened the call (`rules.sealed` is false). */
  open(on: boolean): void {
    this.post({ t: "mode", open: on });
  }

  /** By seat; one's own tells of what is sent. */
  stats(): Promise<Record<SeatId, SealCounts>> {
    return new Promise((resolve) => {
      const ref = ++this.count;
      this.asked.set(ref, resolve);
      this.post({ t: "stats", ref });
    });
  }

  /** Close the peer connections first. */
  close(): void {
    this.worker.terminate();
    for (const resolve of this.asked.values()) resolve({});
    this.asked.clear();
  }

  private attach(end: RTCRtpSender | RTCRtpReceiver, path: Omit<Pipe, "id">): void {
    const pipe = { ...path, id: ++this.count };
    this.pipes.set(end, pipe.id);
    const sealable = end as unknown as Sealable;
    switch (this.way) {
      case "script": {
        const Transform = scriptTransform() as ScriptTransform;
        sealable.transform = new Transform(this.worker, pipe);
        return;
      }
      case "streams": {
        const { readable, writable } = (sealable.createEncodedStreams as () => Streams)();
        this.post({ t: "streams", pipe, readable, writable }, [readable, writable]);
        return;
      }
    }
  }

  private post(message: ToWorker, transfer: Transferable[] = []): void {
    this.worker.postMessage(message, transfer);
  }
}
