import { DIRECTORY_ROOM, type PersonId, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { decodeRecord, type EventRecord, isSameDraft, KIND } from "#protocol/record";
import type { ControlBody, Member } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";
import { isSaidAgain } from "./again.ts";
import { isOneTooMany, isSoundHead, judge } from "./claim.ts";
import type { HybridClock } from "./clock.ts";
import { meet, meetLate, meetUnsaid } from "./contact/meeting.ts";
import { applyBody, hasForgotten, isEarly } from "./directory/apply-directory.ts";
import type { HowApplied, Room, RoomShape, Store, Tx, VerifyNow } from "./ports.ts";
import { isControlBody } from "./well-formed.ts";
import { everCarried, isBelieved, writersAfter } from "./writers.ts";

/**
 * `forgotten`: applied, and its province had said more here than it knows of now. `shut-out` and
 * `undone`: applied (see `Heard`). `replaced`: applied, and what stood for its id before is refused. `not-yet`: the room's home has not said here that the province takes part. `early`: its stamp lies
 * ahead. `gap`, `unknown-room`, `not-yet` and `early` changed nothing; the record is to come again.
 */
export type Applied =
  | "applied"
  | "forgotten"
  | "shut-out"
  | "undone"
  | "replaced"
  | "duplicate"
  | "gap"
  | "unknown-room"
  | "not-yet"
  | "early"
  | "refused";

/** What another province brought, and where. */
interface Brought {
  tx: Tx;
  bytes: Uint8Array;
  event: EventRecord;
  from: Province;
  store: Store;
  clock: HybridClock;
}

/** What a log is read in. */
const PIECE = 512 * 1024;

/** A body that another province wrote; undefined where it is not JSON. */
function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}

/**
 * Takes a record that another province brings. Only a province itself may bring what its nodes accepted, only a room's home
 * its control events, and each province only its own part of the directory. What is refused keeps its place in the log of
 * a province that has one there, so that what stands behind it is heard. A room that is not known yet waits for its home's
 * events (`unknown-room`), as a gap does.
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
  const { room: id, origin, n, stamp, kind } = event;
  if (provinceOf(origin) !== from || !isSoundHead(event)) return "refused";
  const head = tx.head(id, origin).n;
  if (head === 0 && isOneTooMany(store, id, origin)) return "refused";
  const brought = { tx, bytes, event, from, store, clock };
  if (id === DIRECTORY_ROOM) return applyDirectory(brought, verify);
  const room = tx.room(id);
  if (room?.kind === "direct" && !room.provinces.includes(from)) return "refused";
  if (n !== head + 1) return n <= head ? "duplicate" : "gap";
  if (clock.aheadOf(stamp) > 0) return "early";
  if (kind === KIND.control) return applyControl(brought, room);
  if (!room) return "unknown-room";
  if (!everCarried(room, tx.writers(id), from)) return "not-yet";
  const how = kind === KIND.directory ? "refused" : judgeMessage(brought, room);
  tx.apply(bytes, how);
  if (how === "refused") return "refused";
  clock.observe(stamp);
  return how === "instead" ? "replaced" : "applied";
}

function judgeMessage({ tx, bytes, event, store }: Brought, room: Room): HowApplied {
  if (event.stamp <= tx.newest(room.id, event.origin)) return "refused";
  if (!isBelieved(room, tx.writers(room.id), event)) return "withheld";
  const standing = tx.standing(room.id, event.id);
  if (!standing || isSameDraft(standing, bytes)) return "shown";
  const other = decodeRecord(standing);
  // Two clients that are asked for a call's note write one each; the earlier one is shown.
  if (event.kind === KIND.note && other.kind === KIND.note) return "shown";
  // Of a person and a guest's node that says the same of them, the person's own node is believed; else who came first.
  const isAtHome = ({ sender, origin }: EventRecord) => store.person(sender)?.province === provinceOf(origin);
  return isAtHome(event) && !isAtHome(other) && other.kind !== KIND.control ? "instead" : "refused";
}

function applyControl({ tx, bytes, event, from, store, clock }: Brought, room: Room | undefined): Applied {
  const refuse = (): Applied => {
    if (room && everCarried(room, tx.writers(room.id), from)) tx.apply(bytes, "refused");
    return "refused";
  };
  const change = parse(event.body);
  if (!isControlBody(change)) return refuse();
  const { members, removed } = change;
  const judgement = judge({ ...change.room, members, removed }, event.room, room, from, store);
  // Who comes into the room late in a home's new life is told by its home what the room was before.
  const isPartial = !room && change.room.history === "joined" && change.change.op !== "create";
  if (judgement === "not-yet" || (judgement === "sound" && isPartial)) return "unknown-room";
  const standing = tx.standing(event.room, event.id);
  const isTwin = standing !== undefined && !isSaidAgain(event, decodeRecord(standing));
  if (judgement === "false" || isTwin || event.stamp <= tx.newest(event.room, event.origin)) return refuse();
  tx.apply(bytes);
  clock.observe(event.stamp);
  applyInOrder(tx, event, change, store);
  return "applied";
}

function applyDirectory({ tx, bytes, event, from, store, clock }: Brought, verify: VerifyNow): Applied {
  if (event.kind !== KIND.directory) return "refused";
  const body = parse(event.body);
  if (isEarly(tx, body, from)) return "gap";
  const applied = tx.apply(bytes);
  if (applied !== "applied") return applied;
  clock.observe(event.stamp);
  // The event keeps its place in the log, so that the log goes on; what it may not say is left out of the directory.
  const heard = applyBody(tx, body, from, store, verify, clock.wall());
  if (heard !== "taken") return heard;
  // The key stands first in each life. Said again it asks for nothing, or one province could have all others write without end.
  return event.n === 1 && hasForgotten(body, event.origin, store) ? "forgotten" : "applied";
}

/** Makes a room what a control event says. An event that the room's state already includes changes nothing. */
export function applyChange(tx: Tx, id: RoomId, change: ControlBody, stamp: Stamp, store: Store): void {
  const before = tx.room(id);
  if (before && change.cseq <= before.cseq) {
    meetLate(tx, id, change, stamp, store);
    return;
  }
  makeChange(tx, before, id, change, stamp, store);
}

/**
 * A home that forgot changes has made others since, and what it had forgotten may be heard after these: then it stands where
 * these say nothing. So all come to the same, in whatever order they hear the home's lives.
 */
export function applyInOrder(tx: Tx, event: EventRecord, change: ControlBody, store: Store): void {
  const { room: id, stamp } = event;
  const before = tx.room(id);
  applyChange(tx, id, change, stamp, store);
  if (!before || change.cseq > before.cseq) return;
  const later = changesSince(event, store);
  if (later.length === 0) return;
  const touched = new Set(
    later.flatMap(({ members, removed }) => [...members.map(({ person }) => person), ...removed]),
  );
  const members = change.members.filter(({ person }) => !touched.has(person));
  const removed = change.removed.filter((person) => !touched.has(person));
  makeChange(tx, before, id, { ...change, cseq: before.cseq, room: before, members, removed }, stamp, store);
}

/** Changes of a room that other lives of the same home made after this one. */
function changesSince({ room, origin, stamp }: EventRecord, store: Store): ControlBody[] {
  const changes: ControlBody[] = [];
  for (const [life, { base, n }] of store.heads(room)) {
    if (life === origin || provinceOf(life) !== provinceOf(origin)) continue;
    for (let at = base; at < n; ) {
      const records = store.range(room, life, at, n, PIECE);
      if (records.length === 0) break;
      at += records.length;
      for (const event of records.map(decodeRecord)) {
        const change = event.kind === KIND.control && event.stamp > stamp ? parse(event.body) : undefined;
        if (isControlBody(change)) changes.push(change);
      }
    }
  }
  return changes;
}

function makeChange(
  tx: Tx,
  before: Room | undefined,
  id: RoomId,
  change: ControlBody,
  stamp: Stamp,
  store: Store,
): void {
  const self = store.province;
  const { kind, name, home, history, posts } = change.room;
  tx.putRoom({ id, kind, name, home, history, cseq: change.cseq, ...(posts && { posts }) });
  if (change.members.length > 0) tx.putMembers(id, change.members);
  if (change.removed.length > 0) tx.removeMembers(id, change.removed);
  meet(tx, before, id, change, stamp, store);
  judgeAnew(tx, before, id, [...change.members.map(({ person }) => person), ...change.removed], stamp);
  const had = new Set(before?.provinces ?? []);
  for (const province of tx.room(id)?.provinces ?? [])
    if (province !== self && !had.has(province)) tx.grant(id, province, history === "all" ? 0 : stamp);
}

/**
 * Makes a room what its home says it is, where the events before that are withheld. When each of those who are gone left is
 * not known; that it was before anything that comes from now on is.
 */
export function applyState(tx: Tx, room: RoomShape, members: readonly Member[], store: Store): void {
  const { id, kind, name, home, history, cseq, posts } = room;
  const before = tx.room(id);
  if (before && before.cseq >= cseq) return;
  tx.putRoom({ id, kind, name, home, history, cseq, ...(posts && { posts }) });
  const present = new Set(members.map(({ person }) => person));
  const gone = [...(before?.members.keys() ?? [])].filter((person) => !present.has(person));
  tx.removeMembers(id, gone);
  tx.putMembers(id, members);
  meetUnsaid(tx, before, id, members, store);
  judgeAnew(
    tx,
    before,
    id,
    [...present, ...gone],
    members.reduce((newest, { since }) => Math.max(newest, since), 0),
  );
}

/** Records that came before their home's word on who may write are judged anew by it. */
function judgeAnew(tx: Tx, before: Room | undefined, id: RoomId, touched: PersonId[], stamp: Stamp): void {
  const room = tx.room(id);
  if (!room) return;
  const changed = writersAfter(before, room, touched, tx.writers(id), stamp);
  if (changed.length === 0) return;
  tx.putWriters(id, changed);
  tx.review(id, stamp, (record) => isBelieved(room, tx.writers(id), decodeRecord(record)));
}
