import { expect, test } from "bun:test";
import { connect } from "node:net";
import { CLOSE } from "#protocol/close";
import { upFrame } from "#protocol/frame";
import { mintId } from "#protocol/ids";
import { idIn } from "#protocol/record";
import { ClientUnderTest } from "./client-under-test.ts";
import { nodeForFile } from "./whole-file.ts";

const node = nodeForFile();

test("a flood of requests ends the socket, and no other one notices (R25)", async () => {
  const [flood, calm] = [await node.client(), await node.client()];
  for (let i = 0; i < 2000; i++) flood.say({ t: "find", ref: i, text: "a" });
  expect((await flood.closed).code).toBe(CLOSE.wait);
  await calm.settled();
});

test("drafts beyond the rate are refused with `wait` and a time, and taken later (R25)", async () => {
  const ayesha = await node.client();
  const room = await ayesha.group(await node.client());
  const drafts = Array.from({ length: 4000 }, () => ayesha.draft(room, "x"));
  for (let at = 0; at < drafts.length; at += 500) ayesha.send(...drafts.slice(at, at + 500));
  const refused = await ayesha.json("error", ({ error }) => error.code === "wait");
  expect(refused.error.retryAfter).toBeGreaterThan(0);
  expect(drafts.map(idIn)).toContain(refused.id as string);
});

test("who stops reading is cut off, the node's memory stays, and others go on (R26)", async () => {
  const [ayesha, calm] = [await node.client(), await node.client()];
  const stalled = await ClientUnderTest.enrol(node, await node.person());
  await stalled.connect();
  const room = await ayesha.room("group", "all", [stalled, calm]);
  const url = new URL(node.url);
  const ticket = await stalled.ticket();
  stalled.socket.close();
  await stalled.closed;
  const raw = connect(Number(url.port), url.hostname);
  raw.write(
    `GET /v1/socket?ticket=${ticket} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  );
  await new Promise((resolve) => raw.once("data", resolve));
  raw.write(maskedFrame(upFrame({ t: "hello", version: 1, capabilities: [], app: "raw", have: {} })));
  await Bun.sleep(50);
  raw.pause();
  const here = () => node.gateway.hub.audience.of(stalled.person.id).length;
  expect(here()).toBe(1);
  const body = new Uint8Array(30_000).fill(65);
  for (let i = 0; i < 600 && here() > 0; i++) {
    const draft = ayesha.draft(room, "", mintId(Date.now()), body);
    ayesha.send(draft);
    await ayesha.ack(idIn(draft));
    ayesha.frames.length = 0;
    calm.frames.length = 0;
  }
  expect(here()).toBe(0);
  const last = ayesha.draft(room, "still here");
  ayesha.send(last);
  await calm.frame(() => calm.records.find((record) => idIn(record) === idIn(last)), "the last one");
  let tail = Buffer.alloc(0);
  raw.on("data", (data: Buffer) => {
    tail = Buffer.concat([tail.subarray(-200), data]);
  });
  raw.resume();
  await new Promise((resolve) => raw.once("close", resolve));
  // The last frame tells the client what to do: a close (0x88) with code 4408.
  const close = tail.indexOf(Buffer.from([0x11, 0x38]), tail.length - 130);
  expect(tail[close - 2]).toBe(0x88);
});

test("a half-open connection that never upgrades holds nothing", async () => {
  const url = new URL(node.url);
  const raws = Array.from({ length: 50 }, () => connect(Number(url.port), url.hostname));
  for (const raw of raws) raw.write("GET /v1/socket?ticket=x HTTP/1.1\r\nHost: x\r\n");
  const other = await node.client();
  await other.settled();
  for (const raw of raws) raw.destroy();
});

function maskedFrame(payload: Uint8Array): Uint8Array {
  const frame = new Uint8Array(6 + payload.length);
  frame[0] = 0x82;
  frame[1] = 0x80 | payload.length;
  frame.set(payload, 6);
  return frame;
}
