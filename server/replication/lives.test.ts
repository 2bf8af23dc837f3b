import { describe, expect, test } from "bun:test";
import { DIRECTORY_ROOM, type Province } from "#protocol/ids";
import { MemoryStore } from "../testing/memory-store.ts";
import { at, draft, foreign, id, makeRoom, PUNJAB, ROOM } from "../testing/store-contract/material.ts";
import { Budget } from "./budget.ts";
import type { Fetcher } from "./fetcher.ts";
import { Lives } from "./lives.ts";
import { MarkExchange } from "./marks.ts";
import type { AskMarks, Marks, PeerMessage, SentMark } from "./message.ts";

function asked(peers: Province[]) {
  const store = new MemoryStore({ province: "is" });
  const sent: { to: Province; at: number; message: PeerMessage }[] = [];
  const up = new Set<Province>();
  const alarms: unknown[] = [];
  const clock = { now: 1_000_000 };
  const lives = new Lives(
    store,
    (to, message) => sent.push({ to, at: clock.now, message }),
    (province) => up.has(province),
    () => clock.now,
    (_, details) => alarms.push(details.life),
    () => store.renew(() => undefined),
    peers,
  );
  const pass = (ms: number) => {
    for (const until = clock.now + ms; clock.now < until; clock.now += 250) lives.tick();
  };
  return { store, sent, up, alarms, clock, lives, pass };
}

test("a node that starts waits for all provinces that answer, and no longer than it was told (R167)", async () => {
  const { store, lives, pass } = asked(["pb", "sd"]);
  let done = 0;
  const first = lives.ask(3_000).then(() => done++);
  lives.answered("pb", store.origin);
  lives.answered("sd", "is-another00");
  pass(2_750);
  await Promise.resolve();
  expect(done).toBe(0);
  pass(500);
  await first;
  const second = lives.ask(3_000);
  lives.answered("sd", store.origin);
  await second;
  await lives.ask(3_000);
  await asked([]).lives.ask(3_000);
});

test("whoever was cut off at the start is asked when the link is up, and an older node ever more rarely (R167)", async () => {
  const { store, sent, up, lives, pass } = asked(["pb", "sd"]);
  void lives.ask(1_000);
  pass(2_000);
  lives.answered("pb", store.origin);
  sent.length = 0;
  pass(60_000);
  expect(sent).toEqual([]);
  up.add("pb").add("sd");
  pass(60_000);
  expect(new Set(sent.map(({ to }) => to))).toEqual(new Set(["sd"]));
  expect(sent[0]?.message).toEqual({ t: "ask-marks", file: 0, since: 0, of: store.origin, lives: true });
  expect(sent.length).toBeLessThan(10);
  const waits = sent.slice(1).map((each, i) => each.at - (sent[i]?.at as number));
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
});

test("a province is told what is here of its own lives, of no other's, and not without end (R167)", async () => {
  const { store, sent, lives, clock } = asked(["pb", "sd"]);
  await makeRoom(store, ["is", "pb"]);
  await store.write(ROOM, (tx) => tx.apply(foreign(PUNJAB, 1, at(1))));
  lives.serve("sd", PUNJAB);
  expect(sent).toEqual([]);
  for (let i = 0; i < 50; i++) lives.serve("pb", PUNJAB);
  const { hash } = store.heads(ROOM).get(PUNJAB) as { hash: string };
  expect(sent.map(({ message }) => message)).toEqual([
    {
      ...{ t: "marks", origin: store.origin, file: 0, since: 0, upto: 0, of: PUNJAB, last: true },
      marks: [{ room: ROOM, holder: "is", kind: "s", origin: PUNJAB, n: 1, hash }],
    },
  ]);
  clock.now += 1_000;
  lives.serve("pb", "pb-unheardof");
  expect(sent.at(-1)?.message).toMatchObject({ marks: [], last: true });
});

test("one province's word begins three lives in a day, and each only while it speaks of the present one (R166)", async () => {
  const { store, alarms, lives, clock } = asked(["pb", "sd"]);
  await makeRoom(store, ["is", "pb"]);
  await store.write(ROOM, (tx) => tx.append(draft(), at(1), ["pb"]));
  const say = (from: Province, origin = store.origin) =>
    lives.contradicted(from, { room: ROOM, holder: from, kind: "s", origin, n: 99 });
  const first = store.origin;
  expect([say("pb"), say("pb", first), say("pb"), say("pb"), say("pb")]).toEqual([true, false, true, true, false]);
  const { origin } = store;
  expect(say("sd")).toBe(true);
  expect(store.origin).not.toBe(origin);
  clock.now += 24 * 3_600_000 + 1;
  expect(say("pb")).toBe(true);
  expect(alarms).toEqual(["begun", undefined, "begun", "begun", "kept", "begun", "begun"]);
});

test("of its earlier lives a node asks until all was brought, and in a new life anew (R201)", async () => {
  const { store, sent, lives, pass, up } = asked(["pb", "sd"]);
  up.add("pb").add("sd");
  const asks = () => {
    const list = sent.splice(0).map(({ to, message }) => `${to} ${(message as AskMarks).lives ?? false}`);
    return [...new Set(list)].sort();
  };
  pass(600);
  expect(asks()).toEqual(["pb true", "sd true"]);
  lives.answered("pb", store.origin, true);
  lives.answered("sd", store.origin);
  lives.askAgain();
  pass(600);
  expect(asks()).toEqual(["pb true", "sd true"]);
  lives.answered("pb", store.origin, true);
  lives.answered("sd", store.origin);
  lives.settle();
  lives.askAgain();
  pass(600);
  // An older node has said nothing of them.
  expect(asks()).toEqual(["pb false", "sd true"]);
  lives.begin();
  pass(600);
  expect(asks()).toEqual(["pb true", "sd true"]);
});

test("a life that cannot be written down is begun as soon as it can (R166)", async () => {
  const { store, lives, pass } = asked(["pb"]);
  const { origin } = store;
  const { renew } = store;
  store.renew = () => {
    throw new Error("The disk is full.");
  };
  expect(lives.contradicted("pb", { room: ROOM, holder: "pb", kind: "s", origin, n: 9 })).toBe(false);
  pass(500);
  expect(store.origin).toBe(origin);
  store.renew = renew;
  pass(500);
  expect(store.origin).not.toBe(origin);
});

describe("stored marks of own origins", () => {
  const exchange = async () => {
    const all = asked(["pb", "sd"]);
    const { store, lives, sent } = all;
    await makeRoom(store, ["is", "pb"]);
    for (let n = 1; n <= 3; n++) await store.write(ROOM, (tx) => tx.append(draft(), at(n), ["pb"]));
    const budget = new Budget(
      () => 0,
      () => {},
    );
    const fetcher = { expect: () => {} } as unknown as Fetcher;
    const send = (to: Province, message: PeerMessage) => void sent.push({ to, at: 0, message });
    const marks = new MarkExchange(
      store,
      fetcher,
      send,
      () => true,
      budget,
      lives,
      { offer: () => {} },
      () => {},
    );
    const say = (list: SentMark[]) =>
      marks.take("pb", { t: "marks", origin: PUNJAB, file: 0, since: 0, upto: 0, marks: list });
    const stored = (n: number, more: Partial<SentMark> = {}): SentMark => ({
      ...{ room: ROOM, holder: "pb", kind: "s", origin: store.origin, n },
      ...more,
    });
    const known = () => store.marks(ROOM, "pb").filter(({ kind }) => kind === "s");
    return { ...all, marks, say, stored, known };
  };

  const contradictions: [string, (stored: (n: number, more?: Partial<SentMark>) => SentMark) => SentMark[]][] = [
    ["beyond the log", (stored) => [stored(4)]],
    ["of another log", (stored) => [stored(2, { hash: "0123456789abcdef" })]],
    ["of a room that is not known", (stored) => [stored(1, { room: id(77) })]],
    ["behind others that are sound", (stored) => [stored(2), stored(9)]],
  ];
  test.each(contradictions)("one %s begins a life, as it was said (R162, R166)", async (_, make) => {
    const { store, say, stored, alarms } = await exchange();
    const { origin } = store;
    await say(make(stored));
    expect(store.origin).not.toBe(origin);
    expect(alarms).toEqual(["begun"]);
  });

  test("one of an earlier life that is another log hides none of the present life (R166)", async () => {
    const { store, say, stored, alarms } = await exchange();
    const { origin } = store;
    await store.write(ROOM, (tx) => tx.mark([stored(3)], false));
    store.renew(() => undefined);
    await store.write(ROOM, (tx) => tx.append(draft(), at(9), ["pb"]));
    const { origin: second } = store;
    await say([stored(3, { origin, hash: "0123456789abcdef" }), stored(9)]);
    expect(store.origin).not.toBe(second);
    expect(alarms).toEqual(["begun"]);
  });

  test("what is sound is taken before a life begins, and only what is not confirmed by it is said again (R168)", async () => {
    const { store, say, stored } = await exchange();
    const { origin } = store;
    await say([stored(2, { hash: store.hashAt(ROOM, origin, 2) }), stored(1, { room: id(77) })]);
    expect(store.heads(ROOM).get(origin)?.n).toBe(2);
    expect(store.heads(ROOM).get(store.origin)?.n).toBe(1);
  });

  test("of an earlier life those beyond its end are cut to it, and none waits (R162)", async () => {
    const { store, say, stored, known, marks } = await exchange();
    const { origin } = store;
    await store.write(ROOM, (tx) => tx.mark([stored(1)], false));
    store.renew(() => undefined);
    expect(store.heads(ROOM).get(origin)?.n).toBe(1);
    await marks.take("pb", { t: "marks", origin: PUNJAB, file: 0, since: 0, upto: 7, marks: [stored(3, { origin })] });
    expect(known().find((mark) => mark.origin === origin)?.n).toBe(1);
    // A position is not kept while marks wait.
    await marks.settle();
    expect(store.cursor(store.fileOf(DIRECTORY_ROOM), `marks:${PUNJAB}:0`)).toBe(7);
    await say([]);
  });

  test("a flood of answers goes out a thousand at a time, all of it (R162)", async () => {
    const { store, lives, sent } = await exchange();
    const rooms = Array.from({ length: 2_300 }, (_, i) => id(1_000 + i));
    for (const room of rooms) await store.write(room, (tx) => tx.apply(foreign(PUNJAB, 1, at(1), { room })));
    sent.length = 0;
    lives.serve("pb", PUNJAB);
    const told = sent.map(({ message }) => (message as Marks).marks);
    for (const list of told) expect(list.length).toBeLessThanOrEqual(1_000);
    expect(told.flat().map(({ room }) => room)).toEqual(rooms.toSorted());
  });
});
