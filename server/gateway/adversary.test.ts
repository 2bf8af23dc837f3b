import { expect, test } from "bun:test";
import { CLOSE } from "#protocol/close";
import { MAX_FRAME, upFrame } from "#protocol/frame";
import { mintId } from "#protocol/ids";
import { idIn } from "#protocol/record";
import { UP } from "#protocol/up";
import { ClientUnderTest } from "./client-under-test.ts";
import { NodeUnderTest } from "./node-under-test.ts";
import { nodeForFile } from "./whole-file.ts";

const node = nodeForFile();

const refusedOpen = (url: string, headers: Record<string, string> = {}) =>
  fetch(url.replace(/^ws/, "http"), {
    headers: {
      connection: "upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
      ...headers,
    },
  }).then(({ status }) => status);

test("a ticket opens one socket, within 30 seconds, and no other opens any (R5)", async () => {
  const client = await node.client();
  const url = `${node.url}/v1/socket?ticket=`;
  const ticket = await client.ticket();
  expect(await refusedOpen(url + ticket)).toBe(101);
  expect(await refusedOpen(url + ticket)).toBe(401);
  const late = await client.ticket();
  node.ahead += 31_000;
  expect(await refusedOpen(url + late)).toBe(401);
  node.ahead = 0;
  expect(await refusedOpen(`${url}abc`)).toBe(401);
  expect(await refusedOpen(`${node.url}/v1/socket`)).toBe(401);
});

test("a page of another site gets no socket, whatever its ticket (R6)", async () => {
  const client = await node.client();
  const url = async () => `${node.url}/v1/socket?ticket=${await client.ticket()}`;
  for (const origin of ["https://evil.example", "null", "https://pb.example.evil.example", "http://pb.example"])
    expect(await refusedOpen(await url(), { origin })).toBe(403);
  expect(await refusedOpen(await url(), { origin: "https://pb.example" })).toBe(101);
  expect(await refusedOpen(await url(), { origin: node.url })).toBe(101);
});

test("a revoked device is cut off at once and gets no ticket (R4)", async () => {
  const client = await node.client();
  const ticket = await client.ticket();
  await node.services.enrolment.revoke(client.device);
  expect((await client.closed).code).toBe(CLOSE.signIn);
  expect(await refusedOpen(`${node.url}/v1/socket?ticket=${ticket}`)).toBe(401);
  expect(await client.ticket()).toBeUndefined();
});

test("a text frame ends the socket (R1)", async () => {
  const client = await node.client();
  client.socket.send('{"t":"ping"}');
  expect((await client.closed).code).toBe(CLOSE.notBinary);
});

test("a frame beyond the limit ends the socket (R2)", async () => {
  const client = await node.client();
  client.socket.send(new Uint8Array(MAX_FRAME + 1));
  expect([1006, 1009]).toContain((await client.closed).code);
});

test("malformed frames are answered with `fix`, and end the socket when they go on (R3)", async () => {
  const client = await node.client();
  client.socket.send(new Uint8Array());
  client.socket.send(Uint8Array.of(99, 1, 2, 3));
  client.socket.send(Uint8Array.of(UP.json, 123));
  client.socket.send(upFrame({ t: "page", ref: 1, room: "x", before: {}, limit: 1 }));
  client.socket.send(Uint8Array.of(UP.send, 1, 2, 3));
  await client.json("error", ({ error }) => error.code === "fix");
  await client.settled();
  for (let i = 0; i < 10; i++) client.socket.send(Uint8Array.of(UP.json));
  expect((await client.closed).code).toBe(CLOSE.fix);
});

test("random bytes never bring a session to an error of its own (R3)", async () => {
  const client = await node.client();
  for (let round = 0; round < 60; round++) {
    if (client.socket.readyState !== WebSocket.OPEN) await client.connect();
    const bytes = crypto.getRandomValues(new Uint8Array(1 + ((round * 37) % 400)));
    if (round % 3 === 0) bytes[0] = UP.send;
    if (round % 3 === 1) bytes[0] = UP.json;
    client.socket.send(bytes);
    await Bun.sleep(1);
  }
  for (const value of [
    null,
    [],
    3,
    "x",
    { t: "__proto__" },
    { t: "hello" },
    { t: "read", room: mintId(1), upto: { "is-aaaaaaaaa": -1 } },
  ]) {
    if (client.socket.readyState !== WebSocket.OPEN) await client.connect();
    client.socket.send(upFrame(value as never));
  }
  const other = await node.client();
  await other.settled();
});

test("before hello there is nothing; a second hello is malformed; an old client is told to update (R7)", async () => {
  const client = await ClientUnderTest.enrol(node, await node.person());
  await client.open();
  client.say({ t: "ping" });
  expect((await client.json("error")).error.code).toBe("fix");
  client.say({ t: "hello", version: 0, capabilities: [], app: "old", have: {} });
  expect((await client.json("error", ({ error }) => error.code === "update")).error.message).toContain("Reload");
  expect((await client.closed).code).toBe(CLOSE.update);
  await client.connect();
  client.say({ t: "hello", version: 1, capabilities: [], app: "x", have: {} });
  expect((await client.json("error")).error.code).toBe("fix");
});

test("a socket that says no hello is closed (R7)", async () => {
  const client = await ClientUnderTest.enrol(node, await node.person());
  await client.open();
  node.ahead = 11_000;
  expect((await client.closed).code).toBe(CLOSE.fix);
  node.ahead = 0;
});

test("another's room gives nothing, whatever is asked (R24)", async () => {
  const [ayesha, bilal, eve] = [await node.client(), await node.client(), await node.client()];
  const room = await ayesha.group(bilal);
  const secret = ayesha.draft(room, "canary-71");
  ayesha.send(secret);
  const { origin, n } = await ayesha.ack(idIn(secret));
  eve.frames.length = 0;
  eve.say({ t: "page", ref: 1, room, before: {}, limit: 50 });
  eve.say({ t: "room", ref: 2, room });
  eve.say({ t: "read", room, upto: { [origin]: n } });
  eve.say({ t: "delivered", rooms: { [room]: { [origin]: n } } });
  eve.say({ t: "typing", room, on: true });
  eve.say({ t: "outcome", ids: [idIn(secret)] });
  const draft = eve.draft(room, "let me in");
  eve.send(draft);
  const forged = ayesha.draft(room, "as ayesha");
  eve.send(forged);
  for (const ref of [1, 2])
    expect((await eve.json("error", (message) => message.ref === ref)).error.code).toBe("forbidden");
  expect((await eve.json("error", ({ id }) => id === idIn(draft))).error.code).toBe("forbidden");
  expect((await eve.json("error", ({ id }) => id === idIn(forged))).error.code).toBe("fix");
  expect((await eve.control(room, { op: "add", members: [eve.person.id] }, 1)).state).toBe("refused");
  await eve.settled();
  const all = eve.frames.map((frame) => new TextDecoder().decode(frame)).join("");
  expect(all).not.toContain("canary-71");
  expect(all).not.toContain(ayesha.person.id);
  await bilal.settled();
  expect(node.store.marks(room, eve.person.id)).toEqual([]);
  expect(bilal.records.map(idIn)).not.toContain(idIn(draft));
});

test("our own fault is answered `internal`, logged without content, and ends nothing", async () => {
  const broken = new NodeUnderTest();
  const client = await broken.client();
  const room = await client.group();
  broken.services.reading.page = () => {
    throw new TypeError("no such column: canary");
  };
  client.say({ t: "page", ref: 9, room, before: {}, limit: 5 });
  const { error } = await client.json("error", (message) => message.ref === 9);
  expect(error.code).toBe("internal");
  expect(error.message).not.toContain("canary");
  expect(broken.errors.map(({ event }) => event)).toEqual(["session.failed"]);
  await client.settled();
  await broken.stop();
});

test("a request signed by another device is refused (R15)", async () => {
  const [ayesha, eve] = [await node.client(), await node.client()];
  const id = mintId(Date.now());
  const change = { op: "create", kind: "group", name: "x", history: "all", members: [] };
  const request = { id, room: mintId(1), change, person: ayesha.person.id, device: ayesha.device, signature: "AAAA" };
  eve.say({ t: "control", request });
  expect((await eve.json("control", (message) => message.id === id)).error?.code).toBe("fix");
  eve.say({ t: "control", request: { ...request, person: eve.person.id, device: eve.device } });
  expect(
    (await eve.json("control", (message) => message.id === id && message.error?.message !== undefined)).state,
  ).toBe("refused");
});
