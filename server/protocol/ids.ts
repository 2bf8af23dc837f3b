/** Identifiers. Every id is 16 bytes on the wire and 32 lower-case hex digits in memory and JSON. */
export type EventId = string;
export type RoomId = string;
export type PersonId = string;
export type DeviceId = string;
/** ISO 3166-2:PK subdivision in lower case: `is`, `pb`, `sd`, `kp`, `ba`, `gb`, `jk`. */
export type Province = string;
/** One life of one data folder: province, `-`, nine characters of [0-9a-z]; always 12 bytes. */
export type Origin = string;

/** The log in which every province keeps its part of the directory; the same id everywhere. */
export const DIRECTORY_ROOM: RoomId = "00000000000000000000000000000000";

export const isId = (value: unknown): value is string => typeof value === "string" && /^[0-9a-f]{32}$/.test(value);
export const isProvince = (value: unknown): value is Province => typeof value === "string" && /^[a-z]{2}$/.test(value);
export const isOrigin = (value: unknown): value is Origin =>
  typeof value === "string" && /^[a-z]{2}-[0-9a-z]{9}$/.test(value);

export const provinceOf = (origin: Origin): Province => origin.slice(0, 2);

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Where there is one (the node), the runtime's own: a quarter of the time, on a path that every message takes ten times. */
const hexSlice: ((this: Uint8Array, from: number, to: number) => string) | undefined = (
  globalThis as { Buffer?: { prototype: { hexSlice?: (from: number, to: number) => string } } }
).Buffer?.prototype.hexSlice;

export function toHex(bytes: Uint8Array, from = 0, to = bytes.length): string {
  if (hexSlice) return hexSlice.call(bytes, from, to);
  let text = "";
  for (let i = from; i < to; i++) text += HEX[bytes[i] as number];
  return text;
}

export function fromHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(hex.slice(i * 2, i * 2 + 2), 16);
  return bytes;
}

/**
 * A UUIDv7 (RFC 9562 section 5.7): 48 bits of milliseconds, then randomness, so ids of one writer
 * sort by time and an index on them grows at its end.
 * @param now milliseconds since 1970
 * @param random fills the given bytes with randomness; `crypto.getRandomValues` unless a test holds it still
 */
export function mintId(now: number, random: (bytes: Uint8Array<ArrayBuffer>) => unknown = fillRandom): EventId {
  const bytes = new Uint8Array(16);
  random(bytes);
  for (let i = 5, rest = now; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  bytes[6] = 0x70 | ((bytes[6] as number) & 0x0f);
  bytes[8] = 0x80 | ((bytes[8] as number) & 0x3f);
  return toHex(bytes);
}

const fillRandom = (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes);
