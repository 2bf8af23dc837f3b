import { afterEach, expect, test } from "bun:test";
import type { Person } from "#protocol/directory";
import type { Down } from "#protocol/down";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import { type NodeList, nodesText } from "#protocol/nodes";
import type { RoomSummary } from "#protocol/room";
import { signInTextV1 } from "#protocol/sign-in";
import { VERSION } from "#protocol/version";
import { fleetProvince, NodeUnderTest } from "../../server/gateway/node-under-test.ts";
import { freePorts } from "../../server/ops/fleet-layout.ts";
import { FaultProxy } from "../../server/testing/fault-proxy.ts";
import { until } from "../../server/testing/until.ts";
import { ProvinceKey } from "../net/testing/province.ts";
import { type HeadlessClient, openClient } from "./index.ts";
import { HostileNode, type Proof } from "./testing/hostile-node.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});
const TIMES = { first: 20, most: 200, patience: 150, home: 100, idle: 400, pong: 200, wake: 100, open: 2000 };

/** A minister of `is`, whose way home can be cut; a node of `pb` that is against them; a room without and one with people of `pb`. */
async function visit() {
  // The line is named in the fleet before the node is there to which it leads.
  const [port] = (await freePorts(1)) as [number];
  const line = await FaultProxy.start(0, port);
  const home = `http://127.0.0.1:${line.port}`;
  // It has a way of its own to the home, whatever becomes of the visitor's.
  const evil = new HostileNode(`http://127.0.0.1:${port}`);
  const fleet = { provinces: [fleetProvince("is", home), fleetProvince("pb", evil.url)] };
  const node = new NodeUnderTest({ port, fleet });
  const minister = await node.person("Minister");
  const [secretary, punjabi] = [await node.person("Secretary"), await node.person("Punjabi", "pb")];
  await node.store.write(DIRECTORY_ROOM, (tx) => tx.putPerson(punjabi));
  const code = await node.services.enrolment.issueCode(minister.id, 600_000);
  const client = await openClient({ node: home, code, times: TIMES });
  ends.push(
    () => client.close(),
    () => evil.stop(),
    () => line.stop(),
    () => node.stop(),
  );
  await client.settled();
  const room = (name: string, { id }: Person) =>
    client.createRoom({ kind: "group", name, history: "all", members: [id] });
  const rooms = { own: await room("Cabinet", secretary), shared: await room("Canals", punjabi) };
  await until(() => client.rooms.value.every(({ elsewhere }) => !elsewhere) && client.rooms.value.length === 2);
  await until(() => client.provinces.value.length === 2);
  client.send(rooms.own, "Cabinet decides on Friday.");
  client.send(rooms.shared, "Canals are full.");
  await client.settled();
  const sessions = () => [...node.gateway.sessions()].length;
  const leave = async () => {
    line.set("cut");
    await until(() => evil.proofs.length > 0);
  };
  const back = async () => {
    line.heal();
    await until(() => isAt(client, home));
  };
  return { line, home, evil, node, minister, client, rooms, sessions, leave, back };
}

const isAt = (client: HeadlessClient, url: string) => {
  const link = client.connection.peek();
  return link.state === "online" && link.node === url && link.current;
};
/** What the hostile node plays: a host that holds all rooms, with words of its own. */
const host =
  (person: Person, rooms: RoomSummary[], said: Down[] = []) =>
  (): Down[] => [
    {
      ...{ t: "welcome", version: VERSION, capabilities: [], person, device: mintId(1), province: "pb" },
      ...{ origin: "pb-000000001", now: Date.now(), rooms, links: [] },
    },
    ...said,
    { t: "current" },
  ];

const passed: [string, (proof: Proof, home: string) => unknown][] = [
  ["as it is", (proof) => proof],
  ["under the home's origin", (proof, home) => ({ ...proof, origin: home })],
  ["under the address where the home listens", (proof) => ({ ...proof, origin: "http://127.0.0.1" })],
  ["without an origin", ({ origin: _, ...proof }) => proof],
  ["with an origin that is no text", (proof) => ({ ...proof, origin: null })],
];
for (const [how, alter] of passed)
  test(`a visitor's proof that is passed on to the home ${how} opens nothing there (R5)`, async () => {
    const { home, evil, node, minister, client, rooms, sessions, leave, back } = await visit();
    evil.alter = (proof) => alter(proof, home);
    evil.plays = host(minister, []);
    await leave();
    await until(() => isAt(client, evil.url));
    expect(evil.answers.filter((status) => status === 200)).toEqual([]);
    await until(() => sessions() === 0);
    // Nor does any proof that it has got, tried again in every way, also while the upgrade lets the former kind in.
    for (const proof of [...evil.proofs])
      for (const [, again] of passed) expect((await evil.pass(again(proof, node.url))).ok).toBe(false);
    await back();
    expect(client.connection.peek()).toMatchObject({ away: false, province: "is" });
    client.send(rooms.own, "back");
    await client.settled();
    expect(evil.drafts).toEqual([]);
  });

test("a ticket of the visited node opens nothing at the home (R5)", async () => {
  const { evil, node, minister, client, leave } = await visit();
  evil.plays = host(minister, []);
  await leave();
  await until(() => isAt(client, evil.url));
  expect((await fetch(`${node.url}/v1/socket?ticket=of%20mine`)).status).toBe(401);
});

test("whatever list the visited node gives, the client goes home, and keeps the list of its own province (R63)", async () => {
  const { home, evil, node, minister, client, leave, back } = await visit();
  evil.plays = host(minister, []);
  const true_ = (await (await fetch(`${node.url}/v1/nodes`)).json()) as NodeList;
  const pb = await ProvinceKey.make("pb");
  const false_ = [fleetProvince("is", evil.url), fleetProvince("zz", home)];
  const lists: unknown[] = [
    { province: "is", provinces: false_ },
    { ...true_, version: true_.version + 1e6, provinces: false_ },
    { ...true_, version: true_.version + 1e6 },
    await pb.list(true_.version + 1e6, false_, "is"),
    { ...(await pb.list(true_.version + 1e6, false_, "is")), key: true_.key },
  ];
  let at = 0;
  evil.list = () => lists[at++ % lists.length];
  for (let times = 0; times < lists.length; times++) {
    const before = evil.proofs.length;
    await leave();
    await until(() => isAt(client, evil.url) && evil.proofs.length > before);
    await back();
  }
  expect(client.provinces.value).toEqual(true_.provinces);
  expect(evil.listed).toBe(0);
  expect(nodesText(true_)).toContain(evil.url);
});

test("the visited node hears of the rooms that it shares, and of no other (R64)", async () => {
  const { evil, minister, client, rooms, leave, back } = await visit();
  const { own, shared } = rooms;
  const summaries = [own, shared].map((id) => {
    const { summary } = client.parts.house.get(id) as { summary: RoomSummary };
    // It says of both that its people are in them.
    return { ...summary, provinces: ["is", "pb"], cseq: summary.cseq + 1, name: `${summary.name} of Punjab` };
  });
  const said: Down[] = [
    { t: "left", room: own },
    { t: "room", room: summaries[0] as RoomSummary },
    { t: "typing", room: own, person: minister.id, on: true },
  ];
  evil.plays = host(minister, summaries, said);
  await leave();
  await until(() => isAt(client, evil.url));
  const timeline = client.open(own);
  const held = client.send(own, "for Friday alone");
  const open = client.send(shared, "the canal at Taunsa");
  client.typing(own, true);
  timeline.read();
  client.open(shared).read();
  await expect(client.change(own, { op: "rename", name: "Cabinet II" })).rejects.toMatchObject({ code: "elsewhere" });
  await until(() => evil.drafts.length > 0);
  client.find("Punjabi").catch(() => {});
  await until(() => evil.heard.some(({ t }) => t === "find"));
  const told = JSON.stringify(evil.heard);
  expect(told).not.toContain(own);
  expect(told).toContain(shared);
  const { idIn } = await import("#protocol/record");
  expect(new Set(evil.drafts.map(idIn))).toEqual(new Set([open]));
  // What it says of the other room counts for nothing, and what waits for it says why.
  const item = client.rooms.value.find(({ id }) => id === own);
  expect(item).toMatchObject({ name: "Cabinet", provinces: ["is"], elsewhere: true, typing: [] });
  expect(timeline.items.value.at(-1)).toMatchObject({ id: held, stage: "waiting" });
  await back();
  await client.settled();
  expect(timeline.items.value.map(({ id }) => id)).toContain(held);
  expect(client.rooms.value.find(({ id }) => id === own)).toMatchObject({ name: "Cabinet", elsewhere: false });
});

test("what one's own province has not opened is not shown, does not ring, and is asked about nowhere else (R194)", async () => {
  const { evil, minister, client, rooms, leave, back } = await visit();
  const { summary } = client.parts.house.get(rooms.shared) as { summary: RoomSummary };
  const id = mintId(7);
  const invented = { ...summary, id, name: "Sign at once", unread: 3, latest: summary.latest + 4096 };
  const call = { id: mintId(8), room: id, kind: "call", media: "audio", by: mintId(9), ringing: [minister.id] };
  const said = [
    { t: "room", room: invented },
    { t: "rooms", rooms: [invented] },
    { t: "call", room: id, head: call },
    { t: "contacts", waiting: 7 },
    { t: "notice", notice: { kind: "invitation", invitation: "x", by: null, from: 1, at: 1 } },
    { t: "notice", notice: { kind: "changes", changes: [] } },
  ] as unknown as Down[];
  evil.plays = host(minister, [invented], said);
  await leave();
  await until(() => isAt(client, evil.url));
  await expect(client.request({ t: "self", act: { do: "accept", room: id } })).rejects.toMatchObject({
    code: "elsewhere",
  });
  for (const act of [{ do: "contacts" }, { do: "blocked" }, { do: "unblock", person: mintId(9) }] as const)
    await expect(client.request({ t: "self", act })).rejects.toMatchObject({ code: "elsewhere" });
  expect(client.rooms.value.map((room) => room.id).sort()).toEqual(Object.values(rooms).sort());
  expect([client.contacts.value, client.access.value]).toEqual([0, []]);
  expect(client.calls?.ringing.value ?? null).toBe(null);
  expect(JSON.stringify(evil.heard)).not.toContain(id);
  await back();
  expect(client.rooms.value.map((room) => room.id).sort()).toEqual(Object.values(rooms).sort());
});

test("nothing of one's ways of signing in is said to the visited node (R64)", async () => {
  const { evil, minister, client, leave } = await visit();
  evil.plays = host(minister, []);
  await leave();
  await until(() => isAt(client, evil.url));
  for (const act of [
    { do: "recovery" },
    { do: "pin" },
    { do: "pin-made", pin: "493817", totp: "123456" },
    { do: "link-let", code: "ABCDEFGH", signature: "" },
  ] as const)
    await expect(client.request({ t: "self", act })).rejects.toMatchObject({ code: "elsewhere" });
  expect(evil.heard.filter(({ t }) => t === "self")).toEqual([]);
});

test("a client never signs what names no node", async () => {
  const { evil, minister, client, leave } = await visit();
  evil.plays = host(minister, []);
  await leave();
  await until(() => isAt(client, evil.url));
  const { spki } = client.account.who().key;
  const { verifyNow } = await import("../../server/auth/verify.ts");
  for (const { nonce, device, signature } of evil.proofs)
    expect(verifyNow(spki, signInTextV1(nonce, device), signature)).toBe(false);
});
