import { beforeAll, expect, test } from "bun:test";
import type { Down } from "#protocol/down";
import type { Entry } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import { decodeRecord, idIn } from "#protocol/record";
import { postRoomId } from "#protocol/room";
import type { ClientUnderTest } from "./client-under-test.ts";
import { nodeForFile } from "./whole-file.ts";

const node = nodeForFile();
beforeAll(async () => {
  const name = { en: "Quetta", ur: "کوئٹہ" };
  await put(
    { unit: { id: "quetta", province: "is", parent: null, kind: "district", name } },
    { post: { id: "dcq", province: "is", unit: "quetta", title: name } },
  );
});

const put = (...entries: Entry[]) =>
  node.store.write(DIRECTORY_ROOM, (tx) => node.services.directory.issue(tx, "operator", entries));
/** The post is with this person from now on, and with nobody else. */
const hand = async (client: ClientUnderTest | null) => {
  const now = Date.now();
  const held = node.store.tables.offices.holders("dcq", now);
  const began = { id: mintId(now), post: "dcq", kind: "regular" as const, from: now - 1, to: null };
  await put(
    ...held.map((charge) => ({ charge: { ...charge, to: Math.max(charge.from + 1, now - 1) } })),
    ...(client ? [{ charge: { ...began, person: client.person.id } }] : []),
  );
};
const write = async (client: ClientUnderTest) => {
  const room = await postRoomId(client.person.id, "dcq");
  const change = { op: "create", kind: "post", name: "", history: "all", members: [], posts: ["dcq"] } as const;
  const { state } = await client.control(room, { ...change, members: [], posts: ["dcq"] });
  expect(state).toBe("done");
  return room;
};

test("who takes charge gets the room and what was written, who did is told and gets no more (R16, R17, R71)", async () => {
  const [ayesha, imran, sana] = [await node.client(), await node.client(), await node.client()];
  await hand(imran);
  const room = await write(ayesha);
  const before = ayesha.draft(room, "before");
  ayesha.send(before);
  await imran.frame(() => imran.records.find((record) => idIn(record) === idIn(before)), "the event");
  await Bun.sleep(2);
  await hand(sana);
  await imran.json("left", (message) => message.room === room);
  const { room: summary } = await sana.json("room", (message) => message.room.id === room);
  expect(summary).toMatchObject({ kind: "post", post: "dcq", posts: [{ post: "dcq", role: "owner" }], size: 2 });
  await sana.frame(() => sana.records.find((record) => idIn(record) === idIn(before)), "what was written");
  const passed = ayesha.records.map(decodeRecord).find(({ sender }) => sender === DIRECTORY_ROOM);
  expect(JSON.parse(new TextDecoder().decode(passed?.body))).toMatchObject({
    by: DIRECTORY_ROOM,
    change: { op: "succeed" },
  });
  const after = ayesha.draft(room, "after");
  ayesha.send(after);
  await sana.frame(() => sana.records.find((record) => idIn(record) === idIn(after)), "the event");
  await imran.settled();
  expect(imran.records.map(idIn)).not.toContain(idIn(after));
  // One who was away meanwhile hears of it when coming back (R8).
  imran.socket.close();
  await imran.closed;
  await imran.connect({ [room]: {} });
  await imran.json("left", (message) => message.room === room);
});

test("to a stranger the room of a person and a post is not there, in whatever way it is asked for (R73)", async () => {
  const [ayesha, imran, stranger] = [await node.client(), await node.client(), await node.client()];
  await hand(imran);
  const room = await write(ayesha);
  const nowhere = await postRoomId(stranger.person.id, "dcq");
  const asked: ((of: string, ref: number) => Record<string, unknown>)[] = [
    (of, ref) => ({ t: "room", ref, room: of }),
    (of, ref) => ({ t: "page", ref, room: of, before: {}, limit: 10 }),
  ];
  for (const ask of asked) {
    const answers: unknown[] = [];
    for (const of of [room, nowhere]) {
      const ref = stranger.nextRef();
      stranger.say(ask(of, ref));
      const { error } = await stranger.json("error", (message) => message.ref === ref);
      answers.push(error);
    }
    expect(answers[0]).toEqual(answers[1]);
  }
  const refused = async (of: string): Promise<Down & { t: "error" }> => {
    const draft = stranger.draft(of, "guess");
    stranger.send(draft);
    return stranger.json("error", (message) => message.id === idIn(draft));
  };
  expect((await refused(room)).error).toEqual((await refused(nowhere)).error);
  stranger.socket.close();
  await stranger.closed;
  await stranger.connect({ [room]: { "is-000000001": 0 } });
  await stranger.settled();
  expect(stranger.records).toEqual([]);
  const taken = { op: "create", kind: "post", name: "", history: "all" } as const;
  expect((await stranger.control(room, { ...taken, members: [], posts: ["dcq"] })).state).toBe("refused");
});

test("cards of posts are for everybody: those that there are, with who holds them (R75)", async () => {
  const [ayesha, imran] = [await node.client("Ayesha"), await node.client("Imran Waraich")];
  await hand(imran);
  const ref = ayesha.nextRef();
  ayesha.say({ t: "posts", ref, ids: ["dcq", "nowhere"] });
  const { posts } = await ayesha.json("posts", (message) => message.ref === ref);
  expect(posts.map(({ post, holders }) => [post.id, holders.map(({ person }) => person.name.en)])).toEqual([
    ["dcq", ["Imran Waraich"]],
  ]);
});
