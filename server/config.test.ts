import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
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

test("calls are off without BEEP_JANUS, and have usual values with it", () => {
  expect(readConfig({ ...base, BEEP_MEDIA: "nonsense" }).calls).toBeUndefined();
  const turn = file("turn.json", { urls: ["turn:10.0.0.1:3478"], secret: "0123456789abcdef" });
  const given = { BEEP_JANUS: "/bin/sh", BEEP_MEDIA: "10.1.2.3", BEEP_MEDIA_PORTS: "30000-30999", BEEP_TURN: turn };
  expect(readConfig({ ...base, ...given }).calls).toEqual({
    janus: "/bin/sh",
    media: "10.1.2.3",
    ports: { from: 30000, to: 30999 },
    turn: { urls: ["turn:10.0.0.1:3478"], secret: "0123456789abcdef" },
  });
  const usual = readConfig({ ...base, BEEP_JANUS: "/bin/sh" }).calls;
  expect(usual).toMatchObject({ ports: { from: 20000, to: 29999 }, turn: undefined });
  expect(usual?.media ?? "10.0.0.1").toMatch(/^(?!127\.)\d+\.\d+\.\d+\.\d+$/);
});

const secret = file("bad-nats.json", { server: "x", own: { user: "u", pass: 77123 } });
const turnless = file("bad-turn.json", { urls: ["turn:10.0.0.1"], secret: "tiny77123" });
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
  [{ ...base, BEEP_JANUS: join(dir, "none") }, "BEEP_JANUS"],
  [{ ...base, BEEP_JANUS: "/bin/sh", BEEP_MEDIA: "127.0.0.1" }, "BEEP_MEDIA"],
  [{ ...base, BEEP_JANUS: "/bin/sh", BEEP_MEDIA: "example.org" }, "BEEP_MEDIA"],
  [{ ...base, BEEP_JANUS: "/bin/sh", BEEP_MEDIA_PORTS: "30000" }, "BEEP_MEDIA_PORTS"],
  [{ ...base, BEEP_JANUS: "/bin/sh", BEEP_MEDIA_PORTS: "30000-30010" }, "BEEP_MEDIA_PORTS"],
  [{ ...base, BEEP_JANUS: "/bin/sh", BEEP_MEDIA_PORTS: "30000-70000" }, "BEEP_MEDIA_PORTS"],
  [{ ...base, BEEP_JANUS: "/bin/sh", BEEP_TURN: turnless }, "static-auth-secret"],
])("a mistake is named in words: %#", (env, words) => {
  expect(() => readConfig(env as Record<string, string>)).toThrow(words);
});

test("a password is never part of the words", () => {
  expect(() => readConfig({ ...base, BEEP_NATS: secret })).toThrow(/^(?!.*77123)/);
  expect(() => readConfig({ ...base, BEEP_JANUS: "/bin/sh", BEEP_TURN: turnless })).toThrow(/^(?!.*77123)/);
});

test("the ministry's accounts and the pepper are read, and mistakes in them are told without their secrets", () => {
  const account = {
    issuer: "https://login.example.pk",
    clientId: "beep",
    name: "Ministry",
    claim: "email",
    field: "email",
  };
  const pepper = file("pepper", `${"0123456789abcdef".repeat(2)}\n`);
  const config = readConfig({ ...base, BEEP_OIDC: file("oidc.json", account), BEEP_PEPPER: pepper });
  expect(config).toMatchObject({ oidc: account, pepper: "0123456789abcdef".repeat(2) });
  expect(readConfig(base)).toMatchObject({ oidc: undefined, pepper: "" });
  for (const wrong of [
    { ...account, issuer: "http://login.example.pk" },
    { ...account, issuer: "nowhere" },
    { ...account, clientSecret: "" },
    { ...account, field: "name" },
    { ...account, name: undefined },
  ])
    expect(() => readConfig({ ...base, BEEP_OIDC: file("wrong.json", wrong) })).toThrow(/BEEP_OIDC .*wrong.json.*must/);
  expect(
    readConfig({ ...base, BEEP_OIDC: file("own.json", { ...account, issuer: "http://127.0.0.1:9" }) }).oidc?.issuer,
  ).toBe("http://127.0.0.1:9");
  expect(() => readConfig({ ...base, BEEP_PEPPER: file("short", "secret") })).toThrow(/^(?!.*secret).*32/);
});

test("how invitations are sent is read from a file that is nobody else's to read", () => {
  const smtp = { host: "mail.example", from: "beep@example.pk", user: "beep", pass: "canary" };
  const path = file("messengers.json", { smtp });
  chmodSync(path, 0o640);
  expect(() => readConfig({ ...base, BEEP_MESSENGERS: path })).toThrow(/^(?!.*canary).*others may read it.*chmod 600/);
  chmodSync(path, 0o600);
  expect(readConfig({ ...base, BEEP_MESSENGERS: path }).messengers).toMatchObject({ smtp: { ...smtp, port: 587 } });
  expect(readConfig(base).messengers).toBeUndefined();
  const wrong = file("no-messengers.json", { smtp: { ...smtp, port: 0 } });
  expect(() => readConfig({ ...base, BEEP_MESSENGERS: wrong })).toThrow(/^(?!.*canary)BEEP_MESSENGERS .*smtp.port/);
});

test("the count of the data's state lies beside the data, or where it is told to", () => {
  expect(readConfig(base).state).toBe(join(dir, "data-state"));
  expect(readConfig({ ...base, BEEP_STATE: join(dir, "elsewhere") }).state).toBe(join(dir, "elsewhere"));
});
