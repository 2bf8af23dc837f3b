import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planFleet, type Site, writePrivate } from "./fleet.ts";

const site = (province: string): Site => ({
  province,
  listen: "127.0.0.1:4222",
  leafListen: "0.0.0.0:7422",
  leafAddress: `nats.${province}.example:7422`,
  storeDir: `/var/lib/beep/${province}/nats`,
});

test("a province may publish nothing at another but its own consumer's reset and flow control", () => {
  const text = planFleet([site("is"), site("pb"), site("sd")]).servers.is as string;
  const allowed = [...text.matchAll(/publish: \{ allow: \[(.*?)\] \}/g)].map((match) => match[1]);
  expect(allowed).toEqual([
    '"$JS.is.API.CONSUMER.RESET.LOG_is.to_pb", "$JS.FC.LOG_is.to_pb.>"',
    '"$JS.is.API.CONSUMER.RESET.LOG_is.to_sd", "$JS.FC.LOG_is.to_sd.>"',
  ]);
  expect(text).toContain("sync_interval: always");
});

test("one more province changes no secret of the others, and both ends of a link hold the same one", () => {
  const two = planFleet([site("is"), site("pb")]);
  const three = planFleet([site("is"), site("pb"), site("sd")], two.secrets);
  for (const [name, secret] of Object.entries(two.secrets)) expect(three.secrets[name]).toBe(secret);
  const password = three.secrets["sd@is"] as string;
  expect(three.servers.is).toContain(`user: sd, password: "${password}"`);
  expect(three.servers.sd).toContain(`nats-leaf://sd:${password}@nats.is.example:7422`);
  expect(three.nodes.is?.from).toEqual({
    pb: { user: "node_pb", pass: two.secrets["node_pb@is"] as string },
    sd: { user: "node_sd", pass: three.secrets["node_sd@is"] as string },
  });
  expect(new Set(Object.values(three.secrets)).size).toBe(Object.keys(three.secrets).length);
});

test("with certificates the links speak TLS and prove both ends", () => {
  const tls = { cert: "/etc/beep/is.pem", key: "/etc/beep/is.key", ca: "/etc/beep/ca.pem" };
  const text = planFleet([{ ...site("is"), tls }, site("pb")]).servers.is as string;
  expect(text).toContain("verify: true, handshake_first: true");
  expect(text).toContain('url: "tls://is:');
});

test("a value that would break out of its quotes is refused", () => {
  expect(() => planFleet([{ ...site("is"), storeDir: '/x"\nport: 1' }, site("pb")])).toThrow();
});

test("a private file is its owner's alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "beep-private-"));
  try {
    writePrivate(join(folder, "secrets.json"), "{}");
    expect(statSync(join(folder, "secrets.json")).mode & 0o777).toBe(0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
