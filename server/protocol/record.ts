import { type DeviceId, type EventId, fromHex, type Origin, type PersonId, type RoomId, toHex } from "./ids.ts";
import type { Place, Stamp } from "./stamp.ts";

/**
 * The one envelope of every event, as it stands on the wire, in the store and between provinces:
 * a head of 96 bytes, big-endian, then the body, which no node looks into (SPEC.md, "Record").
 * A client sends it with origin, n and stamp zero (a draft); the accepting node fills in just these.
 */
export interface EventRecord extends Place {
  id: EventId;
  room: RoomId;
  sender: PersonId;
  device: DeviceId;
  kind: number;
  scheme: number;
  body: Uint8Array;
}

export type Draft = Omit<EventRecord, keyof Place>;

/** `note`: says more of an earlier event, and does not count as unread. 4 to 6 are kept free. */
export const KIND = { message: 1, control: 2, directory: 3, note: 7 } as const;
/** What a body is written in. `sealed` is kept free for end-to-end encrypted records. */
export const SCHEME = { clear: 1, control: 2, directory: 3, sealed: 4 } as const;

export const RECORD_VERSION = 1;
export const HEAD_BYTES = 96;
/** Largest body of one event, in bytes. Larger things travel as files. */
export const MAX_BODY = 32 * 1024;

export const AT = {
  version: 0,
  kind: 1,
  scheme: 2,
  reserved: 3,
  size: 4,
  id: 8,
  room: 24,
  sender: 40,
  device: 56,
  origin: 72,
  n: 84,
  stamp: 88,
} as const;

/** By hand, not by DataView: making a view costs more than all that is read through it. */
const u32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)) >>>
  0;

function putU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}

export function encodeRecord(event: Draft & Partial<Place>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(HEAD_BYTES + event.body.length);
  bytes[AT.version] = RECORD_VERSION;
  bytes[AT.kind] = event.kind;
  bytes[AT.scheme] = event.scheme;
  putU32(bytes, AT.size, event.body.length);
  bytes.set(fromHex(event.id), AT.id);
  bytes.set(fromHex(event.room), AT.room);
  bytes.set(fromHex(event.sender), AT.sender);
  bytes.set(fromHex(event.device), AT.device);
  bytes.set(event.body, HEAD_BYTES);
  if (event.origin !== undefined) stampRecord(bytes, event.origin, event.n ?? 0, event.stamp ?? 0);
  return bytes;
}

/** Writes the three things that the accepting node decides into a record, in place. */
export function stampRecord(bytes: Uint8Array, origin: Origin, n: number, stamp: Stamp): void {
  for (let i = 0; i < 12; i++) bytes[AT.origin + i] = origin.charCodeAt(i);
  putU32(bytes, AT.n, n);
  putU32(bytes, AT.stamp, Math.floor(stamp / 0x1_0000_0000));
  putU32(bytes, AT.stamp + 4, stamp % 0x1_0000_0000);
}

/** Bytes of the record that starts at `at`, or -1 where the bytes hold no whole record of a known version. */
export function recordSize(bytes: Uint8Array, at = 0): number {
  if (bytes.length - at < HEAD_BYTES || bytes[at] !== RECORD_VERSION) return -1;
  const body = u32(bytes, at + AT.size);
  return body <= MAX_BODY && bytes.length - at >= HEAD_BYTES + body ? HEAD_BYTES + body : -1;
}

export const roomIn = (bytes: Uint8Array): RoomId => toHex(bytes, AT.room, AT.room + 16);
export const idIn = (bytes: Uint8Array): EventId => toHex(bytes, AT.id, AT.id + 16);
export const senderIn = (bytes: Uint8Array): PersonId => toHex(bytes, AT.sender, AT.sender + 16);
export const deviceIn = (bytes: Uint8Array): DeviceId => toHex(bytes, AT.device, AT.device + 16);

export function placeIn(bytes: Uint8Array): Place {
  let origin = "";
  for (let i = 0; i < 12; i++) origin += String.fromCharCode(bytes[AT.origin + i] as number);
  return {
    origin,
    n: u32(bytes, AT.n),
    stamp: u32(bytes, AT.stamp) * 0x1_0000_0000 + u32(bytes, AT.stamp + 4),
  };
}

/** Reads a whole record; its size must have been checked with `recordSize`. The body is a view, not a copy. */
export function decodeRecord(bytes: Uint8Array): EventRecord {
  return {
    ...placeIn(bytes),
    id: idIn(bytes),
    room: roomIn(bytes),
    sender: senderIn(bytes),
    device: deviceIn(bytes),
    kind: bytes[AT.kind] as number,
    scheme: bytes[AT.scheme] as number,
    body: bytes.subarray(HEAD_BYTES),
  };
}

/** Splits records that stand one behind another, without copying; undefined where the bytes do not come out even. */
export function splitRecords(bytes: Uint8Array, at = 0): Uint8Array[] | undefined {
  const records: Uint8Array[] = [];
  while (at < bytes.length) {
    const size = recordSize(bytes, at);
    if (size < 0) return undefined;
    records.push(bytes.subarray(at, at + size));
    at += size;
  }
  return records;
}

/** Whether a record is a blank (domain/blank.ts): a node stands by its place, not by what was said there. */
export function isBlank(record: Uint8Array): boolean {
  if (record[AT.kind] !== KIND.note) return false;
  for (let i = AT.id as number; i < AT.room; i++) if (record[i] !== 0) return false;
  return true;
}

/** Whether two records are one draft: equal in all that its client wrote. */
export function isSameDraft(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if ((i < AT.origin || i >= HEAD_BYTES) && a[i] !== b[i]) return false;
  return true;
}
