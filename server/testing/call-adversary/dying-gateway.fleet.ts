import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { mintId } from "#protocol/ids";
import { type JanusGateway, openJanusGateway } from "../../conference/janus/gateway.ts";
import { until } from "../until.ts";

// A real media server that is killed, or stands still, in the middle of whatever is being asked of it.

const BINARY = process.env.BEEP_JANUS ?? Bun.which("janus") ?? "/usr/bin/janus";
const HOST = Object.values(networkInterfaces())
  .flat()
  .find((one) => one && one.family === "IPv4" && !one.internal)?.address as string;
const base = 52_000 + Math.floor(Math.random() * 12) * 500;
const OFFER = [
  "v=0",
  "o=- 1 1 IN IP4 127.0.0.1",
  "s=-",
  "t=0 0",
  "a=group:BUNDLE 0",
  "m=audio 9 UDP/TLS/RTP/SAVPF 111",
  "c=IN IP4 0.0.0.0",
  "a=ice-ufrag:abcd",
  "a=ice-pwd:abcdefghijklmnopqrstuvwx",
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, (_, i) => (i + 16).toString(16).toUpperCase()).join(":")}`,
  "a=setup:actpass",
  "a=mid:0",
  "a=sendonly",
  "a=rtcp-mux",
  "a=rtpmap:111 opus/48000/2",
  "",
].join("\r\n");
const TRACKS = [{ mid: "0", track: "mic" as const }];
const STREAM = { mid: "0", track: "mic" as const, detail: { type: "audio", codec: "opus" } };
const seatId = () => Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex");

let folder: string;
let gateway: JanusGateway;
const failures: unknown[] = [];
const failed = (error: unknown) => void failures.push(error);
beforeAll(async () => {
  process.on("unhandledRejection", failed);
  folder = mkdtempSync(join(tmpdir(), "beep-dying-"));
  gateway = openJanusGateway({
    ...{ binary: BINARY, folder: join(folder, "janus"), province: "is", mediaHost: HOST },
    rtpPorts: { from: base, to: base + 399 },
    log: () => {},
  });
  await gateway.start();
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
  process.off("unhandledRejection", failed);
});

const STEPS = {
  seat: async () => void (await gateway.seat(mintId(Date.now()), seatId(), 1, () => {})),
  publish: async () => {
    const seat = await gateway.seat(mintId(Date.now()), seatId(), 1, () => {});
    await seat.publish(OFFER, TRACKS);
  },
  mute: async () => {
    const seat = await gateway.seat(mintId(Date.now()), seatId(), 1, () => {});
    await seat.publish(OFFER, TRACKS);
    for (let n = 0; n < 5; n++) await seat.mute("0", n % 2 === 0);
  },
  accept: async () => void (await gateway.accept(mintId(Date.now()), { seat: seatId(), life: 1, streams: [STREAM] })),
  want: async () => {
    const call = mintId(Date.now());
    const feed = { seat: seatId(), life: 1, streams: [STREAM] };
    await gateway.accept(call, feed);
    const seat = await gateway.seat(call, seatId(), 1, () => {});
    await seat.want([{ seat: feed.seat, life: 1, mid: "0" }]);
  },
  leave: async () => {
    const seat = await gateway.seat(mintId(Date.now()), seatId(), 1, () => {});
    await seat.publish(OFFER, TRACKS);
    await seat.leave();
  },
  close: async () => {
    const call = mintId(Date.now());
    const seat = await gateway.seat(call, seatId(), 1, () => {});
    await seat.publish(OFFER, TRACKS);
    await gateway.close(call);
  },
  stats: async () => void (await gateway.stats()),
} satisfies Record<string, () => Promise<void>>;

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "",
    (error) => (error as { code?: string }).code ?? String(error),
  );

for (const signal of ["SIGKILL", "SIGSTOP"] as const)
  test(`${signal} in the middle of each step: all is answered, and the gateway is back`, async () => {
    for (const step of Object.values(STEPS)) {
      await until(() => gateway.state().at === "up", "it is up");
      const { pid, state } = gateway.health();
      const working = Promise.all(Array.from({ length: 4 }, () => codeOf(step())));
      await Bun.sleep(Math.random() * 8);
      process.kill(pid as number, signal);
      for (const code of await working) expect(["", "wait", "conflict"]).toContain(code);
      await until(() => {
        const now = gateway.state();
        return now.at === "up" && (state.at === "down" || now.life > state.life);
      }, "another life");
    }
    expect(gateway.health()).toMatchObject({ calls: expect.any(Number), seats: 0 });
    expect(await codeOf(STEPS.publish())).toBe("");
    expect(failures).toEqual([]);
  });
