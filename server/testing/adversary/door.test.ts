import { expect, test } from "bun:test";
import { CLOSE } from "#protocol/close";
import type { Down } from "#protocol/down";
import { downFrame, readJson } from "#protocol/frame";
import { mintId, type RoomId } from "#protocol/ids";
import { directRoomId } from "#protocol/room";
import { VERSION } from "#protocol/version";
import { ClientUnderTest } from "../../gateway/client-under-test.ts";
import { nodeForFile } from "../../gateway/whole-file.ts";

const node = nodeForFile();

const JSON_TYPE = downFrame({ t: "pong" })[0];

test("nobody learns whether two others converse (R24)", async () => {
  const [ayesha, bilal, sana, eve] = [
    await node.client(),
    await node.client(),
    await node.client(),
    await node.client(),
  ];
  const there = await ayesha.direct(bilal);
  const notThere = await directRoomId(ayesha.person.id, sana.person.id);
  const ask = async (room: RoomId): Promise<string[]> => {
    const from = eve.frames.length;
    const refs = Array.from({ length: 2 }, () => eve.nextRef());
    eve.say({ t: "page", ref: refs[0], room, before: {}, limit: 10 });
    eve.say({ t: "room", ref: refs[1], room });
    eve.say({ t: "read", room, upto: {} });
    eve.say({ t: "delivered", rooms: { [room]: {} } });
    eve.say({ t: "typing", room, on: true });
    const draft = eve.draft(room, "Anybody?");
    eve.send(draft);
    for (const change of [
      { op: "rename", name: "x" },
      { op: "remove", members: [eve.person.id] },
      { op: "create", kind: "group", name: "Mine", history: "all", members: [] },
    ] as const)
      eve.say({ t: "control", request: await eve.request(room, change as never, 1) });
    await Bun.sleep(150);
    await eve.settled();
    const answers = eve.frames.slice(from).filter((frame) => frame[0] === JSON_TYPE);
    const told = answers.flatMap((frame) => {
      type Answer = { t: string; ref?: number; error?: { code: string }; state?: string };
      const { t, ref, error, state } = readJson(frame) as Answer;
      // Cards that changed come unasked, whatever is asked.
      return ref === 0 ? [] : [`${t} ${error?.code} ${state}`];
    });
    // Which of several answers comes first is the scheduler's doing.
    return told.sort();
  };
  const said = await ask(there);
  expect(said).toEqual(await ask(notThere));
  expect(said.filter((line) => line.startsWith("error elsewhere")).length).toBe(6);
  const back = new ClientUnderTest(node, eve.person, eve.device, eve.pair);
  await back.connect({ [there]: {}, [notThere]: {} });
  await back.settled();
  const left = back.frames.filter((f) => f[0] === JSON_TYPE).map((f) => readJson(f) as Down);
  expect(left.filter(({ t }) => t === "left")).toEqual([]);
});

test("nobody takes the place of others' conversation before they begin it", async () => {
  const [ayesha, bilal, eve] = [await node.client(), await node.client(), await node.client()];
  const room = await directRoomId(ayesha.person.id, bilal.person.id);
  const members: string[] = [];
  const taken = await eve.control(room, { op: "create", kind: "group", name: "Mine", history: "all", members });
  expect(taken).toMatchObject({ state: "refused", error: { code: "fix" } });
  expect(await ayesha.direct(bilal)).toBe(room);
  expect(node.store.room(room)?.kind).toBe("direct");
});

test("a device that is revoked between its hello and its welcome is not let in (R4)", async () => {
  const client = await ClientUnderTest.enrol(node, await node.person());
  await client.open();
  // Others come back at the same time: the welcome waits for its turn.
  const held = Array.from({ length: 30 }, () =>
    node.gateway.hub.resumes.admit(() => {
      for (const until = performance.now() + 8; performance.now() < until; );
    }),
  );
  client.say({ t: "hello", version: VERSION, capabilities: [], app: "test", have: {} });
  await held[3];
  await node.services.enrolment.revoke(client.device);
  await Promise.all(held);
  expect((await client.closed).code).toBe(CLOSE.signIn);
  expect(client.frames.filter((frame) => frame[0] === JSON_TYPE)).toEqual([]);
});

test("what one has no right to leaves no trace, whatever is sent", async () => {
  const [ayesha, eve] = [await node.client(), await node.client()];
  const room = await ayesha.group();
  ayesha.send(ayesha.draft(room, "secret"));
  await ayesha.settled();
  const heads = JSON.stringify([...node.store.heads(room)]);
  const before = node.store.marks(room);
  const from = eve.frames.length;
  const { origin } = node.store;
  const upto = { [origin]: 9 };
  for (const message of [
    { t: "read", room, upto },
    { t: "delivered", rooms: { [room]: upto } },
    { t: "page", ref: 1, room, before: {}, limit: 200 },
    { t: "room", ref: 2, room },
    { t: "outcome", ids: [mintId(Date.now())] },
    { t: "page", ref: 3, room, before: JSON.parse('{"__proto__": 1}'), limit: 1 },
    { t: "read", room: "__proto__", upto },
    { t: "delivered", rooms: { constructor: upto } },
  ])
    eve.say(message);
  eve.send(eve.draft(room, "mine"), eve.draft(room, "forged", ayesha.person.id));
  await Bun.sleep(100);
  await eve.settled();
  expect(JSON.stringify([...node.store.heads(room)])).toBe(heads);
  expect(node.store.marks(room)).toEqual(before);
  const seen = eve.frames.slice(from).map((frame) => new TextDecoder().decode(frame));
  expect(seen.join("")).not.toContain("secret");
  expect(seen.join("")).not.toContain("Flood relief");
});
