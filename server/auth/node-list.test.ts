import { expect, test } from "bun:test";
import { keysText, nodesText } from "#protocol/nodes";
import type { Secrets } from "../domain/ports.ts";
import { nodeLists } from "./node-list.ts";
import { openSigner } from "./province-key.ts";
import { verifyNow } from "./verify.ts";

const kept = (): Secrets => {
  const texts = new Map<string, string>();
  return { get: (name) => texts.get(name), set: (name, text) => void texts.set(name, text) };
};
const name = { en: "Punjab", ur: "پنجاب" };
const fleet = [
  { code: "is", name, nodes: ["https://is.example"] },
  { code: "pb", name, nodes: ["https://pb.example", "https://pb2.example"], media: { host: "10.1.0.2", probe: 7600 } },
];

test("the list is signed by the province's key, over all that it says (R63)", () => {
  const secrets = kept();
  const signer = openSigner(secrets);
  const list = nodeLists({ secrets, signer, now: () => 1000, keyOf: () => undefined }, "is", fleet)();
  const holds = (said: typeof list) => verifyNow(signer.key, nodesText(said), said.signature);
  expect(holds(list)).toBe(true);
  expect(JSON.stringify(list)).not.toContain("media");
  const [one, two] = list.provinces as [(typeof fleet)[0], (typeof fleet)[0]];
  const lies: (typeof list)[] = [
    { ...list, province: "pb" },
    { ...list, version: list.version + 1 },
    { ...list, provinces: [one] },
    { ...list, provinces: [two, one] },
    { ...list, provinces: [{ ...one, code: "sd" }, two] },
    { ...list, provinces: [{ ...one, name: { ...name, ur: "x" } }, two] },
    { ...list, provinces: [{ ...one, nodes: ["https://evil.example"] }, two] },
    { ...list, provinces: [{ ...one, nodes: [...one.nodes, "https://evil.example"] }, two] },
    { ...list, provinces: [one, { ...two, nodes: two.nodes.slice(1) }] },
  ];
  expect(lies.map(holds)).toEqual(lies.map(() => false));
});

test("the version grows with each start, also where the clock goes back", () => {
  const secrets = kept();
  const signer = openSigner(secrets);
  const versions = [1000, 2000, 500, 500, 3000].map(
    (now) => nodeLists({ secrets, signer, now: () => now, keyOf: () => undefined }, "is", fleet)().version,
  );
  expect(versions).toEqual([1000, 2000, 2001, 2002, 3000]);
});

test("the provinces' keys are signed too, and a list with another key is a newer one (R189)", () => {
  const secrets = kept();
  const signer = openSigner(secrets);
  const keys = new Map([["is", "own"]]);
  const lists = nodeLists({ secrets, signer, now: () => 1000, keyOf: (code) => keys.get(code) }, "is", fleet);
  const first = lists();
  expect(lists()).toBe(first);
  const holds = (said: typeof first) => verifyNow(signer.key, keysText(said), said.keysSignature ?? "");
  expect([holds(first), first.provinces.map(({ key }) => key)]).toEqual([true, ["own", undefined]]);
  keys.set("pb", "theirs");
  const second = lists();
  expect([holds(second), second.version > first.version, second.provinces[1]?.key]).toEqual([true, true, "theirs"]);
  const [one, two] = second.provinces as [(typeof fleet)[0], (typeof fleet)[0]];
  const lies = [
    { ...second, provinces: [one, { ...two, key: "other" }] },
    { ...second, provinces: [{ ...one, key: "theirs" }, two] },
    { ...second, version: 9_999 },
    { ...second, province: "pb" },
  ];
  expect(lies.map(holds)).toEqual(lies.map(() => false));
});
