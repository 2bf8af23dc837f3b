import { type Ack, DOWN, type Down, type PageHead } from "./down.ts";
import { fromHex, toHex } from "./ids.ts";
import { splitRecords } from "./record.ts";
import { UP, type Up } from "./up.ts";

/** Frames: one WebSocket message each, its first byte the type (SPEC.md, "Frames"). */
const utf8 = new TextEncoder();
const text = new TextDecoder();
export const ACK_BYTES = 40;
/** Largest frame a node takes; a client splits its outbox accordingly. */
export const MAX_FRAME = 256 * 1024;

export function jsonFrame(type: number, value: unknown): Uint8Array<ArrayBuffer> {
  const json = utf8.encode(JSON.stringify(value));
  const frame = new Uint8Array(1 + json.length);
  frame[0] = type;
  frame.set(json, 1);
  return frame;
}
export const upFrame = (message: Up) => jsonFrame(UP.json, message);
export const downFrame = (message: Down) => jsonFrame(DOWN.json, message);
export const readJson = (frame: Uint8Array): unknown => JSON.parse(text.decode(frame.subarray(1)));

/** A type byte, then whole records. Serves `send` and `events`. */
export function recordsFrame(type: number, records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let size = 1;
  for (const record of records) size += record.length;
  const frame = new Uint8Array(size);
  frame[0] = type;
  let at = 1;
  for (const record of records) {
    frame.set(record, at);
    at += record.length;
  }
  return frame;
}
export const readRecords = (frame: Uint8Array): Uint8Array[] | undefined => splitRecords(frame, 1);

/** A type byte, then 40 bytes an ack: id 16, origin 12, n 4, stamp 8. */
export function acksFrame(acks: readonly Ack[]): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(1 + acks.length * ACK_BYTES);
  const view = new DataView(frame.buffer);
  frame[0] = DOWN.acks;
  acks.forEach((ack, i) => {
    const at = 1 + i * ACK_BYTES;
    frame.set(fromHex(ack.id), at);
    for (let c = 0; c < 12; c++) frame[at + 16 + c] = ack.origin.charCodeAt(c);
    view.setUint32(at + 28, ack.n);
    view.setUint32(at + 32, Math.floor(ack.stamp / 0x1_0000_0000));
    view.setUint32(at + 36, ack.stamp % 0x1_0000_0000);
  });
  return frame;
}

export function readAcks(frame: Uint8Array): Ack[] {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const acks: Ack[] = [];
  for (let at = 1; at + ACK_BYTES <= frame.length; at += ACK_BYTES) {
    acks.push({
      id: toHex(frame, at, at + 16),
      origin: String.fromCharCode(...frame.subarray(at + 16, at + 28)),
      n: view.getUint32(at + 28),
      stamp: view.getUint32(at + 32) * 0x1_0000_0000 + view.getUint32(at + 36),
    });
  }
  return acks;
}

/** A type byte, two bytes with the head's length, the head as JSON, then whole records, newest first. */
export function pageFrame(head: PageHead, records: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const json = utf8.encode(JSON.stringify(head));
  const frame = recordsFrame(DOWN.page, [Uint8Array.of(json.length >> 8, json.length & 255), json, ...records]);
  return frame;
}
export function readPage(frame: Uint8Array): { head: PageHead; records: Uint8Array[] } | undefined {
  const size = ((frame[1] as number) << 8) | (frame[2] as number);
  const records = splitRecords(frame, 3 + size);
  return records && { head: JSON.parse(text.decode(frame.subarray(3, 3 + size))) as PageHead, records };
}
