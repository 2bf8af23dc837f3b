import { afterAll, beforeAll, expect, test } from "bun:test";
import type { CallAct, CallAnswer } from "#protocol/call";
import { mintId } from "#protocol/ids";
import { verifyNow } from "../../auth/verify.ts";
import { evidenceIn, membershipIn, noPeers } from "../../conference/around.ts";
import { type Conference, openConference } from "../../conference/conference.ts";
import { simplePlacement } from "../../conference/deciding.ts";
import { CascadeTrunks } from "../../conference/trunks.ts";
import { iceServers } from "../../conference/turn.ts";
import type { CallReply, ClientUnderTest } from "../../gateway/client-under-test.ts";
import { NodeUnderTest } from "../../gateway/node-under-test.ts";
import { FakeGateway } from "../fake-gateway.ts";

// Calls at a real door over a real store: sockets that flood, pour, vanish, and devices and members that are removed.

const SECRET = "the-secret-of-the-relays-of-this-province";
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
        ice: () => iceServers({ urls: ["turn:127.0.0.1:3478"], secret: SECRET }, now()),
        count: () => {},
        log: (level, event, fields) => void node.logged.push({ level, event, fields }),
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

const begin = (): CallAct => ({
  ...{ do: "begin", id: mintId(Date.now()), kind: "call", media: "audio", lobby: false },
  seat: JOINING,
});
const seatOf = (answer: CallReply): string => (answer as { answer: CallAnswer & { is: "seated" } }).answer.seat;
const publish = { do: "publish", life: 1, sdp: "v=0", tracks: [{ mid: "0", track: "mic" }] };
const textOf = ({ frames }: ClientUnderTest): string =>
  frames.map((frame) => new TextDecoder().decode(frame)).join("\n");

test("a device that is removed while its socket is lost does not keep its media", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  await ayesha.act(room, begin());
  const seat = seatOf(await bilal.act(room, { do: "join", seat: JOINING }));
  await bilal.act(room, publish);
  gateway.mediaUp(seat);
  bilal.socket.close();
  await ayesha.json("seats", ({ seats }) => seats.some(({ id, state }) => id === seat && state === "away"));
  await node.services.enrolment.revoke(bilal.device);
  await ayesha.json("seats", ({ gone }) => gone.includes(seat));
  expect(gateway.sends(seat)).toBe(false);
});

test("a member who is removed from the room is out of the call, and its media with it", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  await ayesha.act(room, begin());
  const seat = seatOf(await bilal.act(room, { do: "join", seat: JOINING }));
  await bilal.act(room, publish);
  gateway.mediaUp(seat);
  const cseq = node.store.room(room)?.cseq;
  const done = await ayesha.control(room, { op: "remove", members: [bilal.person.id] }, cseq);
  expect(done.state).toBe("done");
  await bilal.json("news", ({ news }) => news.is === "over" && news.why === "removed");
  expect(gateway.sends(seat)).toBe(false);
  const before = bilal.frames.length;
  await ayesha.act(room, { do: "hand", up: true });
  await Bun.sleep(200);
  const later = bilal.frames.slice(before).map((frame) => new TextDecoder().decode(frame));
  expect(later.filter((text) => /"t":"(seats|news|call)"/.test(text))).toEqual([]);
});

test("who waits in the lobby is sent no seat but its own, no keys, signs, voices or offers", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  const host = seatOf(await ayesha.act(room, { ...begin(), lobby: true, kind: "conference" }));
  const guest = seatOf(await bilal.act(room, { do: "join", seat: JOINING }));
  await ayesha.act(room, publish);
  gateway.mediaUp(host);
  gateway.speak(host, true);
  await ayesha.act(room, { do: "react", sign: "👍" });
  await ayesha.act(room, { do: "keys", epoch: 1, boxes: [{ seat: guest, box: "AAAA" }] });
  const feeds = [{ seat: host, track: "mic" }];
  for (const act of [
    { do: "want", life: 1, feeds },
    publish,
    { do: "keys", epoch: 1, boxes: [] },
    { do: "react", sign: "👍" },
  ])
    expect(await bilal.act(room, act)).toMatchObject({ error: { code: "forbidden" } });
  await Bun.sleep(400);
  expect(textOf(bilal)).not.toContain(host);
  expect(textOf(bilal)).not.toContain('"t":"news"');
});

test("one socket's flood keeps nobody's answers back", async () => {
  const people = await Promise.all(Array.from({ length: 6 }, () => node.client()));
  const [ayesha, ...flooders] = people as [ClientUnderTest, ...ClientUnderTest[]];
  const room = await ayesha.group(...flooders);
  await ayesha.act(room, begin());
  for (const one of flooders) await one.act(room, { do: "join", seat: JOINING });
  const sdp = `v=0${"x".repeat(100_000)}`;
  const flooding = setInterval(() => {
    for (const one of flooders)
      if (one.socket.readyState === WebSocket.OPEN)
        for (let n = 0; n < 4; n++) one.say({ t: "call", ref: 9_000 + n, room, act: { ...publish, sdp } });
  }, 20);
  for (let n = 0; n < 30; n++) {
    expect(await ayesha.act(room, { do: "hand", up: n % 2 === 0 })).toMatchObject({ t: "called" });
    await Bun.sleep(20);
  }
  clearInterval(flooding);
});

test("keys poured over one seat, and ballast beside what is asked, are refused or left behind", async () => {
  const [ayesha, bilal] = [await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  await ayesha.act(room, begin());
  const junk = "x".repeat(60_000);
  const seat = { ...JOINING, junk, key: { ...JOINING.key, junk } };
  const guest = seatOf(await bilal.act(room, { do: "join", seat }));
  ayesha.say({
    ...{ t: "call", ref: 77, room },
    act: { do: "keys", epoch: 1, boxes: Array.from({ length: 200 }, () => ({ seat: guest, box: "AAAA" })) },
  });
  await ayesha.json("error", ({ error }) => error.code === "fix");
  await Bun.sleep(150);
  expect(textOf(bilal)).not.toContain('"is":"keys"');
  expect(textOf(ayesha)).not.toContain(junk);
});

test("sockets that are lost between any two steps leave nothing behind", async () => {
  const ayesha = await node.client();
  const steps = [begin(), publish, { do: "want", life: 1, feeds: [] }, { do: "tracks", on: ["mic"] }, { do: "leave" }];
  for (let cut = 1; cut <= steps.length; cut++) {
    const bilal = await node.client();
    const room = await bilal.group(ayesha);
    for (const act of steps.slice(0, cut))
      bilal.say({ t: "call", ref: bilal.nextRef(), room, act, orders: await bilal.orders(room, act as CallAct) });
    bilal.socket.close();
  }
  await Bun.sleep(300);
  const { seated } = conference as unknown as { seated: Map<unknown, unknown> };
  for (const who of seated.keys()) expect((who as { socket?: unknown }).socket).toBeDefined();
});

test("the relays' secret is told to nobody and is in no line of the log", async () => {
  const ayesha = await node.client();
  const room = await ayesha.group();
  const seated = await ayesha.act(room, begin());
  const { ice } = (seated as { answer: CallAnswer & { is: "seated" } }).answer;
  expect(ice[0]?.credential).toBeString();
  expect(textOf(ayesha)).not.toContain(SECRET);
  const logged = JSON.stringify(node.logged);
  expect(logged).not.toContain(SECRET);
  expect(logged).not.toContain(ice[0]?.credential as string);
  expect(logged).not.toContain("v=0");
});
