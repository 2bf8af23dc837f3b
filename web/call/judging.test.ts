import { expect, test } from "bun:test";
import type { CallNews } from "#protocol/call";
import type { CallOrder, OrderedAct } from "#protocol/call-order";
import { deviceKey, makeKeyPair } from "../platform/device-key.ts";
import { until } from "../../server/testing/until.ts";
import {
  headBegun,
  headOf,
  ME,
  OTHER,
  OTHER_DEVICE,
  OTHER_KEY,
  ordered,
  ROOM,
  StubCall,
  seatId,
  seatOf,
} from "./testing/stub-call.ts";

const VIDEO = { kind: "call", media: "video", lobby: false, mic: true, camera: true } as const;
const MALLORY = { person: "9".repeat(32), device: "8".repeat(32) };
const MALLORY_KEY = await deviceKey(await makeKeyPair(true));
const MINUTE = 60_000;

/** One sits in a call that the other one began, and has seen that one's device. */
async function talking(orders: CallOrder[] = []): Promise<StubCall> {
  const at = new StubCall();
  const head = await headBegun(orders);
  at.kept.set(`meta device key ${OTHER} ${OTHER_DEVICE}`, OTHER_KEY.spki);
  at.head(head);
  await at.engine.join(ROOM, VIDEO);
  at.seats(seatOf(1, ME), seatOf(2, OTHER));
  await until(() => at.did("publish").length);
  return at;
}

/** The same act as nobody ordered it who may: each way of lying. */
async function lies(act: OrderedAct): Promise<[string, CallOrder | undefined][]> {
  const call = headOf();
  const good = await ordered(act, call);
  const elsewhere = { ...call, id: "4".repeat(32) };
  return [
    ["nobody signed it", undefined],
    ["the signature is of something else", { ...good, signature: (await ordered({ do: "end" }, call)).signature }],
    ["its time was changed", { ...good, at: good.at + 1 }],
    ["another one signed it in the host's name", await ordered(act, call, { spki: MALLORY_KEY.spki }, MALLORY_KEY)],
    ["the host's key, another one's signature", await ordered(act, call, {}, MALLORY_KEY)],
    ["somebody who is no host", await ordered(act, call, { ...MALLORY, spki: MALLORY_KEY.spki }, MALLORY_KEY)],
    ["of another call", await ordered(act, elsewhere)],
    ["of another room", await ordered(act, call, { room: "2".repeat(32) })],
    ["rubbish", "order" as never],
  ];
}

test("what no host ordered is not obeyed, whatever the node says (R187)", async () => {
  const seat = seatId(1);
  const acts: [OrderedAct, (order?: CallOrder) => CallNews][] = [
    [{ do: "mute", seat, track: "mic" }, (order) => ({ is: "muted", by: OTHER, track: "mic", order })],
    [{ do: "ask", seat, track: "mic" }, (order) => ({ is: "asked", by: OTHER, track: "mic", order })],
  ];
  const at = await talking();
  for (const [act, news] of acts) {
    const old = await ordered(act, headOf(), { at: Date.now() - 6 * MINUTE });
    const other = await ordered({ ...act, seat: seatId(2) } as OrderedAct);
    const another = await ordered(act.do === "mute" ? { ...act, track: "camera" } : { do: "lower", seat });
    for (const [, order] of [
      ...(await lies(act)),
      ["old", old],
      ["another seat's", other],
      ["another act", another],
    ] as const)
      at.news(news(order));
    const true_ = await ordered(act);
    at.news(news(true_));
    const told = act.do === "mute" ? "muted" : "asked";
    await until(() => at.call.events.value.some(({ is }) => is === told));
    // The same once more, as somebody kept it.
    at.news(news(true_));
    await Bun.sleep(20);
    expect(at.call.events.value.filter(({ is }) => is === told)).toHaveLength(1);
  }
});

test("who is said to be removed, and was not, has lost the connection and was removed by nobody (R187)", async () => {
  for (const [why, order] of await lies({ do: "remove", seat: seatId(1) })) {
    const at = await talking();
    at.news({ is: "over", why: "removed", order });
    await until(() => at.call.phase.value.at === "over");
    expect([why, at.call.phase.value]).toEqual([why, { at: "over", why: "lost" }]);
  }
});

test("a cohost's order counts by the rank that a host signed, and not by a node's word (R187)", async () => {
  const mute = { do: "mute", seat: seatId(1), track: "mic" } as const;
  const rank = await ordered({ do: "rank", person: MALLORY.person, rank: "cohost" });
  const forged = { ...rank, signature: (await ordered({ do: "end" })).signature };
  const outcomes: unknown[] = [];
  for (const orders of [[], [forged], [rank]]) {
    const at = await talking(orders);
    const ranks = { [MALLORY.person]: "cohost" as const };
    at.head({ ...(await headBegun(orders)), rules: { ...headOf().rules, ranks } });
    const order = await ordered(mute, headOf(), { ...MALLORY, spki: MALLORY_KEY.spki }, MALLORY_KEY);
    at.news({ is: "muted", by: MALLORY.person, track: "mic", order });
    await Bun.sleep(60);
    outcomes.push(at.call.on.value.has("mic"));
  }
  expect(outcomes).toEqual([true, true, false]);
});

test("a call is never clear on a device without a host's order and its own person's yes (R185)", async () => {
  const rules = { ...headOf().rules, sealed: false, version: 9 };
  for (const [why, order] of await lies({ do: "unseal" })) {
    const at = await talking();
    at.head({ ...(await headBegun(order ? [order] : [])), rules });
    await Bun.sleep(30);
    expect([why, at.call.clearAsked.value, at.seal]).toEqual([why, null, { sealed: true, asked: false }]);
    // Even who says yes to nothing is not unsealed by it.
    at.call.agreeClear();
    await Bun.sleep(5);
    expect([why, at.seal]).toEqual([why, { sealed: true, asked: false }]);
  }
});

test("what a host gave up is asked here, and clear from the yes on, in that call alone (R185)", async () => {
  const rules = { ...headOf().rules, sealed: false, version: 9 };
  const at = await talking();
  const clear = await headBegun([await ordered({ do: "unseal" })], true, { rules });
  at.head(clear);
  await until(() => at.call.clearAsked.value === OTHER);
  expect([at.seal, at.call.seal.value]).toEqual([{ sealed: true, asked: true }, "asked"]);
  at.call.agreeClear();
  expect([at.seal, at.call.clearAsked.value]).toEqual([{ sealed: false, asked: false }, null]);
  // Two calls become one: the yes was not said for that one.
  const another = { id: "0".repeat(32), orders: undefined };
  const begin = { do: "begin", kind: "call", media: "video", lobby: false, sealed: false } as const;
  at.head(headOf({ id: another.id, by: OTHER, rules, orders: [await ordered(begin, another)] }));
  await until(() => at.call.clearAsked.value === OTHER);
  expect(at.seal).toEqual({ sealed: true, asked: true });
});

test("a call that was joined to a sealed one is clear only where a host gave up both (R184, R185)", async () => {
  const rules = { ...headOf().rules, sealed: false, version: 9 };
  const call = headOf();
  const joined = { id: "d".repeat(32), orders: undefined };
  const begin = { do: "begin", kind: "call", media: "video", lobby: false } as const;
  const [own, other] = [
    await ordered({ ...begin, sealed: false }, call),
    await ordered({ ...begin, sealed: true }, joined),
  ];
  const at = await talking();
  at.head(headOf({ by: OTHER, rules, orders: [own, other] }));
  await Bun.sleep(30);
  expect(at.call.clearAsked.value).toBeNull();
  const both = await ordered({ do: "unseal" }, { id: call.id, orders: [own, other] });
  expect(both.calls).toEqual([call.id, joined.id]);
  at.head(headOf({ by: OTHER, rules, orders: [own, other, both], size: 2 }));
  await until(() => at.call.clearAsked.value === OTHER);
});

test("what one decides oneself is signed, and the one who gives up encryption has said yes to it (R180, R185)", async () => {
  const at = await talking();
  at.call.lock(true);
  at.call.unseal();
  at.call.remove(seatId(2));
  await until(() => at.orders.length === 3);
  expect(at.orders.map(({ act, calls, person }) => [act.do, calls, person])).toEqual(
    ["lock", "unseal", "remove"].map((what) => [what, [headOf().id], ME]),
  );
  for (const { at: when, signature } of at.orders) expect([when > 0, signature.length]).toEqual([true, 88]);
});
