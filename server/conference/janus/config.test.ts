import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JanusConfig, janusConfig, splitPorts, writeJanusConfig } from "./config.ts";
import { canEncryptHop, findInstallation, isNewEnough } from "./installation.ts";

const config: JanusConfig = {
  folder: "/data/janus",
  parts: "/usr/lib/x86_64-linux-gnu/janus",
  name: "pb",
  port: 8188,
  adminPort: 7188,
  secret: "s3cret",
  media: { host: "10.1.0.20", own: true },
  ports: { from: 20_000, to: 20_299 },
  loops: 2,
};

test("it listens on the loopback only, with a secret, and gathers on the given address only", () => {
  const files = janusConfig(config);
  const main = files["janus.jcfg"];
  expect(main).toContain('api_secret = "s3cret"');
  expect(main).toContain('admin_secret = "s3cret"');
  expect(main).toContain('rtp_port_range = "20000-20199"');
  expect(main).toContain('ice_enforce_list = "10.1.0.20"');
  expect(main).not.toContain("nat_1_1_mapping");
  expect(main).not.toContain("libjanus_videoroom");
  expect(main).not.toContain("libjanus_websockets");
  const sockets = files["janus.transport.websockets.jcfg"];
  expect(sockets?.match(/127\.0\.0\.1/g)).toHaveLength(2);
  expect(sockets).not.toContain("0.0.0.0");
  expect(files["janus.plugin.videoroom.jcfg"]).toContain("string_ids = true");
});

test("it takes full part in finding a way, or a slow line would wait for seconds", () => {
  expect(janusConfig(config)["janus.jcfg"]).toContain("ice_lite = false");
});

test("an address that is not the machine's own is one that is mapped to it", () => {
  const main = janusConfig({ ...config, media: { host: "203.0.113.5", own: false } })["janus.jcfg"];
  expect(main).toContain('nat_1_1_mapping = "203.0.113.5"');
  expect(main).not.toContain("ice_enforce_list");
});

test("browsers and trunks share the ports without meeting", () => {
  expect(splitPorts({ from: 20_000, to: 20_299 })).toEqual({
    browsers: { from: 20_000, to: 20_199 },
    trunks: { from: 20_200, to: 20_299 },
  });
});

test("only this user may read what holds the secret", () => {
  const folder = join(mkdtempSync(join(tmpdir(), "beep-janus-")), "janus");
  writeJanusConfig({ ...config, folder });
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(statSync(join(folder, "janus.jcfg")).mode & 0o777).toBe(0o600);
  expect(readFileSync(join(folder, "janus.jcfg"), "utf8")).toContain(folder);
  rmSync(join(folder, ".."), { recursive: true });
});

test("an old or missing gateway is told in words", () => {
  expect(isNewEnough([1, 1, 2])).toBe(true);
  expect(isNewEnough([1, 1, 1])).toBe(false);
  expect(isNewEnough([0, 15, 0])).toBe(false);
  expect(isNewEnough([1, 4, 1])).toBe(true);
  expect(isNewEnough([2, 0, 0])).toBe(true);
  expect(canEncryptHop([1, 1, 2])).toBe(false);
  expect(canEncryptHop([1, 3, 0])).toBe(true);
  expect(() => findInstallation("/nowhere/janus")).toThrow(/Install the package/);
  expect(() => findInstallation("/bin/true")).toThrow(/is not Janus/);
});
