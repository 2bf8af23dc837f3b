import { expect, test } from "bun:test";
import { DIRECTORY_ROOM } from "#protocol/ids";
import type { SelfAnswer } from "#protocol/self";
import { refusal } from "../../testing/house-under-test.ts";
import { comer, openWays, refusedAs } from "../../testing/ways-under-test.ts";

// Slow hashes are slow, and a busy machine takes its time.

const house = async (over: Parameters<typeof openWays>[0] = {}) => {
  const made = openWays(over);
  const ayesha = await made.person("Ayesha", "1001");
  const make = async () => {
    const answer = await made.ways.act(made.actor(ayesha), { do: "recovery" });
    return (answer as SelfAnswer & { answer: "recovery" }).codes;
  };
  const comeIn = (name: string, code: string) => made.ways.recoveryIn({ name, code }, comer(), "10.9.9.9");
  return { ...made, ayesha, make, comeIn };
};

test("ten codes, good once each, say how many are left (R149)", async () => {
  const { make, comeIn, ayesha, audit, ways, actor, store } = await house();
  const codes = await make();
  expect(codes).toHaveLength(10);
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{2}$/);
  const [first = "", second = "", third = ""] = codes;
  expect(await comeIn("1001", first)).toMatchObject({ person: ayesha.id, recovery: 9 });
  expect(await comeIn("ayesha@example.pk", second.toLowerCase().replaceAll("-", " "))).toMatchObject({ recovery: 8 });
  expect(await refusal(comeIn("1001", first))).toBe("forbidden");
  expect(await ways.act(actor(ayesha), { do: "ways" })).toMatchObject({ ways: { recovery: 8 } });
  expect(audit("sign-in")).toMatchObject([{ facts: { way: "recovery", left: 9 } }, { facts: { left: 8 } }]);
  const both = [refusal(comeIn("1001", third)), refusal(comeIn("1001", third))];
  expect((await Promise.all(both)).sort()).toEqual(["done", "forbidden"]);
  const kept = store.tables.credentials.recovery(ayesha.id).join();
  for (const code of codes) expect(kept).not.toContain(code.replaceAll("-", ""));
});

test("new codes make the former ones void; nobody's fits another (R149)", async () => {
  const { make, comeIn, person, store, ayesha } = await house();
  await person("Bilal", "1002");
  const [old = ""] = await make();
  const [fresh = ""] = await make();
  expect(await refusal(comeIn("1001", old))).toBe("forbidden");
  expect(await refusal(comeIn("1002", fresh))).toBe("forbidden");
  await store.write(DIRECTORY_ROOM, (tx) => tx.putPerson({ ...ayesha, state: "retired" }));
  expect(await refusal(comeIn("1001", fresh))).toBe("forbidden");
  expect(store.tables.credentials.recovery(ayesha.id)).toHaveLength(10);
});

test("whatever is wrong, it is refused in the same words after the same work (R146)", async () => {
  const { make, comeIn, person, slow } = await house();
  await person("Bilal", "1002");
  const [code = ""] = await make();
  const seen: string[] = [];
  for (const [name, typed] of [
    ["9999", code],
    ["1001", "2222-2222-22"],
    ["1001", ""],
    ["1001", "x".repeat(500)],
    ["1002", code],
  ] as const) {
    const before = { ...slow.done };
    const words = await refusedAs(comeIn(name, typed));
    seen.push(`${words} ${slow.done.matches - before.matches} ${slow.done.derive - before.derive}`);
  }
  expect(new Set(seen).size).toBe(1);
  expect(seen[0]).toEndWith(" 0 1");
});

test("wrong codes shut nobody out of their own (R149)", async () => {
  const { make, comeIn } = await house();
  const [code = ""] = await make();
  for (let i = 0; i < 12; i++) await refusal(comeIn("1001", "2222-2222-22"));
  expect(await refusal(comeIn("1001", code))).toBe("done");
});

test("nobody who is inside keeps the slow hashes busy (R149)", async () => {
  // Counted here, not hashed: eleven times ten would be slow indeed.
  let salt = 0;
  const slow = { hash: async () => "", matches: async () => false, derive: async () => String(++salt) };
  const { make, wall } = await house({ slow });
  for (let i = 0; i < 10; i++) await make();
  expect(await refusal(make())).toBe("wait");
  wall.ms += 60_000;
  expect(await make()).toHaveLength(10);
});
