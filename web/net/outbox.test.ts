import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bunPlatform, HeadlessClient, openClient, type OpenOptions } from "../client/index.ts";
import { ROOM, StubNode } from "./testing/stub-node.ts";
import { until } from "../../server/testing/until.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
const TIMES = { first: 20, most: 200 };

function node(): StubNode {
  const made = new StubNode("is").start();
  ends.push(() => made.stop());
  return made;
}
async function client(at: StubNode, options: OpenOptions = {}): Promise<HeadlessClient> {
  const made = await openClient({ node: at.url, code: "ABCD", times: TIMES, ...options });
  ends.unshift(() => made.close().catch(() => {}));
  return made;
}
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "beep-outbox-"));
  ends.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const many = (count: number) => Array.from({ length: count }, (_, i) => `message ${i}`);

test("many messages go out in their order, at most 64 unanswered", async () => {
  const is = node();
  const one = await client(is);
  await one.settled();
  is.mute = true;
  const ids = one.sendMany(ROOM, many(300));
  await until(() => is.drafts.length >= 64);
  await Bun.sleep(50);
  expect(is.drafts).toHaveLength(64);
  is.mute = false;
  for (const ws of is.sockets) ws.close(4408);
  await one.settled();
  expect(is.log.ids()).toEqual(ids);
  const timeline = one.open(ROOM);
  while (timeline.more.value) await timeline.loadOlder();
  expect(timeline.items.value.map(({ id }) => id)).toEqual(ids);
});

test("what was sent and not answered goes again under its id and counts once", async () => {
  const is = node();
  const one = await client(is);
  await one.settled();
  is.mute = true;
  const ids = one.sendMany(ROOM, many(20));
  await until(() => is.drafts.length === 20);
  is.mute = false;
  for (const ws of is.sockets) ws.close(4408);
  await one.settled();
  expect(is.log.ids()).toEqual(ids);
  const items = one.open(ROOM).items.value;
  expect(items.map(({ id, stage }) => [id, stage])).toEqual(ids.map((id) => [id, "stored"]));
});

test("the outbox outlives its process: nothing lost, nothing doubled", async () => {
  const is = node();
  const home = folder();
  const one = await client(is, { home });
  await one.settled();
  is.mute = true;
  const sent = one.sendMany(ROOM, many(10));
  await until(() => is.drafts.length === 10);
  await is.stop();
  const later = one.sendMany(ROOM, many(5));
  await one.flush();
  await one.close();
  const again = await client(is, { home });
  expect(again.outbox.value).toBe(15);
  const timeline = again.open(ROOM);
  expect(timeline.items.value.map(({ id }) => id)).toEqual([...sent, ...later]);
  is.mute = false;
  is.start();
  await again.settled();
  expect(is.log.ids()).toEqual([...sent, ...later]);
  expect(timeline.items.value.map(({ id }) => id)).toEqual([...sent, ...later]);
  await again.close();
  const third = await client(is, { home });
  await third.settled();
  expect(third.outbox.value).toBe(0);
  expect(new Set(is.log.ids()).size).toBe(15);
});

for (const code of ["fix", "forbidden"] as const)
  test(`${code}: the message is refused with the node's words, and can be taken back`, async () => {
    const is = node();
    const home = folder();
    const one = await client(is, { home });
    await one.settled();
    is.refuse = () => ({ code, message: "Not like this." });
    const id = one.send(ROOM, "no");
    const items = one.open(ROOM).items;
    await until(() => items.value[0]?.stage === "refused");
    expect(items.value[0]?.refusal).toBe("Not like this.");
    expect(one.outbox.value).toBe(0);
    await one.flush();
    await one.close();
    const again = await client(is, { home });
    expect(again.open(ROOM).items.value.map(({ stage }) => stage)).toEqual(["refused"]);
    expect(await again.discard(id)).toBe(true);
    expect(again.open(ROOM).items.value).toEqual([]);
  });

for (const code of ["wait", "elsewhere", "internal"] as const)
  test(`${code}: the message is kept and goes later, in its place`, async () => {
    const is = node();
    const one = await client(is);
    await one.settled();
    let times = 0;
    is.refuse = () => (times++ < 3 ? { code, message: "Later.", retryAfter: 30 } : undefined);
    const ids = one.sendMany(ROOM, many(5));
    await one.settled();
    expect([...is.log.ids()].sort()).toEqual([...ids].sort());
    expect(one.outbox.value).toBe(0);
  });

test("sign-in: the device proves itself again and the message goes", async () => {
  const is = node();
  const one = await client(is);
  await one.settled();
  const [before] = is.sockets;
  let times = 0;
  is.refuse = () => (times++ < 1 ? { code: "sign-in", message: "Who?" } : undefined);
  const id = one.send(ROOM, "me");
  await one.settled();
  expect(is.log.ids()).toEqual([id]);
  expect([...is.sockets]).not.toContain(before);
});

test("a message that was never sent can be taken back; one that may be stored cannot", async () => {
  const is = node();
  const one = await client(is);
  await one.settled();
  is.mute = true;
  const flying = one.send(ROOM, "gone out");
  await until(() => is.drafts.length === 1);
  expect(await one.discard(flying)).toBe(false);
  await is.stop();
  await until(() => one.connection.value.state !== "online");
  const waiting = one.send(ROOM, "not yet");
  expect(await one.discard(waiting)).toBe(true);
  expect(one.outbox.value).toBe(1);
});

test("storage that refuses is told, and messages still go", async () => {
  const is = node();
  const platform = bunPlatform();
  const { vault } = platform;
  let full = false;
  platform.vault = { ...vault, write: (ops) => (full ? Promise.reject(new Error("disk full")) : vault.write(ops)) };
  const one = new HeadlessClient(platform, { node: is.url, times: TIMES });
  await one.start();
  ends.unshift(() => one.close());
  await one.signIn("ABCD");
  await one.settled();
  const trouble = console.error;
  console.error = () => {};
  ends.push(() => {
    console.error = trouble;
  });
  full = true;
  const id = one.send(ROOM, "from memory");
  await until(() => is.log.ids().length === 1);
  expect(is.log.ids()).toEqual([id]);
  await until(() => one.outbox.value === 0);
  expect(one.notice.value?.code).toBe("storage");
  await one.flush();
  full = false;
});

test("messages wait in the order of writing, also when the clock was set back between two starts", async () => {
  const is = node();
  const home = folder();
  const begun = await client(is, { home });
  await begun.settled();
  await begun.close();
  await is.stop();
  const ids: string[] = [];
  for (const back of [0, 5 * 3_600_000, 48 * 3_600_000]) {
    const platform = bunPlatform(home);
    platform.now = () => Date.now() - back;
    const one = new HeadlessClient(platform, { node: is.url, times: TIMES });
    await one.start();
    ids.push(...one.sendMany(ROOM, many(3)));
    await one.flush();
    expect(one.open(ROOM).items.value.map(({ id }) => id)).toEqual(ids);
    await one.close();
  }
  is.start();
  const last = await client(is, { home });
  await last.settled();
  expect(is.log.ids()).toEqual(ids);
});
