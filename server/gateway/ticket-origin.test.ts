import { expect, test } from "bun:test";
import { signInText, signInTextV1 } from "#protocol/sign-in";
import { ClientUnderTest, post, sign } from "./client-under-test.ts";
import { fleetProvince, type NodeUnderTest } from "./node-under-test.ts";
import { nodeForFile } from "./whole-file.ts";
import { Origins } from "./origins.ts";

const PB = "https://pb.example";
const IS = "https://is.example";

/** Listens as in a demo; is named by https, as behind a proxy; lets the first version in, as in an upgrade. */
const fleet = { provinces: [fleetProvince("is", IS, "https://is2.example:8443"), fleetProvince("pb", PB)] };
const [demo, named, upgrading] = [nodeForFile(), nodeForFile({ fleet }), nodeForFile({ ticketV1: true })];

/** Asks for a ticket with a signature over `signed`, saying `said`; the status, and the refusal's code. */
async function ask(node: NodeUnderTest, signed: string | undefined, said: unknown) {
  const { device, pair } = await ClientUnderTest.enrol(node, await node.person());
  const { nonce } = (await (await post(`${node.url}/v1/challenge`, { device })).json()) as { nonce: string };
  const text = signed === undefined ? signInTextV1(nonce, device) : signInText(nonce, device, signed);
  const signature = await sign(pair, text);
  const answer = await post(`${node.url}/v1/ticket`, { device, nonce, signature, origin: said });
  const { error } = (await answer.json()) as { error?: { code: string } };
  return error?.code ?? answer.status;
}

test("a ticket is given for the node's own origins alone (R5)", async () => {
  const port = new URL(demo.url).port;
  for (const own of [demo.url, `http://localhost:${port}`, `http://[::1]:${port}`])
    expect(await ask(demo, own, own)).toBe(200);
  for (const own of [IS, "https://is2.example:8443"]) expect(await ask(named, own, own)).toBe(200);
  const foreign = [
    ...[PB, "https://evil.example", "http://is.example", `${IS}:443`, `${IS}/`, `${IS}.evil.example`, "", "null"],
    ...[IS.toUpperCase(), ` ${IS}`, `${IS}\n`, `http://127.0.0.1:${new URL(named.url).port}`],
  ];
  for (const other of foreign) expect([other, await ask(named, other, other)]).toEqual([other, "fix"]);
  for (const junk of [null, 1, [IS], { origin: IS }]) expect(await ask(named, IS, junk)).toBe("fix");
});

test("a signature that a device made for another node is good for none here (R5)", async () => {
  for (const signed of [PB, "https://evil.example", "https://is2.example:8443", `${IS}/`, undefined])
    expect(await ask(named, signed, IS)).toBe("sign-in");
});

test("a proof that names no node is refused, and its page told to load again, unless the upgrade is under way", async () => {
  expect(await ask(demo, undefined, undefined)).toBe("update");
  expect(await ask(upgrading, undefined, undefined)).toBe(200);
  // What was signed for a node is no proof without that name, nor the other way round.
  expect(await ask(upgrading, upgrading.url, undefined)).toBe("sign-in");
  expect(await ask(upgrading, undefined, upgrading.url)).toBe("sign-in");
  expect(await ask(upgrading, PB, undefined)).toBe("sign-in");
});

test("where the fleet names a node by https, the address behind its proxy is no name of it", () => {
  const at = { host: "127.0.0.1", port: 7100 };
  const local = "http://127.0.0.1:7100";
  expect(new Origins([IS, PB], [IS], at).isOwn(local)).toBe(false);
  expect(new Origins([IS, PB], [IS], at).admits(local)).toBe(true);
  expect(new Origins([PB], [], at).isOwn(local)).toBe(true);
  expect(new Origins([PB], ["http://10.1.0.5:7100"], { host: "10.1.0.5", port: 7100 }).isOwn(local)).toBe(false);
});
