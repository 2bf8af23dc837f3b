import { expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import { decodeRecord, idIn, KIND } from "#protocol/record";
import { DOWN, type Down } from "#protocol/down";
import { readJson, readPage } from "#protocol/frame";
import { ClientUnderTest } from "./client-under-test.ts";
import { nodeForFile } from "./whole-file.ts";

const node = nodeForFile();

const text = (record: Uint8Array) => new TextDecoder().decode(decodeRecord(record).body);

test("a message is acknowledged to its sender and brought to the others, once each (R12, R13)", async () => {
  const [ayesha, bilal] = [await node.client("Ayesha"), await node.client("Bilal")];
  const room = await ayesha.group(bilal);
  await bilal.json("room", (message) => message.room.id === room);
  const draft = ayesha.draft(room, "السلام علیکم");
  ayesha.send(draft);
  const ack = await ayesha.ack(idIn(draft));
  expect(ack).toMatchObject({ origin: node.store.origin, n: 2 });
  const got = await bilal.frame((frame) => (frame[0] === DOWN.events ? bilal.records.at(-1) : undefined));
  expect(text(got)).toBe("السلام علیکم");
  await ayesha.settled();
  expect(ayesha.records.filter((record) => idIn(record) === idIn(draft))).toEqual([]);
});

test("a draft sent again gets its first ack again, and nobody gets it twice (R14)", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.direct(bilal);
  const id = mintId(Date.now());
  ayesha.send(ayesha.draft(room, "once", id));
  const first = await ayesha.ack(id);
  ayesha.frames.length = 0;
  ayesha.send(ayesha.draft(room, "once", id), ayesha.draft(room, "once", id));
  expect(await ayesha.ack(id)).toEqual(first);
  await bilal.settled();
  expect(bilal.records.filter((record) => idIn(record) === id)).toHaveLength(1);
});

test("many drafts of one frame and of many frames come in order (R11)", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  const drafts = Array.from({ length: 200 }, (_, i) => ayesha.draft(room, `m${i}`));
  for (let at = 0; at < drafts.length; at += 20) ayesha.send(...drafts.slice(at, at + 20));
  await ayesha.ack(idIn(drafts.at(-1) as Uint8Array));
  await bilal.frame(() => (bilal.records.length > 200 ? true : undefined), "all records");
  const texts = bilal.records.filter((record) => decodeRecord(record).kind === KIND.message).map(text);
  expect(texts).toEqual(drafts.map((_, i) => `m${i}`));
});

test("what is sent right behind a request waits for it, and keeps its order (R11)", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = mintId(Date.now());
  const members = [bilal.person.id];
  const drafts = Array.from({ length: 300 }, (_, i) => ayesha.draft(room, `m${i}`));
  const request = await ayesha.request(room, { op: "create", kind: "group", name: "x", history: "all", members });
  ayesha.say({ t: "control", request });
  for (const draft of drafts) ayesha.send(draft);
  await ayesha.ack(idIn(drafts.at(-1) as Uint8Array));
  await bilal.frame(() => (bilal.records.length > 300 ? true : undefined), "all records");
  const texts = bilal.records.filter((record) => decodeRecord(record).kind === KIND.message).map(text);
  expect(texts).toEqual(drafts.map((_, i) => `m${i}`));
});

test("the person's other device gets the event, the sending one does not (R13)", async () => {
  const ayesha = await node.client();
  const phone = await ClientUnderTest.enrol(node, ayesha.person);
  await phone.connect();
  const room = await ayesha.group(await node.client());
  const draft = ayesha.draft(room, "from the desk");
  ayesha.send(draft);
  await ayesha.ack(idIn(draft));
  await phone.frame(() => phone.records.find((record) => idIn(record) === idIn(draft)));
});

test("who resumes gets just what is lacking, newest room first, then `current` (R8, R9)", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const [older, newer] = [await ayesha.group(bilal), await ayesha.group(bilal)];
  for (const room of [older, newer]) {
    const draft = ayesha.draft(room, "seen");
    ayesha.send(draft);
    await ayesha.ack(idIn(draft));
  }
  const { origin } = node.store;
  bilal.socket.close();
  await bilal.closed;
  const missed = ayesha.draft(newer, "missed");
  ayesha.send(missed);
  await ayesha.ack(idIn(missed));
  const welcome = await bilal.connect({ [older]: { [origin]: 2 }, [newer]: { [origin]: 2 } });
  expect(welcome.rooms.map(({ id }) => id).sort()).toEqual([older, newer].sort());
  const pages = bilal.frames.filter((frame) => frame[0] === DOWN.page).map((frame) => readPage(frame));
  expect(pages.map((page) => page?.head)).toEqual([{ room: newer, more: true, gap: false }]);
  expect(pages[0]?.records.map(text)).toEqual(["missed"]);
  bilal.socket.close();
  await bilal.closed;
  await bilal.connect();
  const rooms = bilal.frames.filter((frame) => frame[0] === DOWN.page).map((frame) => readPage(frame)?.head.room);
  expect(rooms).toEqual([newer, older]);
});

test("members are said again only where the client does not have them as they are (R8)", async () => {
  const [ayesha, bilal, sana] = [await node.client(), await node.client(), await node.client()];
  const [same, changed] = [await ayesha.group(bilal), await ayesha.group(bilal)];
  const again = async (rooms: Record<string, number>) => {
    bilal.socket.close();
    await bilal.closed;
    const welcome = await bilal.connect({}, rooms);
    return (id: string) => welcome.rooms.find((room) => room.id === id)?.members.map(({ person }) => person);
  };
  const first = await again({});
  expect([first(same), first(changed)].map((members) => members?.length)).toEqual([2, 2]);
  await ayesha.control(changed, { op: "add", members: [sana.person.id] }, 1);
  const members = await again({ [same]: 1, [changed]: 1, [mintId(1)]: 1 });
  expect(members(same)).toEqual([bilal.person.id]);
  expect(members(changed)).toHaveLength(3);
});

test("who was removed while away hears it; a node that is behind says nothing (R8)", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const [was, ahead] = [await ayesha.group(bilal), await ayesha.group()];
  bilal.socket.close();
  await bilal.closed;
  await ayesha.control(was, { op: "remove", members: [bilal.person.id] }, 1);
  const { origin } = node.store;
  await bilal.connect({ [was]: { [origin]: 1 }, [ahead]: { [origin]: 5 }, [mintId(1)]: { [origin]: 1 } });
  const left = bilal.frames
    .filter((frame) => frame[0] === DOWN.json)
    .map((frame) => readJson(frame) as Down)
    .filter(({ t }) => t === "left");
  expect(left).toEqual([{ t: "left", room: was }]);
});

test("what commits while a client resumes is neither lost nor doubled (R10)", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const rooms = await Promise.all(Array.from({ length: 12 }, () => ayesha.group(bilal)));
  for (let round = 0; round < 5; round++) {
    bilal.socket.close();
    await bilal.closed;
    const drafts = Array.from({ length: 60 }, (_, i) =>
      ayesha.draft(rooms[i % rooms.length] as string, `r${round} ${i}`),
    );
    const sending = (async () => {
      for (const draft of drafts) {
        ayesha.send(draft);
        if (Math.random() < 0.3) await Bun.sleep(1);
      }
      await ayesha.ack(idIn(drafts.at(-1) as Uint8Array));
    })();
    await bilal.connect();
    await sending;
    await bilal.frame(
      () => (drafts.every((draft) => bilal.records.some((record) => idIn(record) === idIn(draft))) ? true : undefined),
      "all drafts",
    );
    await bilal.settled();
    const ids = bilal.records.map(idIn);
    expect(ids.length).toBe(new Set(ids).size);
  }
});

test("`outcome` tells of drafts and requests whose answer was lost (R19)", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  const draft = ayesha.draft(room, "lost ack");
  ayesha.send(draft);
  const ack = await ayesha.ack(idIn(draft));
  ayesha.frames.length = 0;
  const unknown = mintId(Date.now());
  ayesha.say({ t: "outcome", ids: [idIn(draft), unknown] });
  expect(await ayesha.ack(idIn(draft))).toEqual(ack);
  expect((await ayesha.json("error", ({ id }) => id === unknown)).error.code).toBe("wait");
});

test("people are found and looked up", async () => {
  const ayesha = await node.client("Zulfiqar Baloch");
  const ref = ayesha.nextRef();
  ayesha.say({ t: "find", ref, text: "zulfiqar" });
  expect((await ayesha.json("people", (message) => message.ref === ref)).people[0]?.id).toBe(ayesha.person.id);
});
