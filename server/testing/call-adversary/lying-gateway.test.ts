import { afterEach, beforeEach, expect, test } from "bun:test";
import type { CallId, SeatId } from "#protocol/call";
import type { GatewaySeat, SeatEvent } from "../../conference/ports.ts";
import { RemoteGateway } from "../../conference/remote-gateway.ts";
import { MemoryPeers } from "../memory-peers.ts";
import { until } from "../until.ts";

const CALL: CallId = "c".repeat(32);
const ALI: SeatId = "a".repeat(16);

/** Punjab's seat on the gateway of a province that answers what it likes. */
let remote: RemoteGateway;
let seat: GatewaySeat;
let answers: Record<string, unknown>;
let heard: SeatEvent[];
let tell: (told: unknown) => void;
const failures: unknown[] = [];
const failed = (error: unknown) => void failures.push(error);

beforeEach(async () => {
  const peers = new MemoryPeers(["ba", "pb"]);
  const liar = peers.of("ba");
  let session = "";
  let from = 1;
  answers = {};
  heard = [];
  failures.length = 0;
  process.on("uncaughtException", failed);
  process.on("unhandledRejection", failed);
  const send = (body: unknown) => liar.send("pb", { t: "call", is: "gateway", body });
  tell = (told) => send({ is: "told", session, from: from++, told: [told] });
  liar.listen((_, message) => {
    const { body } = message as { body: { is: string; session: string; n: number; ask: { do: string } } };
    if (body.is !== "ask") return;
    session = body.session;
    tell({ is: "done", to: body.n, value: answers[body.ask.do] ?? null });
  });
  remote = new RemoteGateway({ province: "ba", peers: peers.of("pb"), now: Date.now });
  remote.start(false);
  send({ is: "state", node: "n", n: 1, state: { at: "up", life: 1 }, freed: null });
  await until(() => remote.state().at === "up", "it is up");
  seat = await remote.seat(CALL, ALI, 1, (event) => heard.push(event));
});
afterEach(() => {
  remote.stop();
  process.off("uncaughtException", failed);
  process.off("unhandledRejection", failed);
});

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "",
    (error) => (error as { code?: string }).code ?? String(error),
  );
const TRACKS = [{ mid: "0", track: "mic" as const }];
const stream = { mid: "0", track: "mic", detail: {} };
const feed = { seat: ALI, life: 1, streams: [stream] };

test("an answer as it should be is taken", async () => {
  answers = { publish: { sdp: "v=0", feed }, want: { sdp: "v=0", feeds: [] } };
  expect(await codeOf(seat.publish("v=0", TRACKS))).toBe("");
  expect(await codeOf(seat.want([]))).toBe("");
});

test("a feed of another seat, of more than was published, or none at all is refused", async () => {
  const many = Array.from({ length: 10_000 }, (_, n) => ({ ...stream, mid: `${n}` }));
  const bad = [
    null,
    {},
    { sdp: 7, feed },
    { sdp: "x".repeat(2_000_000), feed },
    { sdp: "v=0", feed: null },
    { sdp: "v=0", feed: { ...feed, seat: "b".repeat(16) } },
    { sdp: "v=0", feed: { ...feed, life: 9 } },
    { sdp: "v=0", feed: { ...feed, streams: many } },
    { sdp: "v=0", feed: { ...feed, streams: [stream, { ...stream, mid: "1", track: "camera" }] } },
  ];
  for (const one of bad) {
    answers.publish = one;
    expect(await codeOf(seat.publish("v=0", TRACKS))).toBe("wait");
  }
});

test("offers, figures and ports that are none are refused", async () => {
  for (const one of [7, {}, { sdp: "v=0" }, { sdp: "v=0", feeds: [{ mid: "0", seat: "x", feedMid: "0" }] }]) {
    answers.want = one;
    expect(await codeOf(seat.want([{ seat: "b".repeat(16), life: 1, mid: "0" }]))).toBe("wait");
  }
  for (const one of [7, [[ALI, { lossIn: "x" }]], [["x", null]]]) {
    answers.stats = one;
    expect(await codeOf(remote.stats())).toBe("wait");
  }
  answers.accept = { port: 22, rtcpPort: 23 };
  expect(await codeOf(remote.accept(CALL, feed as never))).toBe("wait");
});

test("events that are none are passed over, and nothing is thrown where nobody catches it", async () => {
  const name = { is: "event", call: CALL, seat: ALI, life: 1 };
  for (const event of [
    { is: "offer" },
    { is: "offer", offer: {} },
    { is: "speaking", on: 7 },
    { is: "media" },
    { is: "x" },
  ])
    tell({ ...name, event });
  tell({ ...name, event: { is: "speaking", on: true } });
  await Bun.sleep(50);
  expect(heard).toEqual([{ is: "speaking", on: true }]);
  expect(failures).toEqual([]);
});
