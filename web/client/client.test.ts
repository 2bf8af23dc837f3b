import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Person } from "#protocol/directory";
import type { EventRecord } from "#protocol/record";
import { NodeUnderTest } from "../../server/gateway/node-under-test.ts";
import type { Timeline } from "../model/contract.ts";
import { type HeadlessClient, openClient, type OpenOptions } from "./index.ts";
import { until } from "../../server/testing/until.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

function node(): NodeUnderTest {
  const made = new NodeUnderTest();
  ends.push(() => made.stop());
  return made;
}
const codeFor = (at: NodeUnderTest, { id }: Person) => at.services.enrolment.issueCode(id, 60_000);
async function client(at: NodeUnderTest, person: Person, options: OpenOptions = {}): Promise<HeadlessClient> {
  const made = await openClient({ node: at.url, code: await codeFor(at, person), ...options });
  ends.unshift(() => made.close());
  await made.settled();
  return made;
}
const texts = (timeline: Timeline) =>
  timeline.items.value.flatMap(({ content }) => (content.kind === "text" ? [content.text] : []));
const group = (members: Person[], name = "Relief") =>
  ({ kind: "group", name, history: "all", members: members.map(({ id }) => id) }) as const;

test("two people write to each other, and each stage is seen", async () => {
  const at = node();
  const [ayesha, bilal] = [await at.person("Ayesha"), await at.person("Bilal")];
  const seen: EventRecord[] = [];
  const acked: string[] = [];
  const a = await client(at, ayesha, { onAck: ({ id }) => acked.push(id) });
  const b = await client(at, bilal, { onEvent: (event) => seen.push(event) });
  const room = await a.createRoom({ kind: "direct", name: "", history: "all", members: [bilal.id] });
  // The conversation of two is there for both, and is found instead of doubled.
  await until(() => b.rooms.value.length === 1);
  expect(await b.createRoom({ kind: "direct", name: "", history: "all", members: [ayesha.id] })).toBe(room);
  const [ta, tb] = [a.open(room), b.open(room)];
  const id = a.send(room, "سلام");
  expect(ta.items.value.map(({ stage }) => stage)).toEqual([undefined, "waiting"]);
  await until(() => ta.items.value[1]?.stage === "delivered");
  expect(acked).toEqual([id]);
  expect(texts(tb)).toEqual(["سلام"]);
  expect(b.rooms.value[0]).toMatchObject({ unread: 1, other: ayesha.id, preview: { text: "سلام", mine: false } });
  tb.read();
  await until(() => ta.items.value[1]?.stage === "read");
  expect(b.rooms.value[0]?.unread).toBe(0);
  expect(a.rooms.value[0]?.preview).toMatchObject({ mine: true, stage: "read" });
  expect(ta.detail(id)).toEqual({
    provinces: [{ province: "is", stored: true, cutOffSince: null }],
    people: [{ person: bilal.id, stage: "read" }],
  });
  expect(seen.map(({ n }) => n)).toEqual([1, 2]);
  const card = a.person(bilal.id);
  await until(() => card.value !== undefined);
  expect(card.value?.name.en).toBe("Bilal");
  expect(at.errors).toEqual([]);
});

test("members are taken from the cache while they are as they were, and anew where they changed", async () => {
  const at = node();
  const people = [await at.person("Ayesha"), await at.person("Bilal"), await at.person("Chand")];
  const [ayesha, bilal, chand] = people as [Person, Person, Person];
  const home = mkdtempSync(join(tmpdir(), "beep-client-"));
  ends.push(() => rmSync(home, { recursive: true, force: true }));
  const a = await client(at, ayesha);
  const b = await client(at, bilal, { home });
  const [same, changed] = [await a.createRoom(group([bilal], "Same")), await a.createRoom(group([bilal]))];
  await until(() => b.rooms.value.length === 2);
  await b.close();
  await a.change(changed, { op: "add", members: [chand.id] });
  const said: number[] = [];
  const { rooms } = at.services.reading;
  at.services.reading.rooms = function (person, known) {
    const summaries = rooms.call(this, person, known);
    if (person === bilal.id) said.push(...summaries.map(({ members }) => members.length).sort());
    return summaries;
  };
  const again = await openClient({ home });
  ends.unshift(() => again.close());
  await again.settled();
  expect(said).toEqual([1, 3]);
  const members = [same, changed].map((room) =>
    again
      .open(room)
      .members.value.map(({ person }) => person)
      .sort(),
  );
  expect(members).toEqual([[ayesha.id, bilal.id].sort(), [ayesha.id, bilal.id, chand.id].sort()]);
});

test("typing and presence come and go", async () => {
  const at = node();
  const [ayesha, bilal] = [await at.person("Ayesha"), await at.person("Bilal")];
  const [a, b] = [await client(at, ayesha), await client(at, bilal)];
  const room = await a.createRoom(group([bilal]));
  await until(() => b.rooms.value.length === 1);
  await until(() => a.online.value.has(bilal.id));
  b.typing(room, true);
  await until(() => a.rooms.value[0]?.typing.length === 1);
  b.send(room, "written");
  await until(() => a.rooms.value[0]?.typing.length === 0);
  await b.stop();
  await until(() => !a.online.value.has(bilal.id));
});

test("history is paged in and survives a restart, from the cache without a node", async () => {
  const at = node();
  const [ayesha, bilal] = [await at.person("Ayesha"), await at.person("Bilal")];
  const a = await client(at, ayesha);
  const room = await a.createRoom(group([bilal]));
  const all = Array.from({ length: 500 }, (_, i) => `message ${i}`);
  a.sendMany(room, all);
  await a.settled();
  const written = a.open(room);
  while (written.more.value) await written.loadOlder();
  expect(texts(written)).toEqual(all);

  const home = mkdtempSync(join(tmpdir(), "beep-client-"));
  ends.push(() => rmSync(home, { recursive: true, force: true }));
  const b = await client(at, bilal, { home });
  const timeline = b.open(room);
  await until(() => !timeline.loading.value);
  expect(b.rooms.value[0]?.unread).toBe(100);
  expect(texts(timeline)).toEqual(all.slice(500 - texts(timeline).length));
  expect(timeline.more.value).toBe(true);
  while (timeline.more.value) await timeline.loadOlder();
  expect(texts(timeline)).toEqual(all);
  timeline.close();
  await b.close();
  await at.gateway.drain(100);

  const again = await openClient({ home });
  ends.unshift(() => again.close());
  const cached = again.open(room);
  while (cached.more.value) await cached.loadOlder();
  expect(texts(cached)).toEqual(all);
});

test("a client that was away gets what it lacks, a little and a lot", async () => {
  const at = node();
  const [ayesha, bilal] = [await at.person("Ayesha"), await at.person("Bilal")];
  const a = await client(at, ayesha);
  const room = await a.createRoom(group([bilal]));
  const seen: number[] = [];
  const b = await client(at, bilal, { onEvent: ({ n }) => seen.push(n) });
  const timeline = b.open(room);
  for (const count of [10, 200]) {
    await b.stop();
    a.sendMany(room, Array(count).fill(`after ${count}`));
    await a.settled();
    await b.start();
    await b.settled();
    while (timeline.more.value) await timeline.loadOlder();
    expect(texts(timeline).filter((text) => text === `after ${count}`)).toHaveLength(count);
  }
  expect(timeline.items.value.map(({ n }) => n)).toEqual(Array.from({ length: 211 }, (_, i) => i + 1));
  expect(new Set(seen).size).toBe(seen.length);
});

test("rooms are changed by their owners, and the one taken out loses them", async () => {
  const at = node();
  const [ayesha, bilal, chand] = [await at.person("Ayesha"), await at.person("Bilal"), await at.person("Chand")];
  const [a, b, c] = [await client(at, ayesha), await client(at, bilal), await client(at, chand)];
  const room = await a.createRoom(group([bilal]));
  await a.change(room, { op: "rename", name: "Flood relief" });
  await until(() => b.rooms.value[0]?.name === "Flood relief");
  await expect(b.change(room, { op: "rename", name: "Mine" })).rejects.toThrow("Only an owner may change this room.");
  // Two changes at once: the later one is tried again on the room as it is then.
  await Promise.all([
    a.change(room, { op: "add", members: [chand.id] }),
    a.change(room, { op: "role", person: bilal.id, role: "owner" }),
  ]);
  await until(() => c.rooms.value.length === 1);
  const timeline = c.open(room);
  await until(() => timeline.members.value.length === 3 && timeline.items.value.length === 4);
  expect(timeline.items.value.map(({ content }) => content.kind)).toEqual(Array(4).fill("change"));
  await b.change(room, { op: "remove", members: [chand.id] });
  await until(() => c.rooms.value.length === 0);
  expect((await a.find("Chan")).map(({ id }) => id)).toEqual([chand.id]);
});

test("a second device of a person shows what the first one wrote and read", async () => {
  const at = node();
  const [ayesha, bilal] = [await at.person("Ayesha"), await at.person("Bilal")];
  const [first, second, b] = [await client(at, ayesha), await client(at, ayesha), await client(at, bilal)];
  const room = await first.createRoom(group([bilal]));
  await until(() => second.rooms.value.length === 1 && b.rooms.value.length === 1);
  first.send(room, "from the first");
  const timeline = second.open(room);
  await until(() => texts(timeline).length === 1);
  expect(timeline.items.value[1]).toMatchObject({ mine: true });
  b.send(room, "answer");
  await until(() => second.rooms.value[0]?.unread === 1);
  const one = first.open(room);
  await until(() => texts(one).length === 2);
  one.read();
  await until(() => second.rooms.value[0]?.unread === 0);
});

test("a wrong code is answered in words, and nothing is kept", async () => {
  const at = node();
  await expect(openClient({ node: at.url, code: "ZZZZ-ZZZZ-ZZ" })).rejects.toThrow("This code is not valid");
  await expect(openClient({ node: "http://127.0.0.1:9", code: "ZZZZ-ZZZZ-ZZ" })).rejects.toThrow(
    "No node can be reached",
  );
});
