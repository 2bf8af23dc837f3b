/**
 * A recording as it lies on the device: `BEEPREC1`, seven random bytes, then pieces of 256 KiB, each sealed with
 * AES-256-GCM and its tag of 16 bytes behind it. The nonce of a piece is those seven bytes, its number (four bytes,
 * big-endian) and one byte that is 1 in the last piece alone: no piece can be left out, moved, or cut off unnoticed
 * (STREAM; Hoang, Reyhanitabar, Rogaway and Vizár, CRYPTO 2015). The key is 32 bytes, written as hex digits.
 */
const MAGIC = new TextEncoder().encode("BEEPREC1");
const PREFIX = 7;
const TAG = 16;
export const PIECE = 256 * 1024;

type Bytes = Uint8Array<ArrayBuffer>;

function nonceOf(prefix: Uint8Array, count: number, last: boolean): Bytes {
  const nonce = new Uint8Array(12);
  nonce.set(prefix);
  new DataView(nonce.buffer).setUint32(PREFIX, count);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Seals what it is given, piece after piece; nothing readable is kept. */
export class RecordingWriter {
  private readonly prefix = crypto.getRandomValues(new Uint8Array(PREFIX));
  private readonly parts: Blob[] = [new Blob([MAGIC, this.prefix])];
  private rest: Bytes = new Uint8Array(0);
  private count = 0;

  private constructor(private readonly key: CryptoKey) {}

  static async make(): Promise<{ writer: RecordingWriter; key: string }> {
    const raw = crypto.getRandomValues(new Uint8Array(32));
    const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
    return {
      writer: new RecordingWriter(key),
      key: [...raw].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    };
  }

  /** To be called one after the other. */
  async add(bytes: Uint8Array): Promise<void> {
    const all = new Uint8Array(this.rest.length + bytes.length);
    all.set(this.rest);
    all.set(bytes, this.rest.length);
    let at = 0;
    // The last piece is sealed as such, so a full one is kept back until more has come.
    for (; all.length - at > PIECE; at += PIECE) await this.seal(all.subarray(at, at + PIECE), false);
    this.rest = all.slice(at);
  }

  async end(): Promise<Blob> {
    await this.seal(this.rest, true);
    return new Blob(this.parts, { type: "application/octet-stream" });
  }

  private async seal(piece: Bytes, last: boolean): Promise<void> {
    const iv = nonceOf(this.prefix, this.count++, last);
    // As a blob: browsers lay what is large on the disk.
    this.parts.push(new Blob([await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, piece)]));
  }
}

/** @throws Error where the key is another one, or the file is not whole */
export async function openRecording(file: Uint8Array, hex: string): Promise<Blob> {
  const raw = new Uint8Array((hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16)));
  const key = await crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["decrypt"]);
  if (MAGIC.some((byte, at) => file[at] !== byte)) throw new Error("This is no recording.");
  const prefix = file.subarray(MAGIC.length, MAGIC.length + PREFIX);
  const parts: ArrayBuffer[] = [];
  let at = MAGIC.length + PREFIX;
  for (let count = 0, last = false; !last; count++, at += PIECE + TAG) {
    const piece = file.slice(at, at + PIECE + TAG);
    last = at + PIECE + TAG >= file.length;
    parts.push(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonceOf(prefix, count, last) }, key, piece));
  }
  return new Blob(parts, { type: "video/webm" });
}
