import { afterEach, expect, test } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { connect } from "@nats-io/transport-node";
import type { StreamInfo } from "./api.ts";
import type { NatsConfig } from "./config.ts";
import { leastStore, LOG_BYTES } from "./disk.ts";
import { connectNats, type NatsReplication } from "./nats.ts";
import { ServersUnderTest } from "./servers-under-test.ts";
import { until } from "../../testing/until.ts";

let servers: ServersUnderTest;
let nodes: NatsReplication[] = [];
let last = 0;

afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  nodes = [];
  await servers.stop();
});

/** A started node and the frames that it has from each other province. */
async function startNode(province: string, life = "is-000000001") {
  const got: Record<string, string[]> = {};
  const config = servers.nodes[province];
  if (!config) throw new Error(`no ${province}`);
  const node = connectNats({ province, config, log: () => {}, origin: () => life });
  for (const from of ["is", "pb", "sd"].filter((other) => other !== province)) {
    const frames: string[] = [];
    got[from] = frames;
    node.changeLog.subscribe(from, { life: 0, seq: 0 }, async ({ bytes }) => {
      frames.push(Buffer.from(bytes).toString());
    });
  }
  nodes.push(node);
  await node.start();
  return { ...node, got };
}

const write = (node: NatsReplication, dest: string, ...texts: string[]) =>
  node.changeLog.append(texts.map((text) => ({ dest, shard: 0, file: 0, last: ++last, bytes: Buffer.from(text) })));

test("a node starts while its server is down, and appends settle once it is there", async () => {
  servers = await ServersUnderTest.start(["is", "pb"]);
  await servers.kill("is");
  const is = await startNode("is");
  const pb = await startNode("pb");
  let settled = false;
  const appended = write(is, "pb", "early").then(() => {
    settled = true;
  });
  await Bun.sleep(500);
  expect([settled, is.healthy()]).toEqual([false, false]);
  await servers.launch("is");
  await appended;
  await until(() => pb.got.is?.length === 1 && is.healthy(), "the early frame");
});

test("the least room that a server is laid out with bears its log and its copies; less than the log's does not", async () => {
  servers = await ServersUnderTest.start(["is", "pb"]);
  const room = (bytes: number) => (text: string) => text.replace(/max_file: \w+/, `max_file: ${bytes}`);
  for (const province of ["is", "pb"]) await servers.tamper(province, room(leastStore(1)));
  const [is, pb] = [await startNode("is"), await startNode("pb")];
  await write(is, "pb", "one");
  await write(pb, "is", "two");
  await until(() => pb.got.is?.length === 1 && is.got.pb?.length === 1, "both frames");
  await is.stop();
  servers.loseDisk("is");
  await servers.tamper("is", room(LOG_BYTES - 1));
  const said: string[] = [];
  const log = (...words: unknown[]) => void said.push(JSON.stringify(words));
  const small = connectNats({
    province: "is",
    config: servers.nodes.is as NatsConfig,
    log,
    origin: () => "is-000000001",
  });
  nodes.push(small);
  await small.start();
  await until(
    () => said.some((words) => words.includes("insufficient storage")),
    () => `the refusal, among ${said}`,
  );
});

test("stopping while the server is away settles at once and refuses what waits", async () => {
  servers = await ServersUnderTest.start(["is", "pb"]);
  await servers.kill("is");
  const is = await startNode("is");
  const refused = write(is, "pb", "never").then(
    () => "settled",
    () => "refused",
  );
  await is.stop();
  expect(await refused).toBe("refused");
});

test("a province is added while the others run", async () => {
  servers = await ServersUnderTest.start(["is", "pb"]);
  const is = await startNode("is");
  const pb = await startNode("pb");
  await write(is, "pb", "one");
  await until(() => pb.got.is?.length === 1, "a frame before");
  await servers.add("sd");
  const sd = await startNode("sd");
  for (const [node, code] of [
    [is, "is"],
    [pb, "pb"],
  ] as const) {
    await node.update(servers.nodes[code] as never);
  }
  await write(is, "sd", "two");
  await write(sd, "is", "three");
  await write(is, "pb", "four");
  const heard: string[] = [];
  sd.peers.listen((from) => heard.push(from));
  await until(() => {
    pb.peers.send("sd", Buffer.from("hello"));
    return sd.got.is?.length === 1 && is.got.sd?.length === 1 && pb.got.is?.length === 2 && heard.includes("pb");
  }, "frames and words both ways");
});

test("a server that lost its disk takes part again; its readers hear what is written after", async () => {
  servers = await ServersUnderTest.start(["is", "pb"]);
  const is = await startNode("is");
  const pb = await startNode("pb");
  await write(is, "pb", ...Array.from({ length: 20 }, (_, i) => `before ${i}`));
  await write(pb, "is", "kept");
  await until(() => pb.got.is?.length === 20 && is.got.pb?.length === 1, "what came before");
  await servers.kill("is");
  servers.loseDisk("is");
  await servers.launch("is");
  await write(is, "pb", "after 1", "after 2");
  expect(await is.changeLog.published(0)).toBe(last);
  await write(pb, "is", "to the new disk");
  await until(() => is.got.pb?.at(-1) === "to the new disk", "what others write, from where it was read");
  expect(is.got.pb).toEqual(["kept", "to the new disk"]);
  await until(() => pb.got.is?.length === 22, "what it writes anew");
  expect(pb.got.is?.slice(20)).toEqual(["after 1", "after 2"]);
});

test("a copy that was put back to an older state is filled again", async () => {
  servers = await ServersUnderTest.start(["is", "pb"]);
  const is = await startNode("is");
  const pb = await startNode("pb");
  await write(is, "pb", "one");
  await until(() => pb.got.is?.length === 1, "the first frame");
  await servers.kill("pb");
  const [store, older] = [join(servers.folder, "pb"), join(servers.folder, "older")];
  cpSync(store, older, { recursive: true });
  await servers.launch("pb");
  await write(is, "pb", "two", "three");
  await until(() => pb.got.is?.length === 3, "the newer frames");
  // else the origin would send them again of itself, and nothing would have been lost
  const origin = await connect({ servers: servers.nodes.is?.server, ...servers.nodes.is?.own });
  for (let taken = 0; taken < 3; await Bun.sleep(50)) {
    const info = (await origin.request("$JS.API.CONSUMER.INFO.LOG_is.to_pb")).json() as {
      ack_floor: { stream_seq: number };
    };
    taken = info.ack_floor.stream_seq;
  }
  await origin.close();
  await servers.kill("pb");
  rmSync(store, { recursive: true });
  cpSync(older, store, { recursive: true });
  await servers.launch("pb");
  await write(is, "pb", "four");
  await until(() => pb.got.is?.at(-1) === "four", "the next frame");
  expect(pb.got.is).toEqual(["one", "two", "three", "four"]);
});

test("a hole in the copy and a lost tail are filled from the origin's log", async () => {
  servers = await ServersUnderTest.start(["is", "pb"]);
  const is = await startNode("is");
  const config = servers.nodes.pb as NatsConfig;
  const pb = connectNats({ province: "pb", config, log: () => {} });
  nodes.push(pb);
  const got: string[] = [];
  const first = Promise.withResolvers<void>();
  pb.changeLog.subscribe("is", { life: 0, seq: 0 }, async ({ bytes }) => {
    got.push(Buffer.from(bytes).toString());
    if (got.length === 1) await first.promise;
  });
  await pb.start();
  await write(is, "pb", "1");
  await until(() => got.length === 1, "the first frame");
  await write(is, "pb", "2", "3", "4", "5", "6");
  // while the handler is busy with the first frame, two others vanish from the copy: one between and the last one
  const reader = await connect({ servers: config.server, ...config.from.is });
  const ask = async (call: string, body = "") => (await reader.request(`$JS.API.${call}`, body)).json() as StreamInfo;
  while ((await ask("STREAM.INFO.IN_is")).state.last_seq < 6) await Bun.sleep(20);
  for (const seq of [3, 6]) await ask("STREAM.MSG.DELETE.IN_is", JSON.stringify({ seq, no_erase: true }));
  expect((await ask("STREAM.INFO.IN_is")).state.messages).toBe(4);
  await reader.close();
  first.resolve();
  await until(() => got.length >= 6, "all frames");
  expect(got).toEqual(["1", "2", "3", "4", "5", "6"]);
});

test("a tail that was lost is filled although nothing more is written", async () => {
  servers = await ServersUnderTest.start(["is", "pb"]);
  const is = await startNode("is");
  const pb = await startNode("pb");
  await write(is, "pb", "1");
  await until(() => pb.got.is?.length === 1, "the first frame");
  // what the origin's consumer counts as delivered never comes: its server is told to skip the next two frames
  const origin = await connect({ servers: servers.nodes.is?.server, ...servers.nodes.is?.own });
  await origin.request("$JS.API.CONSUMER.RESET.LOG_is.to_pb", '{"seq":4}');
  await write(is, "pb", "2", "3");
  await origin.close();
  await Bun.sleep(1500);
  expect(pb.got.is).toEqual(["1"]);
  await until(() => pb.got.is?.length === 3, "the tail");
  expect(pb.got.is).toEqual(["1", "2", "3"]);
});

test("what an earlier life of the data folder published does not count", async () => {
  servers = await ServersUnderTest.start(["is", "pb"]);
  const is = await startNode("is", "is-000000001");
  await write(is, "pb", "one");
  expect(await is.changeLog.published(0)).toBe(last);
  await is.stop();
  const next = await startNode("is", "is-000000002");
  expect(await next.changeLog.published(0)).toBe(0);
});
