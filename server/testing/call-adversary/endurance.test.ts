import { afterEach, expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { TestProvinces } from "../../conference/calls-under-test.ts";
import { JOINING } from "../../conference/caller-under-test.ts";

let all: TestProvinces;
afterEach(() => all?.stop());

test("acts in any order, from a seat or none, throw nothing but refusals", async () => {
  all = new TestProvinces(["pb", "sd"]);
  all.room("group", "pb:ayesha", "sd:bilal");
  const [ayesha, bilal] = [all.node("pb").client("ayesha"), all.node("sd").client("bilal")];
  const call = mintId(Date.now());
  const seats = () => [ayesha.seat, bilal.seat, "f".repeat(16)];
  const codes = new Set<string>();
  let seed = 7;
  const pick = <T>(list: readonly T[]): T => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return list[Math.floor((seed / 2_147_483_648) * list.length)] as T;
  };
  for (let n = 0; n < 2_000; n++) {
    const seat = pick(seats()) || "0".repeat(16);
    const who = pick([ayesha, bilal]);
    const act = pick([
      { do: "begin", id: call, kind: "conference", media: "audio", lobby: pick([true, false]), seat: JOINING },
      { do: "join", seat: { ...JOINING, was: seat } },
      { do: "resume", seat },
      { do: "leave" },
      { do: "decline", why: "busy" },
      {
        do: "publish",
        life: pick([1, 2, who.life]),
        sdp: pick(["v=0", "rubbish"]),
        tracks: [{ mid: "0", track: "mic" }],
      },
      { do: "want", life: who.life, feeds: seats().map((one) => ({ seat: one, track: "mic" })) },
      { do: "answer", life: who.life, n: pick([0, 1, 2]), sdp: "v=0" },
      { do: "keys", epoch: 1, boxes: [{ seat, box: "AAAA" }] },
      { do: "mute", seat: pick([seat, null]), track: "mic" },
      { do: "admit", seat },
      { do: "remove", seat },
      { do: "lobby", on: pick([true, false]) },
      { do: "lock", on: pick([true, false]) },
      { do: "rank", person: pick([ayesha, bilal]).person, rank: pick(["cohost", "member"]) },
      { do: "end" },
    ] as const);
    codes.add(await who.refusal(act as never));
    if (n % 20 === 0) await all.run(pick([10, 300, 2_000]));
    const gateway = all.gateway(pick(["pb", "sd"]));
    if (n % 97 === 0) gateway.die();
    if (n % 97 === 7 && gateway.state().at === "down") gateway.restart();
    if (n % 53 === 0 && gateway.state().at === "up") gateway.loseControl();
    if (n % 53 === 5 && gateway.state().at === "lost") gateway.regainControl();
  }
  expect([...codes].sort()).toEqual(expect.arrayContaining(["", "conflict"]));
  for (const code of codes) expect(["", "conflict", "forbidden", "wait", "fix"]).toContain(code);
  for (const province of ["pb", "sd"]) expect(all.node(province).counts.get("beep_call_errors_total")).toBeUndefined();
  await all.run(40_000);
});

test("after a thousand calls nothing is left", async () => {
  all = new TestProvinces(["pb", "sd"]);
  all.room("group", "pb:ayesha", "sd:bilal");
  const [ayesha, bilal] = [all.node("pb").client("ayesha"), all.node("sd").client("bilal")];
  for (let n = 0; n < 1_000; n++) {
    await ayesha.begin(mintId(Date.now() + n));
    await all.run(80);
    await bilal.join();
    if (n % 10 === 0) {
      for (const one of [ayesha, bilal]) await one.publish();
      await all.run(100);
      await bilal.want(ayesha.seat);
      await all.run(1_200);
    }
    await (n % 2 ? ayesha.ask({ do: "end" }) : Promise.all([ayesha.ask({ do: "leave" }), bilal.ask({ do: "leave" })]));
    await all.run(120);
    ayesha.news.length = bilal.news.length = 0;
  }
  await all.run(31 * 60_000 + 10_000);
  for (const province of ["pb", "sd"]) {
    const kept = all.node(province).conference as unknown as Record<"rooms" | "seated", Map<unknown, unknown>>;
    expect([kept.rooms.size, kept.seated.size]).toEqual([0, 0]);
    const gateway = all.gateway(province) as unknown as { held: Map<string, unknown> };
    expect(gateway.held.size).toBe(0);
    const trunks = (all.node(province) as unknown as { trunks: Record<string, Record<string, { size: number }>> })
      .trunks;
    expect(trunks.inbound?.entries?.size).toBe(0);
    expect(trunks.outbound?.feeds?.size).toBe(0);
    expect(trunks.outbound?.forwards?.size).toBe(0);
  }
});
