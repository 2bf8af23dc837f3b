import { afterAll, beforeAll, expect, test } from "bun:test";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import { decodeRecord, encodeRecord, idIn, KIND, stampRecord } from "#protocol/record";
import { stampOf } from "#protocol/stamp";
import { DOWN } from "#protocol/down";
import { readPage } from "#protocol/frame";
import { ClientUnderTest } from "./client-under-test.ts";
import { NodeUnderTest } from "./node-under-test.ts";

let node: NodeUnderTest;
beforeAll(() => {
  node = new NodeUnderTest();
});
afterAll(async () => {
  expect(node.errors).toEqual([]);
  await node.stop();
});

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
}, 20_000);

test("a new member gets the room and its page; one who is removed is told and gets no more (R16, R17)", async () => {
  const [ayesha, bilal, sana] = [await node.client(), await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  ayesha.send(ayesha.draft(room, "before"));
  const { cseq } = (await ayesha.json("room", (message) => message.room.id === room)).room;
  expect((await ayesha.control(room, { op: "add", members: [sana.person.id] }, cseq)).state).toBe("done");
  await sana.json("room", (message) => message.room.id === room);
  await sana.frame(() => (sana.records.map(text).includes("before") ? true : undefined), "the page");
  await sana.settled();
  expect(new Set(sana.records.map(idIn)).size).toBe(sana.records.length);
  expect((await ayesha.control(room, { op: "remove", members: [bilal.person.id] }, cseq + 1)).state).toBe("done");
  await bilal.json("left", (message) => message.room === room);
  const after = ayesha.draft(room, "after");
  ayesha.send(after);
  await sana.frame(() => sana.records.find((record) => idIn(record) === idIn(after)), "the event");
  await bilal.settled();
  expect(bilal.records.map(idIn)).not.toContain(idIn(after));
});

test("under policy `joined` what was before never reaches a new member (R18)", async () => {
  const [ayesha, sana] = [await node.client(), await node.client()];
  const room = await ayesha.room("group", "joined", []);
  const secret = ayesha.draft(room, "before");
  ayesha.send(secret);
  await ayesha.ack(idIn(secret));
  await ayesha.control(room, { op: "add", members: [sana.person.id] }, 1);
  await sana.json("room", (message) => message.room.id === room);
  const ref = sana.nextRef();
  sana.say({ t: "page", ref, room, before: {}, limit: 50 });
  await sana.frame((frame) => (frame[0] === DOWN.page && readPage(frame)?.head.ref === ref ? true : undefined), "page");
  sana.socket.close();
  await sana.closed;
  const before = sana.records;
  await sana.connect();
  expect([...before, ...sana.records].map(text)).not.toContain("before");
});

test("an event that arrives late from elsewhere is kept from those who joined after it was written (R18)", async () => {
  const [ayesha, sana] = [await node.client(), await node.client()];
  const far = await node.person("Far", "pb");
  await node.store.write(DIRECTORY_ROOM, (tx) => tx.putPerson(far));
  const room = await ayesha.room("group", "joined", []);
  await ayesha.control(room, { op: "add", members: [far.id] }, 1);
  await Bun.sleep(3);
  const late = encodeRecord({ ...decodeRecord(ayesha.draft(room, "late")), sender: far.id, device: far.id });
  stampRecord(late, "pb-000000001", 1, stampOf(Date.now()));
  await Bun.sleep(3);
  await ayesha.control(room, { op: "add", members: [sana.person.id] }, 2);
  await sana.json("room", (message) => message.room.id === room);
  await node.store.write(room, (tx) => tx.apply(late));
  await ayesha.frame(() => ayesha.records.find((record) => idIn(record) === idIn(late)), "the late event");
  await sana.settled();
  expect(sana.records.map(idIn)).not.toContain(idIn(late));
});

test("marks reach the others of the room, and one's own other devices (R20, R21)", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.direct(bilal);
  const draft = ayesha.draft(room, "read me");
  ayesha.send(draft);
  const { origin, n } = await ayesha.ack(idIn(draft));
  bilal.say({ t: "delivered", rooms: { [room]: { [origin]: n } } });
  await ayesha.json("marks", ({ marks }) =>
    marks.some((m) => m.kind === "d" && m.holder === bilal.person.id && m.n === n),
  );
  bilal.say({ t: "read", room, upto: { [origin]: n + 1000 } });
  await ayesha.json("marks", ({ marks }) =>
    marks.some((m) => m.kind === "r" && m.holder === bilal.person.id && m.n === n),
  );
});

test("in a channel others' marks are nobody's news (R21)", async () => {
  const [ayesha, bilal, sana] = [await node.client(), await node.client(), await node.client()];
  const room = await ayesha.room("channel", "all", [bilal, sana]);
  const draft = ayesha.draft(room, "notice");
  ayesha.send(draft);
  const { origin, n } = await ayesha.ack(idIn(draft));
  bilal.say({ t: "read", room, upto: { [origin]: n } });
  await bilal.json("marks", ({ marks }) => marks.some((m) => m.kind === "r"));
  await Bun.sleep(80);
  for (const other of [ayesha, sana]) {
    await other.settled();
    const holders = other.frames
      .filter((frame) => frame[0] === DOWN.json)
      .map((frame) => JSON.parse(new TextDecoder().decode(frame.subarray(1))))
      .filter((message) => message.t === "marks")
      .flatMap((message) => message.marks.map((m: { holder: string }) => m.holder));
    expect(holders).not.toContain(bilal.person.id);
  }
  bilal.send(bilal.draft(room, "may I"));
  expect((await bilal.json("error")).error.code).toBe("forbidden");
});

test("typing and presence reach those who share a room, and nobody else (R22, R23)", async () => {
  const [ayesha, bilal, stranger] = [await node.client(), await node.client(), await node.client()];
  const room = await ayesha.direct(bilal);
  ayesha.say({ t: "typing", room, on: true });
  expect(await bilal.json("typing")).toEqual({ t: "typing", room, person: ayesha.person.id, on: true });
  stranger.say({ t: "typing", room, on: true });
  await stranger.settled();
  await ayesha.json("presence", ({ online }) => online.includes(bilal.person.id));
  bilal.socket.close();
  await ayesha.json("presence", ({ offline }) => offline.includes(bilal.person.id));
  ayesha.frames.length = 0;
  await bilal.connect();
  await ayesha.json("presence", ({ online }) => online.includes(bilal.person.id));
  await bilal.json("presence", ({ online }) => online.includes(ayesha.person.id));
  const told = stranger.frames
    .filter((frame) => frame[0] === DOWN.json)
    .map((frame) => new TextDecoder().decode(frame));
  expect(told.filter((words) => words.includes("presence") || words.includes("typing"))).toEqual([]);
  expect(bilal.frames.some((frame) => new TextDecoder().decode(frame).includes(stranger.person.id))).toBe(false);
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
