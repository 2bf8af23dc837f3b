import { expect, test } from "bun:test";
import { nodesText } from "#protocol/nodes";
import type { Secrets } from "../domain/ports.ts";
import { signNodeList } from "./node-list.ts";
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
  const list = signNodeList({ secrets, signer, now: () => 1000 }, "is", fleet);
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
    (now) => signNodeList({ secrets, signer, now: () => now }, "is", fleet).version,
  );
  expect(versions).toEqual([1000, 2000, 2001, 2002, 3000]);
});
