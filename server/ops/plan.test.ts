import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../config.ts";
import { leastStore } from "../replication/nats/disk.ts";
import { OpsError } from "./error.ts";
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
    private: true,
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
  const good = { leafAddress: "a:1", nodes: ["https://a.example"], private: true };
  expect(words({})).toContain('"sites"');
  expect(words({ sites: [{ ...good, province: "X" }] })).toContain("no province code");
  expect(words({ sites: [{ province: "is" }] })).toContain("leafAddress");
  expect(words({ sites: [{ ...good, province: "zz" }] })).toContain("zz.json is missing");
  expect(words({ sites: [{ ...good, province: "is", nodes: ["a"] }] })).toContain("must be an origin");
  expect(words({ sites: [{ ...good, province: "is", media: { host: "a" } }] })).toContain('"media"');
  expect(words({ sites: [{ ...good, province: "is", storeDir: 5 }] })).toContain('"storeDir"');
  expect(words({ sites: [{ ...good, province: "is", leafAddress: "a b:1" }] })).toContain('"leafAddress"');
  expect(words({ sites: [{ ...good, province: "is", storeDir: '/x"' }] })).toContain("a quote");
  expect(() => statSync(join(folder, "nothing"))).toThrow();
});

/** What `plan` says of two sites with these fields besides; undefined where it takes them. */
function refusal(is: object, pb: object = is): string | undefined {
  const path = join(folder, "two.json");
  const site = (province: string, more: object) => ({
    ...{ province, leafAddress: `log.${province}.example:7422`, nodes: [`https://beep.${province}.example`] },
    ...more,
  });
  writeFileSync(path, JSON.stringify({ sites: [site("is", is), site("pb", pb)] }));
  const to = join(folder, "two");
  rmSync(to, { recursive: true, force: true });
  try {
    plan(path, to);
    for (const code of ["is", "pb"])
      expect(readFileSync(join(to, code, "nats.conf"), "utf8")).not.toContain("undefined");
    return undefined;
  } catch (error) {
    expect(error).toBeInstanceOf(OpsError);
    expect(existsSync(to)).toBe(false);
    return (error as Error).message;
  }
}
const tls = { cert: "/etc/beep/is.pem", key: "/etc/beep/is.key", ca: "/etc/beep/ca.pem" };

test("links go in the clear only where each site says that its line is private, or on the loopback", () => {
  for (const host of [
    "10.1.0.2",
    "192.168.1.1",
    "log.is.example",
    "localhost.example",
    "127.example",
    "0.0.0.0",
    "[fd00::1]",
  ]) {
    const leafAddress = `${host}:7422`;
    expect(refusal({ leafAddress })).toContain("in the clear");
    expect(refusal({ leafAddress }, { private: true })).toContain("is: its links");
    expect(refusal({ private: true }, { leafAddress })).toContain("pb: its links");
    expect(refusal({ leafAddress, private: false })).toContain("in the clear");
    expect(refusal({ leafAddress, private: "yes" })).toContain("true or false");
    expect(refusal({ leafAddress, private: true })).toBeUndefined();
    expect(refusal({ leafAddress, tls })).toBeUndefined();
  }
  for (const host of ["127.0.0.1", "127.3.2.1", "localhost", "[::1]"])
    expect(refusal({ leafAddress: `${host}:7422` })).toBeUndefined();
});

test("half a TLS is none: each field is a path, and both ends of a link have it", () => {
  for (const field of ["cert", "key", "ca"] as const)
    for (const wrong of [undefined, null, "", "/", "is.pem", 5, {}, []]) {
      const said = refusal({ private: true, tls: { ...tls, [field]: wrong } });
      expect(said).toContain(`"${field}" is not one`);
    }
  for (const wrong of [null, true, "/etc/beep/is.pem", [], {}])
    expect(refusal({ tls: wrong })).toContain('"tls" needs');
  expect(refusal({ tls }, { private: true })).toContain("they could not be linked");
  expect(refusal({ private: true }, { tls })).toContain("they could not be linked");
});

test("a log server is never laid out with less room than its log takes", () => {
  const least = leastStore(1);
  for (const enough of [
    `${least}`,
    `${Math.ceil(least / 1024 ** 3)}GB`,
    `${Math.ceil(least / 1024 ** 2)}Mi`,
    "5GB",
    "6g",
    "1T",
    "1TiB",
  ])
    expect(refusal({ private: true, maxFile: enough })).toBeUndefined();
  for (const little of ["0", "1", "5G", "4GiB", "5300M", "999999K", "100M", `${least - 1}`])
    expect(refusal({ private: true, maxFile: little })).toContain(`needs ${Math.ceil(least / 1e9)}G at least`);
  for (const wrong of ["", "-1", "4.5G", "much", "8 G", "8P", 8, null, [], "8G, sync_interval: 1h"])
    expect(refusal({ private: true, maxFile: wrong })).toContain("a size");
});
