import { afterEach, expect, test } from "bun:test";
import { bunPlatform, HeadlessClient, openClient, type OpenOptions } from "../client/index.ts";
import { memoryVault } from "../platform/memory.ts";
import type { NodeApi } from "./api.ts";
import { Nodes } from "./nodes.ts";
import { ROOM, StubLog, StubNode, SUMMARY } from "./testing/stub-node.ts";
import { until } from "../../server/testing/until.ts";

const started: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const each of started.splice(0)) await each.stop();
});
const TIMES = { first: 20, most: 200, patience: 150, home: 100, idle: 400, pong: 200, wake: 100, open: 1000 };

function node(province: string, log?: StubLog): StubNode {
  const made = new StubNode(province, log).start();
  started.push(made);
  return made;
}
async function client(at: StubNode, options: OpenOptions = {}): Promise<HeadlessClient> {
  const made = await openClient({ node: at.url, code: "ABCD", times: TIMES, ...options });
  started.unshift({ stop: () => made.close() });
  return made;
}

const place = (one: HeadlessClient) => {
  const link = one.connection.peek();
  return link.state === "online" ? `${link.province}${link.away ? " away" : ""}` : link.state;
};

/** Two provinces, each with its node. */
function fleet(): { is: StubNode; pb: StubNode } {
  const log = new StubLog();
  const [is, pb] = [node("is", log), node("pb", log)];
  const name = { en: "", ur: "" };
  log.provinces = [is, pb].map((each) => ({ code: each.province, name, nodes: [each.url] }));
  return { is, pb };
}

test("a message waits while no node is there and goes out when one is back", async () => {
  const is = node("is");
  const one = await client(is);
  await one.settled();
  await is.stop();
  await until(() => place(one) === "offline" || place(one) === "connecting");
  const id = one.send(ROOM, "kept");
  const timeline = one.open(ROOM);
  expect(timeline.items.value.map(({ stage }) => stage)).toEqual(["waiting"]);
  expect(one.outbox.value).toBe(1);
  is.start();
  await until(() => one.outbox.value === 0);
  expect(is.log.ids()).toEqual([id]);
  expect(timeline.items.value.map(({ stage }) => stage)).toEqual(["stored"]);
});

test("the next province takes over when the own one is away, and the own one is returned to", async () => {
  const { is, pb } = fleet();
  const one = await client(is);
  await one.settled();
  await until(() => one.provinces.value.length === 2);
  await is.stop();
  await until(() => place(one) === "pb away");
  one.send(ROOM, "from afar");
  await one.settled();
  expect(pb.drafts).toHaveLength(1);
  is.start();
  await until(() => place(one) === "is");
  // It stays: no flapping between the two.
  await Bun.sleep(300);
  expect(place(one)).toBe("is");
  expect(pb.sockets.size).toBe(0);
});

test("a visited node is not asked which nodes there are (R63)", async () => {
  const { is, pb } = fleet();
  const one = await client(is);
  await until(() => one.provinces.value.length === 2);
  let asked = 0;
  pb.nodes = () => {
    asked++;
    return { province: "is", provinces: [{ code: "is", name: { en: "", ur: "" }, nodes: [pb.url] }] };
  };
  const known = one.provinces.value;
  await is.stop();
  await until(() => place(one) === "pb away");
  await one.settled();
  is.log.version = 2;
  is.log.provinces = [...is.log.provinces, { code: "sd", name: { en: "", ur: "" }, nodes: ["http://127.0.0.1:1"] }];
  expect(one.provinces.value).toEqual(known);
  is.start();
  await until(() => one.provinces.value.length === 3);
  expect(asked).toBe(0);
});

test("a node that says it is another province's than the list says is left (R63)", async () => {
  const { is, pb } = fleet();
  const one = await client(is);
  await until(() => one.provinces.value.length === 2);
  pb.claims = "is";
  await is.stop();
  await until(() => pb.heard.filter(({ t }) => t === "hello").length > 1);
  expect(place(one)).toBe("offline");
  is.start();
  await until(() => place(one) === "is");
});

test("a room that the other province does not hold waits for home", async () => {
  const { is, pb } = fleet();
  const one = await client(is);
  await one.settled();
  pb.rooms = [];
  await until(() => one.provinces.value.length === 2);
  await is.stop();
  await until(() => place(one) === "pb away");
  expect(one.rooms.value.map(({ elsewhere }) => elsewhere)).toEqual([true]);
  one.send(ROOM, "for home");
  await Bun.sleep(100);
  expect(pb.drafts).toEqual([]);
  is.start();
  await until(() => one.outbox.value === 0);
  expect(is.drafts).toHaveLength(1);
});

test("a link that went silent is noticed and left", async () => {
  const is = node("is");
  const one = await client(is);
  await one.settled();
  const [first] = is.sockets;
  is.silent = true;
  await until(() => place(one) !== "is");
  is.silent = false;
  await until(() => place(one) === "is");
  expect([...is.sockets]).not.toContain(first);
});

test("a node that says goodbye is left until it asked to be", async () => {
  const is = node("is");
  const one = await client(is);
  await one.settled();
  const at = Date.now();
  is.say({ t: "bye", retryAfter: 300 });
  await until(() => place(one) !== "is");
  await until(() => place(one) === "is");
  expect(Date.now() - at).toBeGreaterThanOrEqual(300);
});

test("an outdated client says so", async () => {
  const is = node("is");
  is.outdated = true;
  const one = await client(is);
  await until(() => place(one) === "update");
});

test("a device that its own province refuses twice has to sign in again", async () => {
  const is = node("is");
  const one = await client(is);
  await one.settled();
  is.ticketError = "sign-in";
  for (const ws of is.sockets) ws.close(4401);
  await until(() => one.phase.value === "sign-in");
  expect(one.notice.value).toEqual({ code: "sign-in", text: "refused: sign-in" });
});

test("the node's clock is used to show times, the machine's for nothing that is stored", async () => {
  const is = node("is");
  is.ahead = 3_600_000;
  const one = await client(is);
  await one.settled();
  is.mute = true;
  one.send(ROOM, "when?");
  const [item] = one.open(ROOM).items.value;
  expect(Math.abs((item?.at ?? 0) - Date.now() - 3_600_000)).toBeLessThan(2000);
});

test("a room one was taken out of goes, and a new one comes with its messages", async () => {
  const is = node("is");
  is.rooms = [];
  const one = await client(is);
  await one.settled();
  expect(one.rooms.value).toEqual([]);
  is.rooms = [SUMMARY];
  is.say({ t: "room", room: SUMMARY });
  await until(() => one.rooms.value.length === 1);
  one.send(ROOM, "here");
  await one.settled();
  is.say({ t: "left", room: ROOM });
  await until(() => one.rooms.value.length === 0);
});

test("a large room is asked for its members once, not at each answer", async () => {
  const is = node("is");
  is.rooms = [{ ...SUMMARY, members: SUMMARY.members.slice(0, 1), size: 2 }];
  const one = await client(is);
  await one.settled();
  const asked = () => is.heard.filter(({ t }) => t === "room").length;
  const timeline = one.open(ROOM);
  await until(() => timeline.members.value.length === 2);
  await Bun.sleep(200);
  expect(asked()).toBeLessThanOrEqual(2);
  is.rooms = is.rooms.map((room) => ({ ...room, cseq: 2 }));
  const before = asked();
  is.say({ t: "room", room: { ...(is.rooms[0] ?? SUMMARY), heads: {} } });
  await Bun.sleep(200);
  expect(asked()).toBe(before + 1);
});

test("a room that one's own node does not mention is kept, as the node may be behind", async () => {
  const is = node("is");
  const one = await client(is);
  one.send(ROOM, "here");
  await one.settled();
  const timeline = one.open(ROOM);
  is.rooms = [];
  for (const ws of is.sockets) ws.close(4408);
  await until(() => one.rooms.value[0]?.elsewhere === true);
  expect(timeline.items.value).toHaveLength(1);
});

test("in the queue of its own province a client keeps its turn, says how many come first, and goes nowhere else", async () => {
  const { is, pb } = fleet();
  is.queue = 4;
  const one = await client(is);
  const places: number[] = [];
  one.connection.subscribe((link) => {
    if (link.state === "offline" && link.place !== undefined) places.push(link.place);
  });
  await until(() => place(one) === "is");
  expect(places).toEqual([4, 3, 2, 1]);
  expect(is.turns).toEqual([undefined, "turn 1", "turn 2", "turn 3", "turn 4"]);
  expect(pb.turns).toEqual([]);
});

test("being offline is shown at once, whatever the line's own silence would take", async () => {
  const is = node("is");
  const platform = bunPlatform();
  let gone = () => {};
  platform.onWake = (_, lost) => {
    gone = lost;
    return () => {};
  };
  const one = new HeadlessClient(platform, { node: is.url, times: { ...TIMES, idle: 60_000, first: 60_000 } });
  await one.start();
  started.unshift({ stop: () => one.close() });
  await one.signIn("ABCD");
  await one.settled();
  platform.fetch = () => Promise.reject(new TypeError("Failed to fetch"));
  gone();
  await until(() => place(one) !== "is");
});

test("whatever the machine's clock is set to, an own node is tried again within the longest pause", async () => {
  const home = "https://beep.is.example";
  const api = { ping: async () => 5 } as unknown as NodeApi;
  for (const hours of [-5000, -5, -1, 1, 5, 5000]) {
    let now = Date.UTC(2026, 10, 24, 14);
    const nodes = new Nodes(api, () => now, memoryVault());
    nodes.block(home, now + 5000);
    const lostAt = now;
    now += hours * 3_600_000 + 60_000;
    expect((await nodes.candidates("is", home, lostAt, 4000)).map(({ node }) => node)).toEqual([home]);
    expect(nodes.blockedFor(nodes.of("is", home))).toBe(0);
  }
});
