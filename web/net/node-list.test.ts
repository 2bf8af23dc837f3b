import { expect, test } from "bun:test";
import type { NodeList } from "#protocol/nodes";
import { memoryVault } from "../platform/memory.ts";
import type { NodeApi } from "./api.ts";
import { Nodes } from "./nodes.ts";
import { entry, ProvinceKey } from "./testing/province.ts";

const HOME = "https://is.example";
const EVIL = "https://evil.example";
const truth = [entry("is", HOME), entry("pb", "https://pb.example")];
const lie = [entry("is", EVIL), entry("zz", HOME)];
const is = await ProvinceKey.make("is");
const pb = await ProvinceKey.make("pb");

/** What a client of province `is` knows of the fleet; `says` is what the node that it asks answers. */
async function client(vault = memoryVault()) {
  const says: { list: unknown } = { list: undefined };
  const api = { nodes: async () => says.list as NodeList } as unknown as NodeApi;
  const nodes = new Nodes(api, Date.now, vault);
  await nodes.load();
  const hears = (list: unknown) => {
    says.list = list;
    return nodes.learn(HOME, "is");
  };
  return { nodes, vault, hears };
}

test("the first list of one's own province is taken, and a newer one of it, and both are kept (R63)", async () => {
  const { nodes, vault, hears } = await client();
  expect(nodes.provinces).toEqual([]);
  expect(await hears(await is.list(5, truth))).toBe(true);
  const more = [...truth, entry("sd", "https://sd.example")];
  expect(await hears(await is.list(6, more))).toBe(true);
  expect((await client(vault)).nodes.provinces).toEqual(more);
});

test("no other list takes its place, whoever says it (R63)", async () => {
  const { nodes, vault, hears } = await client();
  const first = await is.list(5, truth);
  await hears(first);
  const other = await ProvinceKey.make("is");
  const lies: [string, unknown][] = [
    ["unsigned, of the former kind", { province: "is", provinces: lie }],
    ["unsigned, newer", { province: "is", version: 9, provinces: lie, key: first.key }],
    ["signed by another province's key", await pb.list(9, lie, "is")],
    ["signed by another province's key, under the own one's", { ...(await pb.list(9, lie, "is")), key: first.key }],
    ["another province's own", await pb.list(9, lie)],
    ["signed by a key that nobody knows", await other.list(9, lie)],
    ["under the signature of the true one", { ...first, version: 9, provinces: lie }],
    ["the true one as a newer version", { ...first, version: 9 }],
    ["older", await is.list(4, lie)],
    ["of the same version", await is.list(5, lie)],
    ["no version", { ...(await is.list(9, lie)), version: undefined }],
    ["no names", { ...(await is.list(9, truth)), provinces: [{ code: "is", nodes: [EVIL] }] }],
    ...[null, undefined, 1, "x", [], {}, { ...first, signature: 1 }].map((junk): [string, unknown] => ["junk", junk]),
  ];
  for (const [what, list] of lies) expect([what, await hears(list)]).toEqual([what, false]);
  expect(nodes.provinces).toEqual(truth);
  expect((await client(vault)).nodes.provinces).toEqual(truth);
});

test("a list that an earlier version kept is forgotten, and replaced by the first one of the own province (R63)", async () => {
  const vault = memoryVault();
  await vault.write([{ table: "meta", key: "nodes", value: lie }]);
  const { nodes, hears } = await client(vault);
  expect(nodes.provinces).toEqual([]);
  expect(nodes.of("is", HOME).map(({ node }) => node)).toEqual([HOME]);
  expect(await hears(await is.list(1, truth))).toBe(true);
  expect((await client(vault)).nodes.provinces).toEqual(truth);
});

test("of two answers that come together the newer one stands, in either order (R63)", async () => {
  for (const order of [
    [5, 6],
    [6, 5],
  ]) {
    const { nodes, hears } = await client();
    const lists = await Promise.all(
      order.map((version) => is.list(version, [entry("is", `https://v${version}.example`)])),
    );
    await Promise.all(lists.map(hears));
    for (const list of lists) await hears(list);
    expect(nodes.provinces[0]?.nodes).toEqual(["https://v6.example"]);
  }
});

test("keys of provinces are taken where the list's own key signed them, and else left out (R189)", async () => {
  const keyed = truth.map((each) => ({ ...each, key: `key of ${each.code}` }));
  const good = await is.list(5, keyed);
  const [first, second] = keyed as [(typeof keyed)[0], (typeof keyed)[0]];
  const cases: [string, unknown, unknown][] = [
    ["as they are", good, keyed],
    ["another key", { ...good, provinces: [first, { ...second, key: "forged" }] }, truth],
    ["a key more", { ...(await is.list(5, [first, truth[1] as (typeof keyed)[0]])), provinces: keyed }, truth],
    ["unsigned, as before 0.4", { ...good, keysSignature: undefined }, truth],
    ["signed by another province", { ...good, keysSignature: (await pb.list(5, keyed, "is")).keysSignature }, truth],
    ["of another version", { ...good, keysSignature: (await is.list(6, keyed)).keysSignature }, truth],
  ];
  for (const [what, list, provinces] of cases) {
    const { nodes, hears } = await client();
    expect([what, await hears(list)]).toEqual([what, true]);
    expect([what, nodes.provinces as unknown]).toEqual([what, provinces]);
  }
});
