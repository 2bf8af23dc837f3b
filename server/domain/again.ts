import { type Origin, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { decodeRecord, encodeRecord, type EventRecord, KIND, placeIn } from "#protocol/record";
import type { ControlBody } from "#protocol/room";
import { stampMs } from "#protocol/stamp";
import { comparePlace } from "#protocol/stamp";

/** An event of an earlier life that some province may lack, and the provinces that are known to lack it. */
export interface Unconfirmed {
  origin: Origin;
  n: number;
  record: Uint8Array;
  waits: ReadonlySet<Province>;
}

/** What is said again in one room under a new life. `records` have their new place: origin, 1 … and the stamp they had. */
export interface SaidAgain {
  /** the events as they were, in the order of `records` */
  was: readonly Unconfirmed[];
  records: readonly Uint8Array[];
  /** which of the records are for whom: those with base < n ≤ last */
  spans: ReadonlyMap<Province, { base: number; last: number }>;
  /** what the room's count of changes becomes, where changes of it are among them */
  cseq: number | undefined;
}

/**
 * Puts a room's unconfirmed events into the log of a new life. They keep id, stamp and content, so that who has one of
 * them already knows it again; the order is that of the room.
 * @param after how many events the new life's log has already
 * @param baseOf n up to which a member province was not granted an earlier life's log
 */
export function sayAgain(
  next: Origin,
  after: number,
  events: readonly Unconfirmed[],
  members: readonly Province[],
  baseOf: (origin: Origin, dest: Province) => number,
): SaidAgain {
  const was = [...events].sort((a, b) => comparePlace(placeIn(a.record), placeIn(b.record)));
  let cseq: number | undefined;
  const records = was.map(({ record }, i) => {
    const event = decodeRecord(record);
    let { body } = event;
    if (event.kind === KIND.control) {
      const change = JSON.parse(new TextDecoder().decode(body)) as ControlBody;
      // The lost changes may have had the same counts: those that were said before must not hide these.
      change.cseq = Math.max(change.cseq, (cseq ?? 0) + 1, Math.floor(stampMs(event.stamp) / 1000));
      cseq = change.cseq;
      body = new TextEncoder().encode(JSON.stringify(change));
    }
    return encodeRecord({ ...event, body, origin: next, n: after + i + 1 });
  });
  const spans = new Map<Province, { base: number; last: number }>();
  for (const dest of new Set([...members, ...was.flatMap(({ waits }) => [...waits])])) {
    if (members.includes(dest)) {
      const withheld = was.findIndex(({ origin, n }) => n > baseOf(origin, dest));
      const base = withheld === -1 ? was.length : withheld;
      spans.set(dest, { base: base === 0 ? 0 : after + base, last: after + was.length });
    } else {
      // A province that has left is still to hear that it left, and nothing besides.
      const first = was.findIndex(({ waits }) => waits.has(dest));
      const last = was.findLastIndex(({ waits }) => waits.has(dest));
      spans.set(dest, { base: after + first, last: after + last + 1 });
    }
  }
  return { was, records, spans, cseq };
}

/**
 * Whether a change of a room is another one, said again under a new life: equal in all but its place and its count, which
 * does not fall.
 */
export function isSaidAgain(change: EventRecord, before: EventRecord): boolean {
  if (change.kind !== KIND.control || before.kind !== KIND.control) return false;
  if (change.origin === before.origin || provinceOf(change.origin) !== provinceOf(before.origin)) return false;
  const [now, then] = [change, before].map(({ id, sender, device, scheme, stamp, body }) => {
    const { cseq, ...rest } = JSON.parse(new TextDecoder().decode(body)) as ControlBody;
    return { cseq, said: JSON.stringify([id, sender, device, scheme, stamp, rest]) };
  }) as [{ cseq: number; said: string }, { cseq: number; said: string }];
  return now.said === then.said && now.cseq >= then.cseq;
}

/**
 * Writes what stands first in the directory's log of a new life: the province's key, and how far the earlier lives count.
 * Undefined where the province has published no key yet.
 */
export type Opening = (
  follows: Readonly<Record<Origin, number>>,
) => { record: Uint8Array; stamp: number; dests: readonly Province[] } | undefined;

/** An origin's part of a room, as a province holds it. */
export interface OriginHead {
  room: RoomId;
  n: number;
  hash: string;
}
