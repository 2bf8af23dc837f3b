import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { mintId } from "#protocol/ids";
import { type JanusGateway, openJanusGateway } from "../../conference/janus/gateway.ts";
import { until } from "../until.ts";

// A real media server under hostile descriptions, and calls that come and go at any moment.

const BINARY = process.env.BEEP_JANUS ?? Bun.which("janus") ?? "/usr/bin/janus";
const HOST = Object.values(networkInterfaces())
  .flat()
  .find((one) => one && one.family === "IPv4" && !one.internal)?.address as string;
const base = 50_000 + Math.floor(Math.random() * 20) * 500;

let folder: string;
let gateway: JanusGateway;
const lines: string[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "beep-hostile-"));
  gateway = openJanusGateway({
    ...{ binary: BINARY, folder: join(folder, "janus"), province: "is", mediaHost: HOST },
    rtpPorts: { from: base, to: base + 399 },
    log: (...line) => lines.push(JSON.stringify(line)),
    restMs: 300,
  });
  await gateway.start();
});
afterAll(async () => {
  await gateway.stop();
  rmSync(folder, { recursive: true, force: true });
});

const FINGERPRINT = Array.from({ length: 32 }, (_, i) => (i + 16).toString(16).toUpperCase()).join(":");
const ADDRESS = "198.51.100.77";
const part = (kind: "audio" | "video", mid: string): string =>
  [
    `m=${kind} 9 UDP/TLS/RTP/SAVPF ${kind === "audio" ? 111 : 96}`,
    `c=IN IP4 ${ADDRESS}`,
    `a=candidate:1 1 udp 2122260223 ${ADDRESS} 5060 typ host`,
    "a=ice-ufrag:abcd",
    "a=ice-pwd:abcdefghijklmnopqrstuvwx",
    `a=fingerprint:sha-256 ${FINGERPRINT}`,
    "a=setup:actpass",
    `a=mid:${mid}`,
    "a=sendonly",
    "a=rtcp-mux",
    kind === "audio" ? "a=rtpmap:111 opus/48000/2" : "a=rtpmap:96 VP8/90000",
    "",
  ].join("\r\n");
const offerOf = (...parts: string[]): string =>
  `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE ${parts.map((_, i) => i).join(" ")}\r\n${parts.join("")}`;
const OFFER = offerOf(part("audio", "0"));
const TRACKS = [{ mid: "0", track: "mic" as const }];
const STREAM = { mid: "0", track: "mic" as const, detail: { type: "audio", codec: "opus" } };
const seatId = () => Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex");
const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => "",
    (error) => (error as { code?: string }).code ?? String(error),
  );

interface Inside {
  supervisor: {
    admin(): { ask(request: object): Promise<Record<string, unknown[]>> };
    control(): { sessionId: number };
    secret(): string;
  };
  ask(body: object): Promise<{ data: Record<string, unknown[]> }>;
  rooms: Map<string, unknown>;
}

/** What the server itself says that it holds, and what is known of it here. */
async function left(): Promise<{ handles: number; rooms: number; known: number }> {
  const { supervisor, rooms } = gateway as unknown as Inside;
  const ask = (gateway as unknown as Inside).ask.bind(gateway);
  const session_id = supervisor.control().sessionId;
  const { handles } = await supervisor.admin().ask({ janus: "list_handles", session_id });
  const { data } = await ask({ request: "list", admin_key: supervisor.secret() });
  return { handles: handles?.length ?? 0, rooms: data.list?.length ?? 0, known: rooms.size };
}

test("hostile descriptions are refused or harmless, and the seat beside goes on", async () => {
  const call = mintId(Date.now());
  const good = await gateway.seat(call, seatId(), 1, () => {});
  expect(await codeOf(good.publish(OFFER, TRACKS))).toBe("");
  const { pid } = gateway.health();
  const hostile: string[] = [
    "",
    "v=0",
    "v=0\r\nm=",
    `${OFFER}\r\n\r\nm=audio`,
    OFFER.replace(/\r\n/g, "\n"),
    OFFER.replace("a=mid:0", "a=mid:0\r\na=mid:0\r\na=mid:"),
    OFFER.replace("a=mid:0", `a=mid:${"x".repeat(100_000)}`),
    OFFER.replace("a=fingerprint:sha-256 ", "a=fingerprint:md5 "),
    OFFER.replace(FINGERPRINT, "%n%s%x%n"),
    OFFER.replace("abcd", "%s%n\r\na=ice-lite"),
    OFFER.replace("m=audio 9", "m=audio 99999999999999"),
    OFFER.replace("m=audio 9", "m=audio -1"),
    offerOf(...Array.from({ length: 32 }, (_, i) => part("audio", `${i}`))),
    offerOf(...Array.from({ length: 200 }, (_, i) => part("audio", `${i}`))),
    offerOf(part("audio", "0"), "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:1\r\na=sctp-port:5000\r\n"),
    `${OFFER}a=ssrc:4294967295 cname:x\r\n${"a=ssrc-group:FID 1 2\r\n".repeat(4_000)}`,
    `${OFFER}${"a=extmap:255 urn:x\r\n".repeat(5_000)}`,
    `${OFFER}${"a=rid:h send\r\n".repeat(5_000)}a=simulcast:send ${"h;".repeat(5_000)}\r\n`,
    OFFER.replace("opus", "opus\u0000\ud800"),
    `${OFFER}a=candidate:1 1 udp 1 169.254.169.254 80 typ host\rjunk\n`,
  ];
  for (const sdp of hostile) {
    const seat = await gateway.seat(call, seatId(), 1, () => {});
    expect(["", "fix", "wait"]).toContain(await codeOf(seat.publish(sdp, TRACKS)));
    expect(await codeOf(seat.answer(sdp))).not.toBe("");
    await seat.leave();
  }
  expect(gateway.health()).toMatchObject({ pid, state: { at: "up" } });
  expect(await codeOf(good.publish(OFFER, TRACKS))).toBe("");
  await gateway.close(call);
});

test("after hundreds of calls, ended at any moment, no room and no handle is left", async () => {
  await until(async () => (await left()).rooms === 0, "quiet");
  const before = (await left()).handles;
  for (let n = 0; n < 250; n++) {
    const call = mintId(Date.now() + n);
    const work = async () => {
      const seats = await Promise.all([1, 2].map((life) => gateway.seat(call, seatId(), life, () => {})));
      await Promise.all(seats.map((seat) => seat.publish(OFFER, TRACKS)));
      if (n % 5 === 0) await gateway.accept(call, { seat: seatId(), life: 1, streams: [STREAM] });
      if (n % 3 === 0) await Promise.all(seats.map((seat) => seat.leave()));
    };
    const done = work().catch(() => {});
    if (n % 2) await Bun.sleep(n % 40);
    else await done;
    await gateway.close(call);
    await done;
  }
  await until(async () => (await left()).handles <= before, "all is freed").catch(() => {});
  expect(await left()).toEqual({ handles: before, rooms: 0, known: 0 });
});

test("what comes for a call that is over leaves no room behind", async () => {
  const call = mintId(Date.now());
  const seat = await gateway.seat(call, seatId(), 1, () => {});
  await seat.publish(OFFER, TRACKS);
  await gateway.close(call);
  const late = seatId();
  await gateway.accept(call, { seat: late, life: 1, streams: [STREAM] });
  await gateway.drop(call, late);
  const other = await gateway.seat(call, seatId(), 1, () => {});
  await other.leave();
  await until(async () => (await left()).rooms === 0, "nothing is left").catch(() => {});
  expect(await left()).toMatchObject({ rooms: 0, known: 0 });
});

test("a room that is empty for a moment is there for who comes back", async () => {
  const call = mintId(Date.now());
  for (let n = 0; n < 6; n++) {
    const seat = await gateway.seat(call, seatId(), 1, () => {});
    expect(await codeOf(seat.publish(OFFER, TRACKS))).toBe("");
    await Bun.sleep(n * 70);
    expect(await codeOf(seat.publish(OFFER, TRACKS))).toBe("");
    await seat.leave();
    await Bun.sleep(n * 70);
  }
  await gateway.close(call);
});

test("no secret and no address is in a log, on a command line, or in a file that others may read", async () => {
  const { pid } = gateway.health();
  const config = readFileSync(join(folder, "janus", "janus.jcfg"), "utf8");
  const secret = /api_secret = "(\w+)"/.exec(config)?.[1] as string;
  expect(secret.length).toBeGreaterThanOrEqual(32);
  for (const name of readdirSync(join(folder, "janus"))) {
    const { mode } = statSync(join(folder, "janus", name));
    expect(`${name} ${(mode & 0o077).toString(8)}`).toBe(`${name} 0`);
  }
  expect(statSync(join(folder, "janus")).mode & 0o077).toBe(0);
  const told = lines.join("\n") + readFileSync(join(folder, "janus", "janus.log"), "utf8");
  expect(told).not.toContain(secret);
  expect(told).not.toContain(ADDRESS);
  expect(told).not.toContain("ice-pwd");
  expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).not.toContain(secret);
  expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toContain(secret);
});
