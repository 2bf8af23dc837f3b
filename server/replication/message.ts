import { splitRecords } from "#protocol/record";
import { type EventId, isId, isOrigin, type Origin, type PersonId, type RoomId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import type { ControlRequest, Member } from "#protocol/room";
import type { Outcome } from "../domain/rooms.ts";
import type { RoomShape } from "../domain/ports.ts";
import { isDigest, isSignedHead, type SignedHead } from "../domain/signed-heads.ts";
import { isCount, isMembers, isRoomHead } from "../domain/well-formed.ts";

/** A stored mark of the sender's or the receiver's origin also says the rolling hash there, so that replicas can be compared. */
export type SentMark = Mark & { hash?: string };

/** What nodes of two provinces tell each other on the quick way. All of it is repeated until it has had its effect, or may be lost. */
export type PeerMessage =
  /**
   * every second: I am here, and whether I hear you. `marks` is how far each of my files has sent marks to you,
   * null before the first time
   */
  | { t: "beat"; origin: Origin; hears: boolean; marks: (number | null)[] }
  | AskMarks
  | Marks
  /** the log should have brought you this origin's events up to n */
  | { t: "owed"; room: RoomId; origin: Origin; n: number }
  | { t: "want"; room: RoomId; origin: Origin; after: number; upto: number }
  | FillHead
  | { t: "request"; request: ControlRequest }
  | { t: "outcome"; id: EventId; person: PersonId; outcome: Outcome }
  | { t: "live"; message: unknown };

/** With `of`: what is stored of this origin, the asker's own. A node that does not know it answers as without it. */
export interface AskMarks {
  t: "ask-marks";
  file: number;
  since: number;
  of?: Origin;
  /** and of all earlier lives of the asker. A node that does not know this answers as without it */
  lives?: boolean;
}

/**
 * Marks with since < version ≤ upto. With `of`: stored marks of this origin, with `lives` of the earlier ones too; `last` of
 * those that it takes.
 */
export interface Marks {
  t: "marks";
  origin: Origin;
  file: number;
  since: number;
  upto: number;
  of?: Origin;
  last?: boolean;
  lives?: boolean;
  marks: SentMark[];
}

/** Answer to `want`; records with n from max(after, base) + 1 on stand behind it. */
export interface FillHead {
  t: "fill";
  room: RoomId;
  origin: Origin;
  base: number;
  /** rolling hash at base */
  hash: string;
  /** the digest at base (domain/signed-heads.ts) */
  digest?: string;
  /** how far the log's own province signed that it goes; with the records that bring one there */
  signed?: SignedHead;
  /** of an earlier life: its n in this room, beyond which nothing will come */
  end?: number;
  /** the room as its home has it, where history before base is withheld */
  state?: { room: RoomShape; members: Member[] };
}

const utf8 = new TextEncoder();
const text = new TextDecoder();

/** Four bytes with the head's length, the head as JSON, then whole records. */
export function encodeMessage(message: PeerMessage, records: readonly Uint8Array[] = []): Uint8Array {
  const json = utf8.encode(JSON.stringify(message));
  const bytes = new Uint8Array(4 + json.length + records.reduce((sum, record) => sum + record.length, 0));
  new DataView(bytes.buffer).setUint32(0, json.length);
  bytes.set(json, 4);
  let at = 4 + json.length;
  for (const record of records) {
    bytes.set(record, at);
    at += record.length;
  }
  return bytes;
}

/** @throws where the bytes are no message */
export function decodeMessage(bytes: Uint8Array): { message: PeerMessage; records: Uint8Array[] } {
  const size = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0);
  const records = splitRecords(bytes, 4 + size);
  if (!records) throw new Error("records of a peer message do not come out even");
  const message: unknown = JSON.parse(text.decode(bytes.subarray(4, 4 + size)));
  if (!isMessage(message)) throw new Error("a peer message is not of a known form");
  return { message, records };
}

type Loose = { readonly [field: string]: unknown };

/** What is within marks, requests, answers and live messages is looked at by those who take them. */
function isMessage(value: unknown): value is PeerMessage {
  if (typeof value !== "object" || value === null) return false;
  const m = value as Loose;
  switch (m.t as PeerMessage["t"]) {
    case "beat":
      return isOrigin(m.origin) && typeof m.hears === "boolean" && isList(m.marks, (n) => n === null || isCount(n));
    case "ask-marks":
      return isCount(m.file) && isCount(m.since) && (m.of === undefined || isOrigin(m.of));
    case "marks":
      return (
        isOrigin(m.origin) &&
        isCount(m.file) &&
        isCount(m.since) &&
        isCount(m.upto) &&
        (m.of === undefined || isOrigin(m.of)) &&
        Array.isArray(m.marks)
      );
    case "owed":
      return isId(m.room) && isOrigin(m.origin) && isCount(m.n);
    case "want":
      return isId(m.room) && isOrigin(m.origin) && isCount(m.after) && isCount(m.upto);
    case "fill":
      return (
        isId(m.room) &&
        isOrigin(m.origin) &&
        isCount(m.base) &&
        isHash(m.hash, m.base) &&
        isState(m.state) &&
        (m.digest === undefined || isDigest(m.digest)) &&
        (m.signed === undefined || isSignedHead(m.signed)) &&
        (m.end === undefined || isCount(m.end))
      );
    case "request":
      return typeof m.request === "object" && m.request !== null;
    case "outcome":
      return isId(m.id) && isId(m.person);
    case "live":
      return true;
    default:
      return false;
  }
}

const isList = (value: unknown, is: (item: unknown) => boolean): boolean => Array.isArray(value) && value.every(is);
const isHash = (hash: unknown, base: number): boolean =>
  base === 0 ? typeof hash === "string" : typeof hash === "string" && /^[0-9a-f]{16}$/.test(hash);

function isState(state: unknown): boolean {
  if (state === undefined) return true;
  const { room, members } = (state ?? {}) as Loose;
  return isRoomHead(room) && isCount((room as unknown as Loose).cseq) && isMembers(members);
}
