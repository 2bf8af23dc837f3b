import { expect, test } from "bun:test";
import type { Province } from "#protocol/ids";
import { MemoryStore } from "../testing/memory-store.ts";
import { at, draft, foreign, makeRoom, PUNJAB, ROOM } from "../testing/store-contract/material.ts";
import { Lives } from "./lives.ts";
import type { PeerMessage } from "./message.ts";

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

test("a node that starts waits for all provinces that answer, and no longer than it was told (R64)", async () => {
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

test("whoever was cut off at the start is asked when the link is up, and an older node ever more rarely (R64)", async () => {
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
  expect(sent[0]?.message).toEqual({ t: "ask-marks", file: 0, since: 0, of: store.origin });
  expect(sent.length).toBeLessThan(10);
  const waits = sent.slice(1).map((each, i) => each.at - (sent[i]?.at as number));
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
});

test("a province is told what is here of its own lives, of no other's, and not without end (R64)", async () => {
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

test("one province's word begins three lives in a day, and each only while it speaks of the present one (R63)", async () => {
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

test("a life that cannot be written down is begun as soon as it can (R63)", async () => {
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
