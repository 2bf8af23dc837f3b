import { expect, test } from "bun:test";
import { CLOSE } from "#protocol/close";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { ClientUnderTest, post, sign } from "./client-under-test.ts";
import { signInText } from "#protocol/sign-in";
import { endLives, endOf } from "./lives.ts";
import type { NodeUnderTest } from "./node-under-test.ts";
import { nodeForEach } from "./whole-file.ts";
import type { Session } from "./session.ts";

let node: NodeUnderTest;
nodeForEach((fresh) => {
  node = fresh;
});

const HOUR = 3600_000;

test("a session ends within eight hours, each at a time of its own (R125)", () => {
  const ends = Array.from({ length: 200 }, (_, i) =>
    endOf({ since: 0, device: "0".repeat(28) + (i * 327).toString(16).padStart(4, "0") }),
  );
  expect(Math.max(...ends)).toBeLessThanOrEqual(8 * HOUR);
  expect(Math.min(...ends)).toBeGreaterThan(6.5 * HOUR);
  expect(Math.max(...ends) - Math.min(...ends)).toBeGreaterThan(1.3 * HOUR);
});

test("one whose writes are under way is left until they are on disk (R125)", () => {
  const closed: number[] = [];
  const session = (inflight: number) =>
    ({ since: 0, device: "f".repeat(32), inflight, close: (code: number) => closed.push(code) }) as unknown as Session;
  endLives([session(1), session(0)], 9 * HOUR);
  expect(closed).toEqual([CLOSE.resume]);
  endLives([session(0)], HOUR);
  expect(closed).toHaveLength(1);
});

test("an old session is told to come again, and its device proves itself anew (R125)", async () => {
  const client = await node.client("Ayesha");
  expect([...node.gateway.sessions()]).toMatchObject([
    { person: client.person.id, device: client.device, label: "test", since: expect.any(Number) },
  ]);
  node.ahead = 8 * HOUR;
  expect((await client.closed).code).toBe(CLOSE.resume);
  await client.connect();
  await client.settled();
});

test("whoever retires or is removed is out at once, and gets no ticket: as with an unknown device (R125)", async () => {
  const client = await node.client("Ayesha");
  const opening = await ClientUnderTest.enrol(node, client.person);
  await opening.open();
  const held = await client.ticket();
  await node.store.write(DIRECTORY_ROOM, (tx) =>
    node.services.directory.issue(tx, "import", [{ person: { ...client.person, state: "retired" } }]),
  );
  expect((await client.closed).code).toBe(CLOSE.signIn);
  opening.say({ t: "hello", version: 1, capabilities: [], app: "test", have: {} });
  expect((await opening.closed).code).toBe(CLOSE.signIn);
  expect((await fetch(`${node.url}/v1/socket?ticket=${held}`)).status).toBe(401);
  const refusalOf = async (device: string) => {
    const { nonce } = (await (await post(`${node.url}/v1/challenge`, { device })).json()) as { nonce: string };
    const signature = await sign(client.pair, signInText(nonce, device, node.url));
    const answer = await post(`${node.url}/v1/ticket`, { device, nonce, signature, origin: node.url });
    return [answer.status, await answer.text()];
  };
  expect(await refusalOf(client.device)).toEqual(await refusalOf("0f".repeat(16)));
});

test("when a device was here last is kept, for all of them in one write (R125)", async () => {
  const client = await node.client("Ayesha");
  let commits = 0;
  node.store.onCommit(() => commits++);
  await node.arrivals.lastSeen.flush();
  const seen = node.store.tables.invitations.lastSeen(client.device) ?? 0;
  expect(Math.abs(Date.now() - seen)).toBeLessThan(60_000);
  client.socket.close();
  await client.closed;
  node.ahead = HOUR;
  await node.arrivals.lastSeen.flush();
  await node.arrivals.lastSeen.flush();
  expect(commits).toBeLessThanOrEqual(2);
});
