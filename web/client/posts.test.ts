import { afterEach, expect, spyOn, test } from "bun:test";
import type { Charge, Entry, Person } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import { postRoomId } from "#protocol/room";
import { NodeUnderTest } from "../../server/gateway/node-under-test.ts";
import type { Timeline } from "../model/contract.ts";
import { type HeadlessClient, openClient } from "./index.ts";
import { until } from "../../server/testing/until.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

async function client(at: NodeUnderTest, { id }: Person): Promise<HeadlessClient> {
  const made = await openClient({ node: at.url, code: await at.services.enrolment.issueCode(id, 60_000) });
  ends.unshift(() => made.close());
  await made.settled();
  return made;
}
const texts = (timeline: Timeline) =>
  timeline.items.value.flatMap(({ content }) => (content.kind === "text" ? [content.text] : []));

/** A node with a post that Imran holds, and clients of all three. */
const open = async () => {
  const at = new NodeUnderTest();
  ends.push(() => at.stop());
  const [ayesha, imran, sana] = [await at.person("Ayesha"), await at.person("Imran"), await at.person("Sana")];
  const put = (...entries: Entry[]) =>
    at.store.write(DIRECTORY_ROOM, (tx) => at.services.directory.issue(tx, "operator", entries));
  const name = { en: "Quetta District", ur: "ضلع کوئٹہ" };
  const title = { en: "Deputy Commissioner Quetta", ur: "ڈپٹی کمشنر کوئٹہ" };
  await put(
    { unit: { id: "quetta", province: "is", parent: null, kind: "district", name } },
    { post: { id: "dcq", province: "is", unit: "quetta", title } },
  );
  const held: Charge = {
    ...{ id: mintId(1), post: "dcq", person: imran.id, kind: "acting", from: Date.now() - 86_400_000, to: null },
  };
  const transfer = () =>
    put(
      { charge: { ...held, to: Date.now() - 1 } },
      { charge: { ...held, id: mintId(2), person: sana.id, kind: "regular", from: Date.now() - 1 } },
    );
  const toPost = { kind: "post" as const, name: "", history: "all" as const, members: [], posts: ["dcq"] };
  return { at, ayesha, imran, sana, put, held, transfer, toPost };
};

/** The node takes changes of rooms, and does nothing about them before `answer`. */
function holdControl({ services: { rooms } }: NodeUnderTest) {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  const control = rooms.control.bind(rooms);
  const slow = spyOn(rooms, "control").mockImplementation((request) => answered.then(() => control(request)));
  ends.push(() => slow.mockRestore());
  return { slow, answer };
}

test("a post is found with its holder, written to once, and its successor has what was written (R70, R71, R75)", async () => {
  const { at, ayesha, imran, sana, put, held, transfer, toPost } = await open();
  await put({ charge: held });
  const [a, i, s] = [await client(at, ayesha), await client(at, imran), await client(at, sana)];
  const { posts } = await a.search("deputy commissioner quetta");
  expect(
    posts.map(({ post, holders }) => [post.id, holders.map(({ person, kind }) => [person.name.en, kind])]),
  ).toEqual([["dcq", [["Imran", "acting"]]]]);
  const room = await a.createRoom(toPost);
  expect(await a.createRoom(toPost)).toBe(room);
  expect(a.rooms.value).toHaveLength(1);
  expect(a.rooms.value[0]).toMatchObject({ kind: "post", post: "dcq", writer: null, other: imran.id, size: 2 });
  const timeline = a.open(room);
  a.send(room, "The road is cut.");
  await until(() => i.rooms.value[0]?.unread === 1);
  expect(i.rooms.value[0]).toMatchObject({ post: "dcq", writer: ayesha.id });
  const direct = await a.createRoom({ kind: "direct", name: "", history: "all", members: [imran.id] });
  // To the post she wrote at once; whom she writes to in person is asked first (R190).
  await until(() => i.contacts.value === 1);
  expect(i.rooms.value).toHaveLength(1);
  await i.request({ t: "self", act: { do: "accept", room: direct } });
  await until(() => i.rooms.value.length === 2);

  await transfer();
  await until(() => s.rooms.value.length === 1 && i.rooms.value.length === 1);
  expect(i.rooms.value[0]?.id).toBe(direct);
  const taken = s.open(room);
  await until(() => texts(taken).length === 1);
  expect(s.rooms.value[0]).toMatchObject({ id: room, post: "dcq", writer: ayesha.id, unread: 1 });
  expect(texts(taken)).toEqual(["The road is cut."]);
  const told = timeline.items.value.at(-1)?.content;
  expect(told).toEqual({ kind: "change", change: { op: "succeed", post: "dcq" }, came: [sana.id], went: [imran.id] });
  const card = a.post("dcq");
  await until(() => card.value?.holders[0]?.person.id === sana.id);
  expect(a.rooms.value.find(({ id }) => id === room)?.other).toBe(sana.id);
  const former = a.person(imran.id);
  await until(() => former.value?.post.en === "");
  s.send(room, "I have taken charge.");
  await until(() => texts(timeline).length === 2);
  expect(at.errors).toEqual([]);
});

test("what is written to a vacant post reaches whoever takes charge of it (R70)", async () => {
  const { at, ayesha, sana, transfer, toPost } = await open();
  const a = await client(at, ayesha);
  const room = await a.createRoom(toPost);
  expect(a.rooms.value[0]).toMatchObject({ post: "dcq", other: null, size: 1 });
  a.send(room, "Whoever comes: the bridge is unsafe.");
  await until(() => a.outbox.value === 0);
  await transfer();
  const s = await client(at, sana);
  const timeline = s.open(room);
  await until(() => texts(timeline).length === 1);
  expect(s.rooms.value[0]).toMatchObject({ writer: ayesha.id, unread: 1 });
  expect(at.errors).toEqual([]);
});

test("whatever changes on a card that is shown reaches it, in whatever order the provinces' words come (R75)", async () => {
  const { at, ayesha, put } = await open();
  const name = { en: "Multan", ur: "ملتان" };
  const usman: Person = { id: mintId(7), province: "pb", name: { en: "Usman", ur: "عثمان" }, post: name, unit: name };
  const charge: Charge = { id: mintId(8), post: "dcm", person: usman.id, kind: "regular", from: 1, to: null };
  /** What Punjab's log brings of its directory. */
  const hear = (entry: Entry) =>
    at.store.write(DIRECTORY_ROOM, (tx) => {
      if ("person" in entry) tx.putPerson(entry.person);
      if ("charge" in entry) tx.tables.offices.putCharge(entry.charge);
      if ("post" in entry) tx.tables.offices.putPost(entry.post);
    });
  await put({ unit: { id: "multan", province: "is", parent: null, kind: "district", name } });
  await hear({ post: { id: "dcm", province: "pb", unit: "multan", title: { en: "DC Multan", ur: "ڈی سی ملتان" } } });
  await hear({ person: usman });
  await hear({ charge });
  const room = await postRoomId(ayesha.id, "dcm");
  /** The room as its home, Punjab, orders it. */
  const order = (cseq: number, holds: boolean) =>
    at.store.write(room, (tx) => {
      const posts = [{ post: "dcm", role: "owner" as const }];
      tx.putRoom({ id: room, kind: "post", name: "", home: "pb", history: "all", cseq, posts });
      const since = cseq;
      tx.putMembers(room, [{ person: ayesha.id, province: "is", role: "owner", since: 1 }]);
      const member = { person: usman.id, province: "pb", role: "owner" as const, since, post: "dcm" };
      if (holds) tx.putMembers(room, [member]);
      else tx.removeMembers(room, [usman.id]);
    });
  await order(1, true);
  const a = await client(at, ayesha);
  const card = a.post("dcm");
  const holders = () => card.value?.holders.map(({ person }) => person.name.en);
  await until(() => holders()?.[0] === "Usman");
  const other = a.person(usman.id);

  // The room's change overtakes the order that it follows from.
  const asked = spyOn(at.services.directory, "postCards");
  await order(2, false);
  await until(() => asked.mock.calls.length > 0);
  await hear({ charge: { ...charge, to: Date.now() } });
  await until(() => holders()?.length === 0);

  await order(3, true);
  await hear({ charge: { ...charge, id: mintId(9), from: Date.now(), to: Date.now() + 1_000 } });
  await until(() => holders()?.[0] === "Usman");
  await hear({ person: { ...usman, name: { ...usman.name, en: "Usman Gill" } } });
  await until(() => other.value?.name.en === "Usman Gill");
  await until(() => holders()?.[0] === "Usman Gill");
  // Its end by date is nobody's message.
  await until(() => holders()?.length === 0);
  expect(at.errors).toEqual([]);
});

test("a conversation is there at once, before any node has answered, and what is written in it goes there", async () => {
  const { at, ayesha, imran, put, held, toPost } = await open();
  await put({ charge: held });
  const a = await client(at, ayesha);
  const { slow, answer } = holdControl(at);
  const shown: string[] = [];
  const wanted = [{ ...toPost }, { ...toPost, kind: "direct" as const, members: [imran.id], posts: [] }];
  const making = wanted.map((room) => a.createRoom(room, (id) => shown.push(id)));
  await until(() => shown.length === 2 && slow.mock.calls.length === 1);
  for (const [i, id] of shown.entries()) {
    expect(a.rooms.value.find((room) => room.id === id)?.writable).toBe(true);
    a.send(id, `to ${i}`);
  }
  answer();
  expect(await Promise.all(making)).toEqual(shown);
  await until(() => a.outbox.value === 0);
  for (const [i, id] of shown.entries()) {
    const timeline = a.open(id);
    await until(() => texts(timeline).length === 1);
    expect(texts(timeline)).toEqual([`to ${i}`]);
    timeline.close();
  }
  expect(at.errors).toEqual([]);
});

test("one that is refused is gone again", async () => {
  const { at, ayesha } = await open();
  const a = await client(at, ayesha);
  const shown: string[] = [];
  const nobody = { kind: "direct" as const, name: "", history: "all" as const, members: [mintId(5)] };
  expect(a.createRoom(nobody, (id) => shown.push(id))).rejects.toThrow();
  await until(() => shown.length === 1 && a.rooms.value.length === 0);
  expect(at.errors).toEqual([]);
});

test("of a conversation that is yet to be made nothing older is asked for again and again (R70)", async () => {
  const { at, ayesha, put, held, toPost } = await open();
  await put({ charge: held });
  const a = await client(at, ayesha);
  const { answer } = holdControl(at);
  const shown: string[] = [];
  const made = a.createRoom(toPost, (id) => shown.push(id));
  await until(() => shown.length === 1);
  const timeline = a.open(shown[0] as string);
  await until(() => !timeline.loading.value);
  expect([timeline.more.value, timeline.stalled.value]).toEqual([true, true]);
  answer();
  await made;
  await until(() => timeline.items.value.length > 0);
  expect(timeline.stalled.value).toBe(false);
  timeline.close();
});
