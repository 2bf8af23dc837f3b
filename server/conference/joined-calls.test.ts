import { afterEach, expect, test } from "bun:test";
import { type NotePart, notePartText } from "#protocol/call-note";
import { beginOrder, type CallOrder, type OrderedAct } from "#protocol/call-order";
import { mintId } from "#protocol/ids";
import {
  BEGIN,
  LIAR,
  lie,
  lyingLeg,
  lyingSeat,
  openStage,
  rulesOf,
  type Stage,
  WORST,
} from "../testing/call-adversary/lies.ts";
import { ROOM } from "./caller-under-test.ts";

let stage: Stage;
afterEach(() => stage?.all.stop());

const HOUR = 3600_000;

const say = (...messages: unknown[]) => lie(stage, ...messages);
const sign = (order: Omit<CallOrder, "spki" | "signature">, device = order.device) =>
  stage.all.devices.sign(order, device);

/** Two calls that began while their provinces were apart, as they are once these hear each other again. */
async function joined(
  sides: { act?: Partial<typeof BEGIN | { sealed: boolean; lobby: boolean }>; order?: OrderedAct }[],
) {
  stage = await openStage();
  const { all, ayesha, bilal } = stage;
  await ayesha.ask({ do: "end" });
  await all.run(200);
  all.channel.cut("pb", "sd");
  await all.run(300);
  const ids = [mintId(Date.now()), mintId(Date.now())].sort() as [string, string];
  for (const [n, who] of [ayesha, bilal].entries()) {
    const { act = {}, order } = sides[n] ?? {};
    const { sealed = true, lobby = false } = act as { sealed?: boolean; lobby?: boolean };
    const by = { room: ROOM, person: who.person, device: who.device };
    const begin = { ...BEGIN, lobby, sealed };
    const signed = sign(beginOrder(by, ids[n] as string, begin, all.clock.now));
    const seat = { key: { spki: "AAAA", agree: "BBBB", proof: "CCCC" }, on: ["mic" as const] };
    await who.ask({ do: "begin", id: ids[n] as string, kind: "call", media: "video", lobby, seat }, ROOM, [signed]);
    await all.run(200);
    if (order) await who.ask(order as never);
  }
  await all.run(500);
  all.channel.cut("pb", "sd", false);
  await all.run(5_000);
  return { all, ayesha, bilal, ids };
}

const MILD = { sealed: false, lobby: false };
const rows = [
  ["sealed over clear", { act: { sealed: true } }, { act: MILD }, { sealed: true, locked: false, lobby: false }],
  ["clear where both are", { act: MILD }, { act: MILD }, { sealed: false, locked: false, lobby: false }],
  ["clear and given up", { act: MILD }, { order: { do: "unseal" } }, { sealed: false }],
  ["locked over open", { act: MILD }, { act: MILD, order: { do: "lock", on: true } }, { locked: true, sealed: false }],
  ["a lobby over none", { act: MILD }, { act: { ...MILD, lobby: true } }, { lobby: true, sealed: false }],
  [
    "of each the stricter",
    { act: { sealed: true, lobby: true } },
    { act: MILD, order: { do: "lock", on: true } },
    { sealed: true, locked: true, lobby: true },
  ],
] as const;

for (const [what, one, other, rules] of rows)
  for (const turned of [false, true])
    test(`two calls become one: ${what}${turned ? ", the other way round" : ""} (R184)`, async () => {
      const { ayesha, bilal, ids } = await joined((turned ? [other, one] : [one, other]) as never);
      for (const who of [ayesha, bilal]) {
        expect(who.head).toMatchObject({ id: ids[0], rules });
        expect(who.names).toEqual(["ayesha", "bilal"]);
      }
    });

test("of two calls that became one the host of the one that stands decides for both, and neither throws the other out (R184)", async () => {
  const { all, ayesha, bilal } = await joined([{ act: MILD }, { order: { do: "lock", on: true } }] as never);
  expect(ayesha.head?.rules).toMatchObject({ locked: true, sealed: true });
  expect(await bilal.refusal({ do: "lock", on: false })).toBe("forbidden");
  await ayesha.ask({ do: "remove", seat: bilal.seat });
  await all.run(200);
  expect(bilal.heard("over").filter((one) => one.is === "over" && one.why === "removed")).toEqual([]);
  await ayesha.ask({ do: "lock", on: false });
  await ayesha.ask({ do: "unseal" });
  await all.run(500);
  for (const who of [ayesha, bilal]) expect(who.head?.rules).toMatchObject({ locked: false, sealed: false });
});

test("how a call that was joined began is not rewritten under its signature, also where nobody sits yet (R184)", async () => {
  const { all, ayesha } = await joined([{ act: MILD }, { act: { sealed: true, lobby: true } }] as never);
  expect(ayesha.head?.rules).toMatchObject({ sealed: true, lobby: true });
  const orders = (ayesha.head?.orders ?? []).slice(1);
  const bent = orders.map((order) => ({ ...order, act: { ...BEGIN, ...MILD } }));
  expect(bent).toHaveLength(1);
  // A node that comes to it now hears the liar first.
  all.channel.cut("pb", "sd");
  all.node("pb").stop();
  all.node("pb").start();
  await say(lyingLeg({ call: ayesha.head?.id ?? "" }, [lyingSeat()], { orders: bent }));
  all.channel.cut("pb", "sd", false);
  await all.run(5_000);
  const owner = all.node("pb").client("owner");
  await all.run(1_000);
  expect(owner.head?.rules).toMatchObject({ sealed: true, lobby: true });
});

test("an upgrade: what a node of before 0.4 says of a call is taken where its entry is here and the operator allows it, as strict as can be (R186)", async () => {
  const outcomes: unknown[] = [];
  for (const allowed of [false, true]) {
    stage = await openStage();
    const { all, ayesha, bilal } = stage;
    await ayesha.ask({ do: "end" });
    await all.run(200);
    all.devices.takesUnsigned = allowed;
    const id = mintId(Date.now());
    const { order: _, ...opening } = {
      id,
      kind: "call",
      media: "video",
      by: LIAR.person,
      began: all.clock.now,
      order: null,
    };
    all.devices.entries.set(id, { by: LIAR.person, at: all.clock.now });
    const { orders: __, ...leg } = {
      ...lyingLeg(stage, [lyingSeat()], { opening, rules: rulesOf(WORST) }).leg,
      orders: [],
    };
    await say({ t: "call", is: "leg", leg });
    const { locked, sealed, ranks } = ayesha.head?.rules ?? {};
    outcomes.push([ayesha.head?.id === id, locked, sealed, ranks]);
    await say({ t: "call", is: "ended", room: ROOM, call: id });
    expect([allowed, ayesha.head?.id === id]).toEqual([allowed, allowed]);
    // One that is signed does not give way to it.
    const own = mintId(Date.now() + HOUR);
    await bilal.refusal({ do: "leave" });
    if (!allowed) {
      await bilal.begin(own);
      await all.run(500);
      expect(ayesha.head?.id).toBe(own);
    }
    all.stop();
  }
  expect(outcomes).toEqual([
    [false, undefined, undefined, undefined],
    [true, false, true, {}],
  ]);
});

test("each province signs who sat at its own node, and no one else, into the record (R188)", async () => {
  stage = await openStage();
  const { all, ayesha, bilal, call } = stage;
  // What another province says of its seats is its own word.
  await say(lyingLeg(stage, [lyingSeat({ at: 1 })]));
  await ayesha.ask({ do: "end" });
  await all.run(500);
  const parts = [ayesha, bilal].map((one) => one.heard("note")[0]?.note.parts ?? []);
  expect(parts.map((list) => list.map(({ province }) => province))).toEqual([["pb"], ["sd"]]);
  for (const [n, who] of [ayesha, bilal].entries()) {
    const [part] = parts[n] as [NotePart];
    expect(part).toMatchObject({ of: call, room: ROOM, people: [{ person: who.person }], declined: [] });
    expect(part.people).toHaveLength(1);
    expect(part.signature).toBe(`${part.province} ${notePartText(part)}`);
  }
});
