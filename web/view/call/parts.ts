import type { CallId, CallNote } from "#protocol/call";
import { type NotePart, notePartText } from "#protocol/call-note";
import { isId, type Province, type RoomId } from "#protocol/ids";
import { fromBase64, P256 } from "../../platform/device-key.ts";

const SHA256 = { name: "ECDSA", hash: "SHA-256" } as const;
/** A call has as many parts as the fleet has provinces; of what somebody pours over it no more is looked at. */
const MOST = 400;
/** As `content.ts` has it of notes: moments that calendars can name. */
const isTime = (ms: unknown): boolean => typeof ms === "number" && ms >= 0 && ms <= 253_402_300_799_000;

/** What provinces signed of a call in the notes of it, the first of each: theirs alone are facts, and each of its own people alone. */
export async function signedParts(
  notes: readonly CallNote[],
  room: RoomId,
  keyOf: (province: Province) => string | undefined,
): Promise<NotePart[]> {
  const found = new Map<Province, NotePart>();
  const parts = notes.flatMap((note) => (Array.isArray(note.parts) ? note.parts.slice(0, 1) : []));
  const of = notes.length > 0 ? (notes[0] as CallNote).of : "";
  for (const part of parts.slice(0, MOST))
    if (isPart(part, of, room) && !found.has(part.province) && (await isSigned(part, keyOf(part.province))))
      found.set(part.province, part);
  return [...found.values()];
}

/** A call's record: who was there by the word of which province, and who by nobody's but the writer's. */
export interface Told {
  /** what the row says; null while nobody said anything */
  note: CallNote | null;
  parts: readonly NotePart[];
  /** in the writer's note, and in no province's signed part */
  unsigned: CallNote["people"];
}

export function told(note: CallNote | null, parts: readonly NotePart[]): Told {
  if (!note) return { note, parts, unsigned: [] };
  const signed = new Set(parts.flatMap(({ people }) => people.map(({ person }) => person)));
  const unsigned = note.people.filter(({ person }) => !signed.has(person));
  return { note: unsigned.length === 0 && parts.length > 0 ? noteOf(note.of, parts) : note, parts, unsigned };
}

/** What parts come to together. */
function noteOf(of: CallId, parts: readonly NotePart[]): CallNote {
  const people = parts.flatMap((part) => part.people).sort((a, b) => a.from - b.from);
  const there = new Set(people.map(({ person }) => person));
  return {
    of,
    began: Math.min(...parts.map(({ began }) => began)),
    ended: Math.max(...parts.map(({ ended }) => ended)),
    people,
    declined: [...new Set(parts.flatMap((part) => part.declined))].filter((person) => !there.has(person)),
  };
}

function isPart(part: NotePart | null, of: CallId, room: RoomId): part is NotePart {
  return (
    typeof part === "object" &&
    part !== null &&
    part.of === of &&
    part.room === room &&
    isTime(part.began) &&
    isTime(part.ended) &&
    Array.isArray(part.people) &&
    part.people.every((each) => each && isId(each.person) && isTime(each.from) && isTime(each.to)) &&
    Array.isArray(part.declined) &&
    part.declined.every(isId)
  );
}

async function isSigned(part: NotePart, key: string | undefined): Promise<boolean> {
  if (!key) return false;
  try {
    const signer = await crypto.subtle.importKey("spki", fromBase64(key), P256, false, ["verify"]);
    const text = new TextEncoder().encode(notePartText(part));
    return await crypto.subtle.verify(SHA256, signer, fromBase64(part.signature), text);
  } catch {
    return false;
  }
}
