import { expect, test } from "bun:test";
import { encodeClear } from "#protocol/clear";
import { mintId, type Origin } from "#protocol/ids";
import { decodeRecord, encodeRecord, KIND, placeIn, SCHEME } from "#protocol/record";
import { comparePlace, type Place } from "#protocol/stamp";
import { contentOf } from "./content.ts";
import { RoomLog, type Vector } from "./log.ts";

const ROOM = "0123456789abcdef0123456789abcdef";
const WHO = "f".repeat(32);

/** mulberry32, so that a failing seed can be run again. */
function randomOf(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** A node as the protocol describes it, in the plainest words: a sorted list. */
class Oracle {
  readonly events: { place: Place; record: Uint8Array }[] = [];
  readonly ns: Vector = {};
  readonly stamps: Vector = {};

  /** Another node that has of each origin only so much as `upto` says. */
  behind(upto: Vector): Oracle {
    const other = new Oracle();
    for (const event of this.events) if (event.place.n <= (upto[event.place.origin] ?? 0)) other.events.push(event);
    Object.assign(other.ns, upto);
    return other;
  }

  append(origin: Origin, stamp: number): Uint8Array {
    const n = (this.ns[origin] ?? 0) + 1;
    this.ns[origin] = n;
    this.stamps[origin] = Math.max(stamp, (this.stamps[origin] ?? 0) + 1);
    const body = new TextEncoder().encode(`${origin} ${n}`);
    const place = { origin, n, stamp: this.stamps[origin] };
    const draft = { room: ROOM, sender: WHO, device: WHO, kind: KIND.message, scheme: SCHEME.clear, body };
    const record = encodeRecord({ id: mintId(n), ...draft, ...place });
    this.events.push({ place, record });
    this.events.sort((a, b) => comparePlace(a.place, b.place));
    return record;
  }

  page(before: Vector, limit: number): { records: Uint8Array[]; more: boolean } {
    const below = this.events.filter(({ place }) => place.n < (before[place.origin] ?? Number.POSITIVE_INFINITY));
    const records = below.slice(-limit).map(({ record }) => record);
    return { records: records.reverse(), more: below.length > limit };
  }

  missing(have: Vector | undefined, limit: number): { records: Uint8Array[]; more: boolean; gap: boolean } | undefined {
    const lacking = this.events.filter(({ place }) => place.n > (have?.[place.origin] ?? 0));
    if (!lacking.length) return undefined;
    if (!have || lacking.length > limit) return { ...this.page({}, limit), gap: true };
    return { records: lacking.map(({ record }) => record).reverse(), more: true, gap: false };
  }

  get heads() {
    return Object.fromEntries(Object.entries(this.ns).map(([origin, n]) => [origin, { base: 0, n }]));
  }
}

/** The client's side, with its cache, driven by hand. */
class Side {
  log = new RoomLog();
  readonly kept = new Map<number, Uint8Array[]>();

  constructor(public node: Oracle) {}

  save(): void {
    const { mergeable } = this.log.chunks;
    if (mergeable !== undefined)
      this.log.chunks.merge(mergeable, this.log.chunks.dirty.get(mergeable) ?? this.chunk(mergeable));
    for (const i of this.log.chunks.dropped) this.kept.delete(i);
    for (const [i, records] of this.log.chunks.dirty) this.kept.set(i, records.slice());
    this.log.chunks.dropped.clear();
    this.log.chunks.dirty.clear();
  }
  private chunk(i: number): Uint8Array[] {
    return this.kept.get(i) as Uint8Array[];
  }
  restart(): void {
    this.save();
    this.log = new RoomLog(JSON.parse(JSON.stringify(this.log.row())));
  }
  resume(limit: number): Place[] {
    this.log.learn(this.node.heads);
    const missing = this.node.missing(this.log.have(), limit);
    if (!missing) return this.log.ready ? [] : this.log.restart([], false, this.node.heads);
    if (missing.gap || !this.log.ready) return this.log.restart(missing.records, missing.more, this.node.heads);
    return this.log.resume(missing.records);
  }
  fill(): void {
    for (let hole = this.log.hole(); hole; hole = this.log.hole()) {
      const { records } = this.node.page(hole.before, hole.upto - hole.after - 1);
      expect(this.log.take(records).length).toBeGreaterThan(0);
    }
  }
  older(limit: number, online: boolean): void {
    const i = this.log.chunks.unloaded;
    if (i !== undefined) this.log.chunks.load(i, this.chunk(i));
    else if (this.log.more && online && !this.log.behind) {
      const { records, more } = this.node.page(this.log.before(), limit);
      this.log.older(records, more);
    }
  }
}

const keyOf = ({ origin, n }: Place) => `${origin}:${n}`;

function play(seed: number): void {
  const random = randomOf(seed);
  const pick = (most: number) => Math.floor(random() * most);
  const origins = ["is-000000001", "pb-000000001", "sd-000000001", "is-000000002"].slice(0, 1 + pick(4));
  const node = new Oracle();
  const side = new Side(node);
  const limit = 10 + pick(40);
  let online = false;
  let clock = 1;
  let known: string[] = [];
  const write = (count: number, late: boolean) => {
    const records: Uint8Array[] = [];
    const origin = origins[pick(origins.length)] as Origin;
    // A healed province's events carry stamps of the time of the cut.
    for (let i = 0; i < count; i++) records.push(node.append(origin, late ? Math.max(1, clock - pick(200)) : ++clock));
    return records;
  };
  write(pick(300), false);
  for (let step = 0; step < 60; step++) {
    const act = random();
    if (act < 0.4) {
      const records = write(1 + pick(act < 0.05 ? 80 : 8), random() < 0.3);
      if (online) {
        // Frames may come twice, or one may come too early.
        const lost = random() < 0.2 ? pick(records.length) : -1;
        side.log.take(records.filter((_, i) => i !== lost));
        if (random() < 0.3) side.log.take(records.slice(0, 2));
        side.fill();
        if (lost === records.length - 1) side.log.take(records);
      }
    } else if (act < 0.65) side.older(1 + pick(60), online);
    else if (act < 0.75) {
      online = !online;
      if (online) side.resume(limit);
      else known = node.events.map(({ place }) => keyOf(place));
    } else if (act < 0.85) {
      side.restart();
      if (online) side.resume(limit);
    } else if (act < 0.95) side.save();
    else {
      side.save();
      side.log.chunks.trim(20);
    }
    const all = node.events.map(({ place }) => keyOf(place));
    const reach = online ? all : all.filter((key) => known.includes(key));
    const seen = side.log.visible().map(keyOf);
    expect(seen).toEqual(reach.slice(reach.length - seen.length));
    if (side.log.ready && !side.log.hasOlder) expect(seen).toEqual(reach);
  }
  if (!online) side.resume(limit);
  for (let tries = 0; side.log.hasOlder && tries < 500; tries++) side.older(1 + pick(60), true);
  expect(side.log.visible().map(keyOf)).toEqual(node.events.map(({ place }) => keyOf(place)));
}

test("what is shown is always the unbroken newest part of the room, whatever comes when (R35)", () => {
  const from = Number(process.env.SEED ?? 1);
  const upto = process.env.SEED ? from : 60;
  for (let seed = from; seed <= upto; seed++) {
    try {
      play(seed);
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`);
    }
  }
});

/** The client goes to nodes that lack the newest part of some origins, and comes home. */
function wander(seed: number): void {
  const random = randomOf(seed);
  const pick = (most: number) => Math.floor(random() * most);
  const origins = ["is-000000001", "pb-000000001", "sd-000000001"];
  const home = new Oracle();
  const side = new Side(home);
  const told = new Set<string>();
  const tell = (fresh: Place[]) => {
    for (const place of fresh) {
      expect(told.has(keyOf(place))).toBe(false);
      told.add(keyOf(place));
    }
  };
  let clock = 1;
  const write = (count: number) => {
    for (let i = 0; i < count; i++) {
      clock += pick(3);
      home.append(origins[pick(3)] as Origin, clock);
    }
  };
  write(pick(120));
  for (let step = 0; step < 20; step++) {
    const limit = 10 + pick(40);
    const away = random() < 0.5;
    const upto = Object.fromEntries(Object.entries(home.ns).map(([origin, n]) => [origin, Math.max(0, n - pick(40))]));
    side.node = away ? home.behind(upto) : home;
    tell(side.resume(limit));
    for (let tries = pick(4); tries > 0; tries--) side.older(1 + pick(40), true);
    if (away && random() < 0.5) {
      // It catches up on one origin, and tells its clients so.
      const origin = origins[pick(3)] as Origin;
      const late = home.events.filter(({ place }) => place.origin === origin && place.n > (upto[origin] ?? 0));
      side.node = home.behind({ ...upto, [origin]: home.ns[origin] ?? 0 });
      tell(side.log.take(late.map(({ record }) => record)));
      side.fill();
      side.older(1 + pick(40), true);
    }
    const seen = side.log.visible();
    expect(seen.slice(1).every((item, i) => comparePlace(seen[i] as Place, item) < 0)).toBe(true);
    if (!away) {
      const all = home.events.map(({ place }) => keyOf(place));
      expect(seen.map(keyOf)).toEqual(all.slice(all.length - seen.length));
    }
    if (random() < 0.3) side.restart();
    write(pick(60));
  }
  side.node = home;
  tell(side.resume(30));
  for (let tries = 0; side.log.hasOlder && tries < 500; tries++) side.older(1 + pick(60), true);
  expect(side.log.visible().map(keyOf)).toEqual(home.events.map(({ place }) => keyOf(place)));
}

test("nodes that are behind hide nothing for good, and nothing is told twice", () => {
  for (let seed = 1; seed <= 30; seed++) {
    try {
      wander(seed);
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`);
    }
  }
});

const record = (origin: Origin, n: number, stamp: number, id = mintId(n)) =>
  encodeRecord({
    ...{ id, room: ROOM, sender: WHO, device: WHO, kind: KIND.message, scheme: SCHEME.clear },
    ...{ body: new Uint8Array(1), origin, n, stamp },
  });

test("a message that two nodes took is shown once, at its earlier place", () => {
  const log = new RoomLog();
  log.restart([], false, {});
  const id = mintId(1);
  expect(log.take([record("pb-000000001", 1, 50, id)])).toHaveLength(1);
  expect(log.take([record("is-000000001", 1, 40, id), record("is-000000001", 2, 60)])).toHaveLength(1);
  expect(log.visible().map(keyOf)).toEqual(["is-000000001:1", "is-000000001:2"]);
  expect(log.have()).toEqual({ "pb-000000001": 1, "is-000000001": 2 });
});

test("an origin whose beginning is withheld begins behind the hole", () => {
  const log = new RoomLog();
  log.restart([], false, {});
  log.take([record("pb-000000001", 7, 50)]);
  expect(log.visible()).toEqual([]);
  expect(log.hole()).toMatchObject({ origin: "pb-000000001", after: 0, upto: 7 });
  expect(log.accept("pb-000000001")).toHaveLength(1);
  expect(log.hole()).toBeUndefined();
  expect(placeIn(record("pb-000000001", 7, 50))).toMatchObject({ n: 7 });
});

test("an event known to exist is a hole until it comes (R34)", () => {
  const log = new RoomLog();
  log.restart([record("is-000000001", 1, 1)], false, {});
  log.expect("is-000000001", 2);
  expect(log.hole()).toMatchObject({ after: 1, upto: 3 });
  log.take([record("is-000000001", 2, 2)]);
  expect(log.hole()).toBeUndefined();
});

for (const [what, other] of Object.entries({
  words: { body: new Uint8Array([9]) },
  sender: { sender: "e".repeat(32) },
  device: { device: "e".repeat(32) },
  kind: { kind: KIND.note },
}))
  for (const stamp of [40, 60])
    test(`other ${what} under a known id, stamped ${stamp < 50 ? "earlier" : "later"}, takes nobody's place (R163)`, () => {
      const log = new RoomLog();
      log.restart([], false, {});
      const id = mintId(1);
      const honest = record("is-000000001", 1, 50, id);
      const forged = encodeRecord({ ...decodeRecord(record("pb-000000001", 1, stamp, id)), ...other });
      log.take([honest]);
      expect(log.take([forged, record("pb-000000001", 2, 70)])).toHaveLength(1);
      expect(log.visible().map(keyOf)).toEqual(["is-000000001:1", "pb-000000001:2"]);
      expect(log.byId.get(id)?.origin).toBe("is-000000001");
    });

test("of two notes of one call the earlier one stands, whoever wrote it (R60)", () => {
  const log = new RoomLog();
  log.restart([], false, {});
  const id = mintId(1);
  const note = (origin: Origin, stamp: number, sender: string) =>
    encodeRecord({ ...decodeRecord(record(origin, 1, stamp, id)), kind: KIND.note, sender });
  log.take([note("is-000000001", 50, WHO), note("pb-000000001", 40, "e".repeat(32))]);
  expect(log.visible().map(keyOf)).toEqual(["pb-000000001:1"]);
});

test("a blank keeps a place, hides nothing, and is remembered until the log begins anew (R161)", () => {
  const log = new RoomLog();
  log.restart([], false, {});
  const nobody = "0".repeat(32);
  const body = encodeClear({ text: "", note: { of: nobody, began: 0, ended: 0, people: [], declined: [] } });
  const blank = (origin: Origin, n: number) =>
    encodeRecord({
      ...{ room: ROOM, id: nobody, sender: nobody, device: nobody, kind: KIND.note, scheme: SCHEME.clear },
      ...{ body, origin, n, stamp: 50 + n },
    });
  log.take([record("is-000000001", 1, 50)]);
  expect(log.blanks).toBe(false);
  log.take([blank("pb-000000001", 1), blank("pb-000000001", 2), record("pb-000000001", 3, 60)]);
  expect(log.have()).toEqual({ "is-000000001": 1, "pb-000000001": 3 });
  const items = log.visible().map((event) => ({ ...event, content: contentOf(event) }));
  expect(items.filter(({ content }) => content.kind !== "note")).toHaveLength(2);
  expect(new RoomLog(log.row()).blanks).toBe(true);
  log.restart([record("is-000000001", 1, 50)], false, {});
  expect(log.blanks).toBe(false);
});
