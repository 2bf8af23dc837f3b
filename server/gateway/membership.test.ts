import { expect, test } from "bun:test";
import { DOWN } from "#protocol/down";
import { readPage } from "#protocol/frame";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import { decodeRecord, encodeRecord, idIn, stampRecord } from "#protocol/record";
import { stampOf } from "#protocol/stamp";
import { nodeForFile } from "./whole-file.ts";

const node = nodeForFile();

const text = (record: Uint8Array) => new TextDecoder().decode(decodeRecord(record).body);

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

test("a change in a large room reaches everybody who is there (R16)", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const crowd = await Promise.all(Array.from({ length: 60 }, () => node.person("Crowd")));
  const room = mintId(Date.now());
  const members = [bilal.person.id, ...crowd.map(({ id }) => id)];
  await ayesha.control(room, { op: "create", kind: "channel", name: "All staff", history: "all", members });
  expect((await ayesha.control(room, { op: "rename", name: "Everybody" }, 1)).state).toBe("done");
  const summary = await bilal.json("room", (message) => message.room.name === "Everybody");
  expect(summary.room.size).toBe(62);
  expect(summary.room.members.map(({ person }) => person)).toEqual([bilal.person.id]);
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

test("in a group of more than 12 presence is nobody's news (R22)", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const quiet = await Promise.all(Array.from({ length: 11 }, () => node.person()));
  const members = [bilal.person.id, ...quiet.map(({ id }) => id)];
  await ayesha.control(mintId(Date.now()), { op: "create", kind: "group", name: "Wing", history: "all", members });
  bilal.socket.close();
  await bilal.connect();
  // Whoever comes after him and may be seen is: by then it would have been said of him too.
  const sana = await node.client();
  await sana.direct(ayesha);
  await ayesha.json("presence", ({ online }) => online.includes(sana.person.id));
  const told = ayesha.frames
    .map((frame) => new TextDecoder().decode(frame))
    .filter((said) => said.includes('"presence"'));
  expect(told.length).toBeGreaterThan(0);
  expect(told.some((said) => said.includes(bilal.person.id))).toBe(false);
});
