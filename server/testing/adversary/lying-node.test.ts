import { afterEach, expect, spyOn, test } from "bun:test";
import { DOWN, type Down } from "#protocol/down";
import { acksFrame, downFrame, pageFrame, recordsFrame } from "#protocol/frame";
import { mintId } from "#protocol/ids";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import { stampOf } from "#protocol/stamp";
import { type HeadlessClient, openClient } from "../../../web/client/index.ts";
import { ROOM, StubNode } from "../../../web/net/testing/stub-node.ts";
import { PATIENCE_MS } from "../until.ts";

const [IS, PB] = ["is-000000001", "pb-000000002"];
const AT = stampOf(Date.UTC(2026, 0, 5, 9));
const OTHER = "b".repeat(32);
let node: StubNode;
let client: HeadlessClient;
afterEach(async () => {
  await client.close();
  await node.stop();
});

async function begin(): Promise<void> {
  node = new StubNode("is").start();
  client = await openClient({ node: node.url, code: "ABCD" });
  await client.settled();
}
const utter = (frame: Uint8Array): void => {
  for (const socket of node.sockets) socket.send(frame);
};
const message = (text: string, origin: string, n: number, at: number, id = mintId(at), body?: unknown): Uint8Array =>
  encodeRecord({
    id,
    room: ROOM,
    sender: OTHER,
    device: OTHER,
    kind: body === undefined ? KIND.message : KIND.control,
    scheme: body === undefined ? SCHEME.clear : SCHEME.control,
    body: new TextEncoder().encode(JSON.stringify(body === undefined ? { text } : body)),
    origin,
    n,
    stamp: AT + at,
  });
const events = (...records: Uint8Array[]) => utter(recordsFrame(DOWN.events, records));
async function shown(least: number): Promise<string[]> {
  const timeline = client.open(ROOM);
  for (const until = Date.now() + PATIENCE_MS; timeline.items.value.length < least && Date.now() < until; )
    await Bun.sleep(5);
  await Bun.sleep(50);
  return timeline.items.value.map(({ content }) => (content.kind === "text" ? content.text : content.kind));
}

test("events out of order, doubled, and one id under two origins are shown once, at one place", async () => {
  await begin();
  const twin = mintId(7);
  const all = [
    message("one", IS, 1, 10),
    message("twice", PB, 1, 20, twin),
    message("two", IS, 2, 30),
    message("twice", IS, 3, 40, twin),
    message("three", PB, 2, 50),
  ];
  const [one, early, two, late, three] = all as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  events(late, two);
  events(one, one);
  events(three);
  events(early, late);
  utter(pageFrame({ room: ROOM, more: false, gap: false }, [...all].reverse()));
  events(...all);
  expect(await shown(4)).toEqual(["one", "twice", "two", "three"]);
});

test("nonsense is passed over, and what follows it is shown", async () => {
  await begin();
  // The client complains of each frame that it cannot read, as it should.
  const complaints = spyOn(console, "error").mockImplementation(() => {});
  const lies: unknown[] = [
    { t: "left", room: mintId(1) },
    { t: "marks", marks: [{ room: mintId(1), holder: OTHER, kind: "r", origin: IS, n: 2 ** 53 - 1 }] },
    { t: "marks", marks: null },
    { t: "marks", marks: [null] },
    { t: "detail", ref: 99, room: mintId(1), members: [], marks: [] },
    { t: "control", id: mintId(1), state: "refused" },
    { t: "error", id: mintId(1), error: { code: "forbidden", message: "no" } },
    { t: "error", error: null },
    { t: "room", room: null },
    { t: "typing", room: "__proto__", person: "__proto__", on: true },
    { t: "presence", online: null, offline: [null] },
    { t: "people", ref: 77, people: [] },
    { t: "welcome" },
    { t: "__proto__" },
    null,
  ];
  for (const lie of lies) utter(downFrame(lie as Down));
  utter(acksFrame([{ id: mintId(3), origin: IS, n: 9, stamp: AT }]));
  utter(pageFrame({ room: mintId(2), more: true, gap: true }, []));
  for (const bytes of [[], [0], [66, 1], [67, 1], [68, 255, 255], [65, 123]]) utter(Uint8Array.from(bytes));
  events(message("after it all", IS, 1, 10));
  expect(await shown(1)).toEqual(["after it all"]);
  const id = client.send(ROOM, "still here");
  for (const until = Date.now() + PATIENCE_MS; client.outbox.value > 0 && Date.now() < until; ) await Bun.sleep(5);
  expect(node.drafts).toContain(id);
  expect(complaints).toHaveBeenCalled();
  complaints.mockRestore();
});

test("a change that is none is unknown, and never words without a subject", async () => {
  await begin();
  const bodies = [{}, null, { change: null }, { change: { op: "add" } }, { change: { op: "remove", members: [{}] } }];
  const more = [{ change: { op: "rename" } }, { change: { op: "role", person: 5 } }, { change: { op: "dance" } }];
  const named = { change: { op: "rename", name: "New" } };
  const all = [...bodies, ...more, named].map((body, i) => message("", IS, i + 1, i, mintId(i), body));
  events(...all);
  expect(await shown(all.length)).toEqual([...Array(all.length - 1).fill("unknown"), "change"]);
});
