import { DIRECTORY_ROOM, type Origin, type Province, provinceOf, type RoomId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import { idIn, placeIn, stampRecord } from "#protocol/record";
import { type Opening, sayAgain, type Unconfirmed } from "../domain/again.ts";
import type { Committed } from "../domain/ports.ts";
import {
  type Aside,
  emptyLog,
  hashOf,
  type MemoryFile,
  type MemoryLog,
  markKey,
  shownOf,
} from "./memory-store-file.ts";

/** A file's part in a new life, as `beginLife` of the store on SQLite. */
export function beginMemoryLife(file: MemoryFile, next: Origin, opening: Opening): Committed {
  const all: Committed & { records: Uint8Array[]; marks: Mark[]; rooms: RoomId[] } = {
    ...{
      records: [],
      marks: [],
      rooms: [],
      reviewed: [],
      left: [],
      regarded: [],
      devices: [],
      entries: [],
      notices: [],
    },
  };
  const rooms = new Set<RoomId>(
    file.outbox.filter((row) => provinceOf(row.origin) === file.province).map((row) => row.room),
  );
  if (file.isDirectory) rooms.add(DIRECTORY_ROOM);
  for (const room of rooms) beginRoom(file, room, next, file.isDirectory ? opening : undefined, all);
  return all;
}

function beginRoom(
  file: MemoryFile,
  room: RoomId,
  next: Origin,
  opening: Opening | undefined,
  all: { records: Uint8Array[]; marks: Mark[]; rooms: RoomId[] },
): void {
  const own = file.logsOf(room).filter((log) => provinceOf(log.origin) === file.province);
  const events = own.flatMap((log) => takeOut(file, log));
  const ends = file.logsOf(room).filter((log) => own.some(({ origin }) => origin === log.origin) && log.n > 0);
  const opened = opening?.(Object.fromEntries(ends.map(({ origin, n }) => [origin, n])));
  if (events.length === 0 && !opened) return;
  const members = opened?.dests ?? file.provinces(room).filter((province) => province !== file.province);
  const again = sayAgain(
    next,
    opened ? 1 : 0,
    events,
    members,
    (origin, dest) => file.grants.get(room + origin + dest) ?? 0,
  );
  const records = [...again.records];
  if (opened) {
    stampRecord(opened.record, next, 1, records[0] ? placeIn(records[0]).stamp : opened.stamp);
    records.unshift(opened.record);
  }
  const spans = new Map([...members.map((dest) => [dest, { base: 0, last: records.length }] as const), ...again.spans]);
  const log = emptyLog(room, next);
  const asides = [...(opened ? [undefined] : []), ...again.was.map((event) => (event as Taken).aside)];
  for (const [i, record] of records.entries()) {
    const { n, stamp } = placeIn(record);
    log.records.set(n, record);
    Object.assign(log, { n, stamp, hash: Bun.hash.xxHash64(record, log.hash) });
    const aside = asides[i];
    const key = room + idIn(record);
    if (aside) log.aside.set(n, aside);
    else if (!file.acks.has(key)) file.acks.set(key, { id: idIn(record), origin: next, n, stamp });
    const pos = ++file.pos;
    const dests = [...spans].filter(([, { base, last }]) => n > base && n <= last).map(([dest]) => dest);
    file.outbox = [...file.outbox, ...dests.map((dest) => ({ pos, dest, record, room, origin: next, n }))];
  }
  file.logs.set(room + next, log);
  for (const [dest, { base }] of spans) if (base > 0) file.grants.set(room + next + dest, base);
  const mark = { room, holder: file.province, kind: "s" as const, origin: next, n: log.n };
  file.marks.set(markKey(mark), { ...mark, version: ++file.version });
  carryMarks(file, room, next, again.was, records.length - again.records.length);
  const state = file.rooms.get(room);
  if (state && again.cseq !== undefined) file.rooms.set(room, { ...state, cseq: Math.max(state.cseq, again.cseq) });
  if (again.cseq !== undefined) all.rooms.push(room);
  all.records.push(...records.map((_, i) => shownOf(log, i + 1)));
  all.marks.push(mark);
}

type Taken = Unconfirmed & { aside: Aside | undefined };

function takeOut(file: MemoryFile, log: MemoryLog): Taken[] {
  const rows = file.outbox.filter((row) => row.room === log.room && row.origin === log.origin);
  if (rows.length === 0) return [];
  const n = Math.min(...rows.map((row) => row.n)) - 1;
  const taken: Taken[] = [];
  const records = new Map(log.records);
  const aside = new Map(log.aside);
  for (let at = n + 1; at <= log.n; at++) {
    const waits = new Set<Province>(rows.filter((row) => row.n === at).map((row) => row.dest));
    const record = records.get(at) as Uint8Array;
    taken.push({ origin: log.origin, n: at, record, waits, aside: aside.get(at) });
    records.delete(at);
    aside.delete(at);
    const key = log.room + idIn(record);
    const ack = file.acks.get(key);
    if (ack?.origin === log.origin && ack.n === at) file.acks.delete(key);
  }
  file.outbox = file.outbox.filter((row) => !rows.includes(row));
  const last = records.get(n);
  const hash = BigInt(`0x${hashOf(log, n)}`);
  file.logs.set(log.room + log.origin, { ...log, n, hash, records, aside, stamp: last ? placeIn(last).stamp : 0 });
  return taken;
}

function carryMarks(file: MemoryFile, room: RoomId, next: Origin, was: readonly Unconfirmed[], after: number): void {
  const local = file.marksOf(room).filter((mark) => mark.version && mark.kind !== "s");
  for (const { holder, kind } of local) {
    const own = local.filter((mark) => mark.holder === holder && mark.kind === kind);
    const upto = was.findIndex(({ origin, n }) => n > (own.find((mark) => mark.origin === origin)?.n ?? 0));
    const n = upto === -1 ? was.length : upto;
    if (n === 0) continue;
    const mark = { room, holder, kind, origin: next, n: after + n };
    file.marks.set(markKey(mark), { ...mark, version: ++file.version });
  }
}
