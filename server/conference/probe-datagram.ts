import { fromHex, toHex } from "#protocol/ids";

/**
 * A probe: four bytes that say what it is and whether it asks or answers, 16 bytes of cookie, a number. An answer is the
 * question with one byte changed, so it is never larger.
 */
export interface Probe {
  is: "question" | "answer";
  /** 32 hex digits, agreed over the nodes' own channel */
  cookie: string;
  seq: number;
}

const MAGIC = [0x62, 0x70, 0x31] as const; // "bp1"
export const PROBE_BYTES = 24;

export function encodeProbe({ is, cookie, seq }: Probe): Uint8Array {
  const bytes = new Uint8Array(PROBE_BYTES);
  bytes.set([...MAGIC, is === "question" ? 1 : 2]);
  bytes.set(fromHex(cookie), 4);
  new DataView(bytes.buffer).setUint32(20, seq);
  return bytes;
}

export function decodeProbe(bytes: Uint8Array): Probe | undefined {
  if (bytes.length !== PROBE_BYTES || MAGIC.some((byte, i) => bytes[i] !== byte)) return undefined;
  const kind = bytes[3];
  if (kind !== 1 && kind !== 2) return undefined;
  return {
    is: kind === 1 ? "question" : "answer",
    cookie: toHex(bytes, 4, 20),
    seq: new DataView(bytes.buffer, bytes.byteOffset).getUint32(20),
  };
}
