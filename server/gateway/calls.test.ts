import { afterAll, beforeAll, expect, test } from "bun:test";
import type { CallAct, CallAnswer } from "#protocol/call";
import { encodeClear } from "#protocol/clear";
import { CLOSE } from "#protocol/close";
import { mintId } from "#protocol/ids";
import { AT, idIn, KIND } from "#protocol/record";
import { verifyNow } from "../auth/verify.ts";
import { evidenceIn, membershipIn, noPeers } from "../conference/around.ts";
import { type Conference, openConference } from "../conference/conference.ts";
import { simplePlacement } from "../conference/deciding.ts";
import { CascadeTrunks } from "../conference/trunks.ts";
import { FakeGateway } from "../testing/fake-gateway.ts";
import type { CallReply } from "./client-under-test.ts";
import { NodeUnderTest } from "./node-under-test.ts";

const JOINING = { key: { spki: "AAAA", agree: "BBBB", proof: "CCCC" }, on: ["mic" as const] };

let node: NodeUnderTest;
let conference: Conference;
const gateway = new FakeGateway("is");
beforeAll(() => {
  node = new NodeUnderTest({
    calls: ({ store, now }) => {
      conference = openConference({
        ...{ province: "is", gateway, gateways: () => undefined, placement: simplePlacement, peers: noPeers, now },
        trunks: new CascadeTrunks({
          ...{ province: "is", peers: noPeers, now },
          gateways: () => gateway,
          hostOf: () => undefined,
        }),
        members: membershipIn(store),
        evidence: evidenceIn(store, verifyNow, false),
        sign: () => "signed",
        mintSeat: () => Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex"),
        ice: () => [{ urls: ["stun:127.0.0.1"] }],
        count: () => {},
        log: () => {},
      });
      return conference;
    },
  });
});
afterAll(async () => {
  expect(node.errors).toEqual([]);
  conference.stop();
  await node.stop();
});

const begin = (id = mintId(Date.now())): CallAct => ({
  do: "begin",
  id,
  kind: "call",
  media: "audio",
  lobby: false,
  seat: JOINING,
});

const seatOf = (answer: CallReply): string => (answer as { answer: CallAnswer & { is: "seated" } }).answer.seat;
const codeOf = (answer: CallReply): string => (answer.t === "error" ? answer.error.code : "");

test("a call goes from socket to socket: rung, joined, published, over, noted", async () => {
  const [ayesha, bilal] = [await node.client("Ayesha"), await node.client("Bilal")];
  const room = await ayesha.direct(bilal);
  const id = mintId(Date.now());
  const seated = await ayesha.act(room, begin(id));
  expect(seated).toMatchObject({ t: "called", answer: { is: "seated", life: 1, ice: [{ urls: ["stun:127.0.0.1"] }] } });
  const rung = await bilal.json("call", ({ head }) => head !== null);
  expect(rung.head).toMatchObject({ id, room, ringing: [bilal.person.id], by: ayesha.person.id });
  await bilal.act(room, { do: "join", seat: JOINING });
  const { seats } = await bilal.json("seats", ({ full }) => full);
  expect(seats.map(({ person }) => person).sort()).toEqual([ayesha.person.id, bilal.person.id].sort());
  const published = await ayesha.act(room, {
    do: "publish",
    life: 1,
    sdp: "v=0",
    tracks: [{ mid: "0", track: "mic" }],
  });
  expect(published).toMatchObject({ answer: { is: "published", sdp: "v=0 answer" } });
  gateway.mediaUp(seatOf(seated));
  await bilal.json("seats", ({ seats: changed }) => changed.some((seat) => seat.sends.includes("mic")));
  await ayesha.act(room, { do: "leave" });
  await bilal.json("news", ({ news }) => news.is === "over");
  await bilal.json("call", ({ head }) => head === null);
  // One of the two is asked, whichever is there.
  const { news } = await bilal.json("news", (message) => message.news.is === "note");
  expect(news).toMatchObject({ note: { of: id, people: [{}, {}] } });
});

test("who is no member is refused as where there is no room and no call, and hears nothing", async () => {
  const [ayesha, bilal, mallory] = [await node.client(), await node.client(), await node.client("Mallory")];
  const room = await ayesha.group(bilal);
  await ayesha.act(room, begin());
  const seen: unknown[] = [];
  for (const where of [room, await ayesha.direct(bilal), mintId(Date.now())])
    for (const act of [begin(), { do: "join", seat: JOINING }, { do: "end" }, { do: "decline", why: "busy" }]) {
      const answer = await mallory.act(where, act);
      expect(codeOf(answer)).toBe("forbidden");
      seen.push({ ...answer, ref: 0 });
    }
  expect(new Set(seen.map((answer) => JSON.stringify(answer))).size).toBe(1);
  await mallory.settled();
  expect(mallory.frames.some((frame) => new TextDecoder().decode(frame).includes(`"t":"call"`))).toBe(false);
});

test("the calls that are on are told after welcome; a lost socket's seat is kept and resumed", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  await ayesha.act(room, begin());
  const seat = seatOf(await bilal.act(room, { do: "join", seat: JOINING }));
  bilal.socket.close();
  await ayesha.json("seats", ({ seats }) => seats.some(({ id, state }) => id === seat && state === "away"));
  await bilal.connect();
  await bilal.json("call", ({ head }) => head?.room === room && head.size === 2);
  expect(seatOf(await bilal.act(room, { do: "resume", seat }))).toBe(seat);
  await ayesha.json("seats", ({ seats }) => seats.some(({ id, state }) => id === seat && state === "in"));
});

test("a device that is removed is out of its call at once", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  await ayesha.act(room, begin());
  const seat = seatOf(await bilal.act(room, { do: "join", seat: JOINING }));
  await ayesha.json("seats", ({ seats }) => seats.some(({ id }) => id === seat));
  await node.services.enrolment.revoke(bilal.device);
  await ayesha.json("seats", ({ gone }) => gone.includes(seat));
});

test("malformed acts change nothing, are told, and end the socket in the end", async () => {
  const client = await node.client();
  const room = await client.group();
  const bad: unknown[] = [
    null,
    {},
    { do: "dance" },
    { ...begin(), id: "x" },
    { ...begin(), seat: { ...JOINING, on: ["mic", "mic"] } },
    { ...begin(), seat: { ...JOINING, key: { spki: "A".repeat(600), agree: "B", proof: "C" } } },
    { do: "publish", life: 1, sdp: `v=0${"x".repeat(129 * 1024)}`, tracks: [] },
    {
      do: "want",
      life: 1,
      feeds: Array.from({ length: 65 }, (_, i) => ({ seat: `${i}`.padStart(16, "0"), track: "mic" })),
    },
    { do: "react", sign: "<script>" },
  ];
  for (const act of bad) client.say({ t: "call", ref: 1, room, act });
  await client.settled();
  expect(client.frames.filter((frame) => new TextDecoder().decode(frame).includes('"fix"'))).toHaveLength(bad.length);
  client.say({ t: "call", ref: 1, room, act: { do: "network", level: 9 } });
  expect((await client.closed).code).toBe(CLOSE.fix);
  expect(conference.status().calls).toBeGreaterThanOrEqual(0);
});

test("a flood of signalling is told to wait, then closed; another's call goes on", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  await ayesha.act(room, begin());
  await bilal.act(room, { do: "join", seat: JOINING });
  for (let i = 0; i < 290; i++) bilal.say({ t: "call", ref: 1000 + i, room, act: { do: "hand", up: i % 2 === 0 } });
  const wait = await bilal.json("error", ({ error }) => error.code === "wait");
  expect(wait.error.retryAfter).toBeGreaterThan(0);
  expect((await bilal.closed).code).toBe(CLOSE.wait);
  expect(codeOf(await ayesha.act(room, { do: "hand", up: true }))).toBe("");
});

test("a note is stored, brought to the others and counted as unread by nobody", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  const note = { of: mintId(1), began: 1, ended: 2, people: [], declined: [] };
  const record = ayesha.draft(room, "", mintId(Date.now()), encodeClear({ text: "Call", note }));
  record[AT.kind] = KIND.note;
  const unread = node.services.reading.summary(bilal.person.id, room).unread;
  ayesha.send(record);
  const ack = await ayesha.ack(idIn(record));
  await bilal.frame(() => bilal.records.find((one) => idIn(one) === idIn(record)), "note");
  expect(node.services.reading.summary(bilal.person.id, room).unread).toBe(unread);
  await ayesha.settled();
  expect(ayesha.records.some((one) => idIn(one) === idIn(record))).toBe(false);
  // Two that are asked write one: the same id gets the first ack again.
  ayesha.send(record.slice());
  await ayesha.settled();
  expect((await ayesha.ack(idIn(record))).n).toBe(ack.n);
  const message = ayesha.draft(room, "a message counts");
  ayesha.send(message);
  await bilal.frame(() => bilal.records.find((one) => idIn(one) === idIn(message)), "message");
  expect(node.services.reading.summary(bilal.person.id, room).unread).toBe(unread + 1);
});

test("a node that makes no calls says so", async () => {
  const mute = new NodeUnderTest();
  const client = await mute.client();
  const room = await client.group();
  expect(codeOf(await client.act(room, begin()))).toBe("fix");
  await mute.stop();
});
