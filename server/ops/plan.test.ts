import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../config.ts";
import { plan } from "./plan.ts";

const folder = mkdtempSync(join(tmpdir(), "beep-plan-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const list = (...provinces: string[]) => {
  const path = join(folder, "sites.json");
  const site = (province: string) => ({
    province,
    leafAddress: `log.${province}.example:7422`,
    nodes: [`https://beep.${province}.example`],
    maxFile: "8G",
    ...(province === "gb" ? { media: { host: "10.7.0.20", probe: 7600 } } : {}),
  });
  writeFileSync(path, JSON.stringify({ sites: provinces.map(site) }));
  return path;
};
const into = join(folder, "fleet");
const read = (...path: string[]) => readFileSync(join(into, ...path), "utf8");

test("a list of sites becomes settings that a node takes, and one more site changes none of the passwords", () => {
  plan(list("is", "pb"), into);
  const before = JSON.parse(read("secrets.json")) as Record<string, string>;
  plan(list("is", "pb", "gb"), into);
  expect(JSON.parse(read("secrets.json"))).toMatchObject(before);
  for (const name of ["secrets.json", "fleet.json", "gb/nats.conf", "gb/nats.json"])
    expect(statSync(join(into, name)).mode & 0o777).toBe(0o600);
  expect(read("is", "nats.conf")).toContain("max_file: 8G");
  expect(read("is", "nats.conf")).toContain("@log.gb.example:7422");

  const config = readConfig({
    BEEP_PROVINCE: "gb",
    BEEP_DATA: join(folder, "data"),
    BEEP_FLEET: join(into, "fleet.json"),
    BEEP_NATS: join(into, "gb/nats.json"),
  });
  expect(config.fleet.provinces.map(({ code }) => code)).toEqual(["is", "pb", "gb"]);
  expect(config.fleet.provinces.map(({ media }) => media?.host)).toEqual([undefined, undefined, "10.7.0.20"]);
  expect(config.fleet.provinces[2]?.name.en).toBe("Gilgit-Baltistan");
  expect(Object.keys(config.nats?.from ?? {})).toEqual(["is", "pb"]);
});

test("mistakes of the list are named before anything is written", () => {
  const path = join(folder, "wrong.json");
  const words = (value: unknown) => {
    writeFileSync(path, JSON.stringify(value));
    try {
      return plan(path, join(folder, "nothing"));
    } catch (error) {
      return (error as Error).message;
    }
  };
  const good = { leafAddress: "a:1", nodes: ["https://a.example"] };
  expect(words({})).toContain('"sites"');
  expect(words({ sites: [{ ...good, province: "X" }] })).toContain("no province code");
  expect(words({ sites: [{ province: "is" }] })).toContain("leafAddress");
  expect(words({ sites: [{ ...good, province: "zz" }] })).toContain("zz.json is missing");
  expect(words({ sites: [{ ...good, province: "is", nodes: ["a"] }] })).toContain("must be an origin");
  expect(words({ sites: [{ ...good, province: "is", media: { host: "a" } }] })).toContain('"media"');
  expect(() => statSync(join(folder, "nothing"))).toThrow();
});
