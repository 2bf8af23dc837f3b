import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { firstAddress } from "../config.ts";
import { freePorts } from "../ops/fleet-layout.ts";
import { layRelay, type Relay } from "../ops/fleet-turn.ts";
import { readTurn, type TurnSettings } from "../turn.ts";
import { iceServers } from "./turn.ts";

const address = firstAddress() as string;
const dir = mkdtempSync(join(tmpdir(), "beep-turn-"));
let relay: Relay;
let turn: TurnSettings;
beforeAll(async () => {
  const [port] = (await freePorts(1)) as [number];
  relay = layRelay({ binary: "turnserver", dir, address, port, ports: { from: 31_000, to: 31_200 } });
  turn = readTurn(JSON.parse(readFileSync(relay.settings, "utf8"))) as TurnSettings;
  await relay.process.start();
});
afterAll(async () => {
  await relay.process.stop();
  rmSync(dir, { recursive: true });
});

/** Sends ten packets through two relays of coturn's own test client; answers what became of them. */
async function through(username: string, credential: string, to = address): Promise<string> {
  const port = /:(\d+)\?/.exec(turn.urls[0] as string)?.[1] as string;
  const how = to === address ? ["-y"] : ["-e", to];
  const child = Bun.spawn(
    ["turnutils_uclient", ...how, "-n", "10", "-c", "-u", username, "-w", credential, "-p", port, address],
    { stdout: "pipe", stderr: "pipe" },
  );
  const limit = setTimeout(() => child.kill("SIGKILL"), 15_000);
  const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  clearTimeout(limit);
  return out + err;
}

test("coturn relays for a credential of ours", async () => {
  const [server] = iceServers(turn, Date.now());
  const text = await through(server?.username as string, server?.credential as string);
  expect(text).toMatch(/tot_recv_msgs=[1-9]/);
  expect(text).toContain("Total lost packets 0");
});

test("not for one that has ended, nor for one of another secret", async () => {
  const [late] = iceServers(turn, Date.now() - 7 * 3600_000);
  const [foreign] = iceServers({ ...turn, secret: "another secret of theirs" }, Date.now());
  for (const server of [late, foreign]) {
    const text = await through(server?.username as string, server?.credential as string);
    expect(text).not.toMatch(/tot_recv_msgs=[1-9]/);
    expect(text).toContain("Cannot complete Allocation");
  }
});

test("nobody gets further in through it: it relays to this machine's own address alone", async () => {
  const [server] = iceServers(turn, Date.now());
  // An address that no network has (RFC 5737): the relay refuses before it sends anything.
  const text = await through(server?.username as string, server?.credential as string, "192.0.2.1");
  expect(text).not.toMatch(/tot_recv_msgs=[1-9]/);
  expect(text).toMatch(/403|Forbidden/i);
});
