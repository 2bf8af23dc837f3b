import { afterEach, expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { TestProvinces } from "./calls-under-test.ts";
import { JOINING, type TestClient } from "./caller-under-test.ts";

let all: TestProvinces;
afterEach(() => all?.stop());

test("a call of 200 takes nobody more", async () => {
  all = new TestProvinces(["pb"]);
  const names = Array.from({ length: 201 }, (_, i) => `p${i}`);
  all.room("group", ...names.map((name) => `pb:${name}`));
  const [first, ...rest] = names.map((name) => all.node("pb").client(name)) as [TestClient, ...TestClient[]];
  await first.begin(mintId(Date.now()));
  for (const one of rest.slice(0, 199)) await one.join();
  expect(await rest[199]?.refusal({ do: "join", seat: JOINING })).toBe("wait");
  await all.run(200);
  expect(first.names).toHaveLength(200);
});

test("a socket that floods one seat's media is told to wait, and what was taken is done", async () => {
  all = new TestProvinces(["pb"]);
  all.room("group", "pb:ayesha", "pb:bilal");
  const [ayesha, bilal] = [all.node("pb").client("ayesha"), all.node("pb").client("bilal")];
  await ayesha.begin(mintId(Date.now()));
  await bilal.join();
  await all.run(100);
  const floods = await Promise.all(
    Array.from({ length: 100 }, () => bilal.refusal({ do: "publish", life: 1, sdp: "v=0", tracks: [] })),
  );
  expect(floods.filter((code) => code === "wait").length).toBeGreaterThan(80);
  await all.run(100);
  expect(ayesha.names).toEqual(["ayesha", "bilal"]);
});
