import { expect, test } from "bun:test";
import { linkCheck, linkText, type SelfAnswer } from "#protocol/self";
import { ClientUnderTest, newKey, post, sign } from "./client-under-test.ts";
import type { NodeUnderTest } from "./node-under-test.ts";
import { nodeForEach } from "./whole-file.ts";

let node: NodeUnderTest;
nodeForEach((fresh) => {
  node = fresh;
});

type Answer<A extends SelfAnswer["answer"]> = Extract<SelfAnswer, { answer: A }>;

async function ask<A extends SelfAnswer["answer"]>(
  client: ClientUnderTest,
  act: object,
  answer: A,
): Promise<Answer<A>> {
  const reply = await client.affair(act as Record<string, unknown>);
  if (reply.t !== "self" || reply.answer.answer !== answer) throw new Error(JSON.stringify(reply));
  return reply.answer as Answer<A>;
}
const refusal = async (client: ClientUnderTest, act: object) => {
  const reply = await client.affair(act as Record<string, unknown>);
  return reply.t === "error" ? reply.error.code : "done";
};
const come = async (code: string, key: string, label = "Phone") => {
  const answer = await post(`${node.url}/v1/link`, { code, key, label });
  return { status: answer.status, body: (await answer.json()) as { ticket: string } };
};
const goIn = async (ticket: string) => {
  const answer = await post(`${node.url}/v1/link/in`, { ticket });
  return { status: answer.status, body: (await answer.json()) as { device?: string; waiting?: boolean } };
};

test("an older device lets a newer one in, over its own signature, and both show the same six digits (R124)", async () => {
  const old = await node.client("Ayesha");
  const { code, url, expires } = await ask(old, { do: "link" }, "link");
  expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{8}$/);
  expect(url).toBe(`${node.url}/#/link/${code}`);
  expect(expires - Date.now()).toBeWithin(290_000, 301_000);
  const waiting = ask(old, { do: "link-wait", code }, "link-wait");
  const { key, pair } = await newKey();
  const { ticket } = (await come(`${code.slice(0, 4)}-${code.slice(4)}`.toLowerCase(), key)).body;
  const { comer } = await waiting;
  expect(comer).toEqual({ label: "Phone", key, check: await linkCheck(code, key) });
  const entering = goIn(ticket);
  const signature = await sign(old.pair, linkText(code, key));
  await ask(old, { do: "link-let", code, signature }, "done");
  const { device = "" } = (await entering).body;
  // An answer that was lost on the way is asked for again.
  expect((await goIn(ticket)).body.device).toBe(device);
  expect(node.store.device(device)).toMatchObject({
    person: old.person.id,
    key,
    linked: { device: old.device, signature },
  });
  const phone = new ClientUnderTest(node, old.person, device, pair);
  await phone.connect();
  const { devices, limit } = await ask(phone, { do: "devices" }, "devices");
  expect(devices.map(({ id, online, label }) => [id, online, label])).toEqual([
    [device, true, "Phone"],
    [old.device, true, "test"],
  ]);
  expect(limit).toBe(8);
  const linked = node.store.tables.audit.entries(1, 100).find(({ kind }) => kind === "linked");
  expect(linked?.facts).toMatchObject({ how: "link", by: old.device });
});

test("a signature of another device, over another key or another code, lets nobody in (R124)", async () => {
  const old = await node.client("Ayesha");
  const other = await node.client("Bilal");
  const { code } = await ask(old, { do: "link" }, "link");
  const { key } = await newKey();
  const thief = await newKey();
  expect(await refusal(old, { do: "link-let", code, signature: await sign(old.pair, linkText(code, key)) })).toBe(
    "conflict",
  );
  const { ticket } = (await come(code, key)).body;
  for (const signature of [
    await sign(other.pair, linkText(code, key)),
    await sign(old.pair, linkText(code, thief.key)),
    await sign(old.pair, linkText("ABCDEFGH", key)),
    "",
    7,
    undefined,
  ])
    expect(["sign-in", "fix"]).toContain(await refusal(old, { do: "link-let", code, signature }));
  const mine = await sign(other.pair, linkText(code, key));
  for (const act of [
    { do: "link-wait", code },
    { do: "link-let", code, signature: mine },
    { do: "link-refuse", code },
    { do: "link-wait", code: "ABCDEFGH" },
  ])
    expect(await refusal(other, act)).toBe("forbidden");
  expect(node.store.devicesOf(old.person.id)).toHaveLength(1);
  await ask(old, { do: "link-refuse", code }, "done");
  expect((await goIn(ticket)).status).toBe(403);
  expect(await refusal(old, { do: "link-let", code, signature: await sign(old.pair, linkText(code, key)) })).toBe(
    "conflict",
  );
});

test("a code is for the first who comes, for five minutes, and the person's last one; the rest learn the same (R124)", async () => {
  const old = await node.client("Ayesha");
  const { key } = await newKey();
  const former = await ask(old, { do: "link" }, "link");
  const { code } = await ask(old, { do: "link" }, "link");
  const void_ = await come(former.code, key);
  const unknown = await come("ABCDEFGH", key);
  expect((await come(code, "AAAA")).status).toBe(400);
  const { ticket } = (await come(code, key)).body;
  const second = await come(code, key);
  expect([void_.status, unknown.body, second.body]).toEqual([403, void_.body, void_.body]);
  const late = await ask(old, { do: "link" }, "link");
  expect((await goIn(ticket)).status).toBe(403);
  node.ahead = 5 * 60_000 + 1;
  expect((await come(late.code, key)).body).toEqual(void_.body);
  expect(await refusal(old, { do: "link-wait", code: late.code })).toBe("forbidden");
  expect((await goIn("x")).status).toBe(403);
});

test("guessing codes of links is soon refused (R25)", async () => {
  const { key } = await newKey();
  let status = 0;
  for (let i = 0; i < 40 && status !== 429; i++) ({ status } = await come(`ABCDEF${10 + i}`, key));
  expect(status).toBe(429);
});

test("who is shut out lets nobody in; one's own devices are named and shut out, nobody else's (R123)", async () => {
  const old = await node.client("Ayesha");
  const other = await node.client("Bilal");
  const second = await ClientUnderTest.enrol(node, old.person);
  await second.connect();
  await ask(old, { do: "rename", device: second.device, label: "  Home \u202e laptop " }, "done");
  const { devices } = await ask(old, { do: "devices" }, "devices");
  expect(devices.find(({ id }) => id === second.device)?.label).toBe("Home  laptop");
  for (const act of [
    { do: "rename", device: other.device, label: "mine" },
    { do: "revoke", device: other.device },
    { do: "revoke", device: "00".repeat(16) },
    { do: "revoke", device: 7 },
    { do: "rename", device: other.device },
  ])
    expect(["forbidden", "fix"]).toContain(await refusal(old, act));
  expect(await refusal(old, { do: "rename", device: second.device, label: " " })).toBe("fix");
  expect(await refusal(old, { do: "nothing" })).toBe("fix");
  const { code } = await ask(second, { do: "link" }, "link");
  const { key } = await newKey();
  await come(code, key);
  await ask(old, { do: "revoke", device: second.device }, "done");
  expect((await second.closed).code).toBe(4401);
  expect(node.store.device(second.device)).toMatchObject({ revoked: true, turn: 1 });
  expect(node.store.devicesOf(old.person.id).filter(({ revoked }) => !revoked)).toHaveLength(1);
  expect(node.store.device(other.device)?.revoked).toBe(false);
  await other.settled();
});
