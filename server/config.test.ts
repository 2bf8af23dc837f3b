import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "./config.ts";

const dir = mkdtempSync(join(tmpdir(), "beep-config-"));
afterAll(() => rmSync(dir, { recursive: true }));

const file = (name: string, value: unknown): string => {
  const path = join(dir, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
};
const province = (code: string, ...nodes: string[]) => ({ code, name: { en: code, ur: code }, nodes });
const base = { BEEP_PROVINCE: "is", BEEP_DATA: join(dir, "data") };

test("a province and a folder are enough for a node that is alone", () => {
  const config = readConfig(base);
  expect(config).toMatchObject({ host: "127.0.0.1", port: 7100, opsPort: 8100, nats: undefined, rateFactor: 1 });
  expect(config.fleet.provinces.map(({ code, nodes }) => [code, nodes])).toEqual([["is", ["http://127.0.0.1:7100"]]]);
});

test("fleet.json and nats.json are read", () => {
  const fleet = file("fleet.json", { provinces: [province("is", "http://a:1"), province("pb", "https://b")] });
  const nats = file("nats.json", { server: "127.0.0.1:4222", own: { user: "u", pass: "p" }, from: {} });
  const config = readConfig({ ...base, BEEP_FLEET: fleet, BEEP_NATS: nats });
  expect(config.fleet.provinces).toHaveLength(2);
  expect(config.nats?.server).toBe("127.0.0.1:4222");
});

const secret = file("bad-nats.json", { server: "x", own: { user: "u", pass: 77123 } });
test.each([
  [{ BEEP_DATA: "x" }, "BEEP_PROVINCE"],
  [{ ...base, BEEP_PROVINCE: "Islamabad" }, "two-letter"],
  [{ BEEP_PROVINCE: "is" }, "BEEP_DATA"],
  [{ ...base, BEEP_DATA: "/proc/beep" }, "cannot be written"],
  [{ ...base, BEEP_PORT: "x" }, "BEEP_PORT"],
  [{ ...base, BEEP_OPS_PORT: "70000" }, "BEEP_OPS_PORT"],
  [{ ...base, BEEP_RATE_FACTOR: "-1" }, "BEEP_RATE_FACTOR"],
  [{ ...base, BEEP_FLEET: join(dir, "none.json") }, "cannot be read"],
  [{ ...base, BEEP_FLEET: file("a.json", "{") }, "not valid JSON"],
  [{ ...base, BEEP_FLEET: file("b.json", { provinces: [] }) }, "provinces"],
  [{ ...base, BEEP_FLEET: file("c.json", { provinces: [province("pb", "http://b")] }) }, 'no province "is"'],
  [{ ...base, BEEP_FLEET: file("d.json", { provinces: [province("is", "http://b/")] }) }, "origin"],
  [
    { ...base, BEEP_FLEET: file("e.json", { provinces: [province("is", "http://b"), province("is", "http://c")] }) },
    "twice",
  ],
  [{ ...base, BEEP_NATS: secret }, "BEEP_NATS"],
])("a mistake is named in words: %#", (env, words) => {
  expect(() => readConfig(env as Record<string, string>)).toThrow(words);
});

test("a password is never part of the words", () => {
  expect(() => readConfig({ ...base, BEEP_NATS: secret })).toThrow(/^(?!.*77123)/);
});
