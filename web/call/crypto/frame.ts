import { type Bytes, concat, type FrameKey, type Header, parseHeader, protect, unprotect } from "./sframe.ts";

/**
 * How a sealed media frame is laid out: a few clear bytes of the codec, SFrame header, ciphertext and tag. The clear
 * bytes are what gateways and browsers must read (VP8's frame tag, start code and size; Opus's first byte); they are
 * bound to the frame as its metadata. How many there are is told by the clear bytes themselves.
 */
export type MediaKind = "audio" | "video";

const OPUS = 1;
const VP8_KEY = 10;
const VP8_DELTA = 3;

/** RFC 6386, 9.1: the lowest bit of a VP8 frame is 0 in a key frame. */
const clearBytes = (kind: MediaKind, frame: Bytes): number =>
  kind === "audio" ? OPUS : ((frame[0] as number) & 1) === 0 ? VP8_KEY : VP8_DELTA;

/** Null where there is nothing behind the clear bytes that could be sealed. */
export async function sealFrame(kind: MediaKind, frame: Bytes, key: FrameKey, counter: number): Promise<Bytes | null> {
  const clear = clearBytes(kind, frame);
  if (frame.length < clear) return null;
  const metadata = frame.subarray(0, clear);
  return concat(metadata, await protect(key, counter, metadata, frame.subarray(clear)));
}

export interface SealedFrame {
  header: Header;
  metadata: Bytes;
  sealed: Bytes;
}

/** Undefined where it cannot be a sealed frame. */
export function readFrame(kind: MediaKind, frame: Bytes): SealedFrame | undefined {
  const clear = clearBytes(kind, frame);
  const sealed = frame.subarray(clear);
  const header = parseHeader(sealed);
  return header && { header, metadata: frame.subarray(0, clear), sealed };
}

/** The frame as it was before sealing; undefined where the key is not the one or a byte is not as it was. */
export async function openFrame({ metadata, sealed }: SealedFrame, key: FrameKey): Promise<Bytes | undefined> {
  const plain = await unprotect(key, metadata, sealed);
  return plain && concat(metadata, plain);
}

const QUIET_BYTES = 3;
const QUIET_PASS = 20;

/**
 * Opus's discontinuous transmission: while nobody speaks the encoder makes frames of up to three bytes, which the
 * browser would not send. Sealed they are larger and would all be sent; so they are dropped, but for one in twenty,
 * which keeps the receiver's comfort noise going.
 */
export class QuietGate {
  private run = 0;

  /** False where the frame is not to be sent. */
  passes(kind: MediaKind, frame: Bytes): boolean {
    if (kind === "video" || frame.length > QUIET_BYTES) {
      this.run = 0;
      return true;
    }
    return this.run++ % QUIET_PASS === 0;
  }
}
