import { DIRECTORY_ROOM, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { decodeRecord, type EventRecord, KIND } from "#protocol/record";
import type { ControlBody } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";
import type { HybridClock } from "./clock.ts";
import type { Store, Tx, VerifyNow } from "./ports.ts";
import { applyBody, hasForgotten, isEarly } from "./directory/apply-directory.ts";
import { isOneTooMany, isSoundHead, judge, mayWrite } from "./claim.ts";
import { isControlBody } from "./well-formed.ts";

/** `forgotten`: applied, and its province had said more here than it knows of now. */
export type Applied = "applied" | "forgotten" | "duplicate" | "gap" | "unknown-room" | "refused";

/** A body that another province wrote; undefined where it is not JSON. */
function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/**
 * Takes a record that another province brings. Only a province itself may bring what its nodes accepted, only a
 * room's home its control events, and each province only its own part of the directory: anything else is refused.
 * A room that is not known yet waits for its home's events (`unknown-room`), as a gap does.
 */
export function applyRecord(
  tx: Tx,
  bytes: Uint8Array,
  from: Province,
  store: Store,
  clock: HybridClock,
  verify: VerifyNow,
): Applied {
  const event = decodeRecord(bytes);
  if (provinceOf(event.origin) !== from || !isSoundHead(event)) return "refused";
  if (tx.head(event.room, event.origin).n === 0 && isOneTooMany(store, event.room, event.origin)) return "refused";
  if (event.room === DIRECTORY_ROOM) return applyDirectory(tx, bytes, event, from, store, clock, verify);
  if (event.kind === KIND.directory) return "refused";
  const room = tx.room(event.room);
  if (!mayWrite(room, from)) return "refused";
  if (event.kind === KIND.control) return applyControl(tx, bytes, event, from, store, clock);
  if (!room) return "unknown-room";
  const applied = tx.apply(bytes);
  if (applied === "applied") clock.observe(event.stamp);
  return applied;
}

function applyControl(
  tx: Tx,
  bytes: Uint8Array,
  event: EventRecord,
  from: Province,
  store: Store,
  clock: HybridClock,
): Applied {
  // What came before is not judged again by what the room has become.
  if (event.n <= tx.head(event.room, event.origin).n) return "duplicate";
  const change = parse(event.body);
  if (!isControlBody(change)) return "refused";
  const room = tx.room(event.room);
  const { members, removed } = change;
  const judgement = judge({ ...change.room, members, removed }, event.room, room, from, store);
  if (judgement !== "sound") return judgement === "false" ? "refused" : "unknown-room";
  const applied = tx.apply(bytes);
  if (applied !== "applied") return applied;
  clock.observe(event.stamp);
  applyChange(tx, event.room, change, event.stamp, store.province);
  return applied;
}

function applyDirectory(
  tx: Tx,
  bytes: Uint8Array,
  event: EventRecord,
  from: Province,
  store: Store,
  clock: HybridClock,
  verify: VerifyNow,
): Applied {
  if (event.kind !== KIND.directory) return "refused";
  const body = parse(event.body);
  if (isEarly(tx, body, from)) return "gap";
  const applied = tx.apply(bytes);
  if (applied !== "applied") return applied;
  clock.observe(event.stamp);
  // The event keeps its place in the log, so that the log goes on; what it may not say is left out of the directory.
  if (!applyBody(tx, body, from, store, verify)) return "refused";
  // The key stands first in each life. Said again it asks for nothing, or one province could have all others write without end.
  return event.n === 1 && hasForgotten(body, event.origin, store) ? "forgotten" : "applied";
}

/** Makes a room what a control event says. An event that the room's state already includes changes nothing. */
export function applyChange(tx: Tx, id: RoomId, change: ControlBody, stamp: Stamp, self: Province): void {
  const before = tx.room(id);
  if (before && change.cseq <= before.cseq) return;
  const { kind, name, home, history, posts } = change.room;
  tx.putRoom({ id, kind, name, home, history, cseq: change.cseq, ...(posts && { posts }) });
  if (change.members.length > 0) tx.putMembers(id, change.members);
  if (change.removed.length > 0) tx.removeMembers(id, change.removed);
  const had = new Set(before?.provinces ?? []);
  for (const province of tx.room(id)?.provinces ?? [])
    if (province !== self && !had.has(province)) tx.grant(id, province, history === "all" ? 0 : stamp);
}
