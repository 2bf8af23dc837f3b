import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./testing/until.ts";

const ROOT = join(import.meta.dir, "..");
const folder = mkdtempSync(join(tmpdir(), "beep-main-"));
const started: { kill(signal?: number): void }[] = [];
afterAll(() => {
  for (const process of started) process.kill(9);
  rmSync(folder, { recursive: true, force: true });
});

function run(script: string, args: string[], env: Record<string, string>, flags: string[] = []) {
  const child = Bun.spawn([process.execPath, "--no-warnings", ...flags, join(ROOT, script), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdout: "pipe",
    stderr: "pipe",
  });
  started.push(child);
  return child;
}

const node = (name: string, env: Record<string, string> = {}, flags: string[] = []) =>
  run(
    "server/main.ts",
    [],
    { BEEP_PROVINCE: "is", BEEP_DATA: join(folder, name), BEEP_PORT: "0", BEEP_OPS_PORT: "0", ...env },
    flags,
  );

/** The names of what a node logged; a line that is not JSON is shown. */
const eventsOf = (log: string): string[] =>
  log
    .trim()
    .split("\n")
    .map((line) => {
      try {
        return JSON.parse(line).event;
      } catch {
        throw new Error(`no JSON: ${line}\nin\n${log}`);
      }
    });

async function ready(name: string): Promise<{ url: string; token: string }> {
  const path = join(folder, name, "ops.json");
  let contact = { url: "", token: "" };
  await until(async () => {
    if (!existsSync(path)) return false;
    contact = JSON.parse(readFileSync(path, "utf8") || "{}");
    return contact.url && (await fetch(`${contact.url}/readyz`).catch(() => undefined))?.ok;
  }, "the node is ready");
  return contact;
}

async function beep(name: string, ...args: string[]) {
  const child = run("server/ops/beep.ts", args, { BEEP_DATA: join(folder, name) });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { out: out.trim(), err: err.trim(), code };
}

const PERSON = [
  "--name",
  "Ali Raza",
  "--name-ur",
  "علی رضا",
  "--post",
  "DC Quetta",
  "--post-ur",
  "ڈی سی",
  "--unit",
  "Relief",
];

test("a node starts, serves its operator, leaves on SIGTERM with 0, and starts again", async () => {
  const child = node("first");
  const { url, token } = await ready("first");
  expect(statSync(join(folder, "first/ops.json")).mode & 0o777).toBe(0o600);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  expect(statSync(join(folder, "first/directory.db")).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, "first-state/counts.json")).mode & 0o777).toBe(0o600);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toContain("beep_sockets 0");
  expect(metrics).toContain("beep_alarms_total 0");
  expect((await fetch(`${url}/ops/status`)).status).toBe(401);
  expect((await fetch(`${url}/ops/status`, { headers: { authorization: `Bearer ${token}x` } })).status).toBe(401);
  expect((await fetch(`${url}/metrics`, { headers: { host: "evil.example" } })).status).toBe(403);

  const added = await beep("first", "person", "add", ...PERSON, "--unit-ur", "ریلیف");
  expect(added.out).toMatch(/^[0-9a-f]{32}$/);
  expect((await beep("first", "person", "list", "quetta")).out).toContain("Ali Raza · علی رضا");
  const code = (await beep("first", "code", "ali", "raza")).out;
  expect(code).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}$/);
  expect(JSON.parse((await beep("first", "status")).out)).toMatchObject({ province: "is", ready: true, alone: true });
  expect(await beep("first", "backup", join(folder, "backup"))).toMatchObject({ code: 0 });
  expect(statSync(join(folder, "backup/directory.db")).mode & 0o777).toBe(0o600);

  const { port } = JSON.parse((await beep("first", "status")).out) as { port: number };
  const { publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  const key = Buffer.from(await crypto.subtle.exportKey("spki", publicKey)).toString("base64");
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ code, key, label: "Old phone" });
  const enrolled = await fetch(`http://127.0.0.1:${port}/v1/enrol`, { method: "POST", headers, body });
  const { device } = (await enrolled.json()) as { device: string };
  expect((await beep("first", "device", "list", "ali", "raza")).out).toMatch(new RegExp(`^${device} .* Old phone$`));
  expect((await beep("first", "device", "revoke", device)).code).toBe(0);
  expect((await beep("first", "device", "list", "ali", "raza")).out).toEndWith("Old phone  (shut out)");

  expect((await beep("first", "audit", "verify")).out).toMatch(/^[1-9]\d* entries good/);
  await beep("first", "audit", "show", "--text", "10.0.0.1");
  expect((await beep("first", "audit", "show", "--kind", "read")).out).toContain("text=10.0.0.1");

  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
  const log = await new Response(child.stderr).text();
  expect(eventsOf(log)).toContain("node.stopped");
  expect(log).not.toMatch(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}/);
  expect(existsSync(join(folder, "first/ops.json"))).toBe(false);

  expect((await beep("first", "code", added.out)).code).toBe(0);
  expect((await beep("first", "person", "add", ...PERSON, "--unit-ur", "ی")).err).toContain("start the node first");
  expect((await beep("first", "verify")).out).toContain("is sound");
  // A code that a folder without a node issues is in the log, and sealed, as well.
  expect((await beep("first", "audit", "verify")).out).toMatch(/^[1-9]\d* entries good/);
  expect((await beep("restored", "restore", join(folder, "backup"))).out).toContain("Start the node");
  expect((await beep("restored", "restore", join(folder, "backup"))).err).toContain("already holds data");
  const again = node("restored");
  await ready("restored");
  expect((await beep("restored", "person", "list")).out).toContain("Ali Raza");
  expect((await beep("restored", "audit", "verify")).out).toMatch(/^[1-9]\d* entries good/);
  again.kill("SIGTERM");
  expect(await again.exited).toBe(0);
});

test("a node that cannot start says why in one sentence, and ends with 1", async () => {
  const taken = Bun.serve({ port: 0, hostname: "127.0.0.1", fetch: () => new Response() });
  const holder = node("held");
  await ready("held");
  const failures: [Record<string, string>, string, string][] = [
    [{ BEEP_PORT: String(taken.port) }, "free", "is taken by another program"],
    [{}, "held", "in use by another Beep process"],
    [{ BEEP_PROVINCE: "x" }, "free", "BEEP_PROVINCE"],
  ];
  for (const [env, name, words] of failures) {
    const child = node(name, env);
    expect(await child.exited).toBe(1);
    expect(await new Response(child.stderr).text()).toContain(words);
  }
  holder.kill("SIGTERM");
  expect(await holder.exited).toBe(0);
  await taken.stop(true);
});

test("a warning of the runtime is an entry of the log, not a text beside it", async () => {
  const early = join(folder, "early.ts");
  // A timer whose moment is past: the runtime warns of it.
  const warn = "if (!process.listenerCount('warning')) return; clearInterval(looking); setTimeout(() => {}, -5);";
  const tell = `process.on("warning", () => require("node:fs").writeFileSync("${early}.done", ""))`;
  writeFileSync(early, `const looking = setInterval(() => { ${warn} ${tell}; }, 20);`);
  const child = node("warned", {}, ["--preload", early]);
  await until(() => existsSync(`${early}.done`));
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
  const log = await new Response(child.stderr).text();
  expect(eventsOf(log)).toContain("runtime.warning");
  expect(log).toContain("TimeoutNegativeWarning");
});

test("mistakes of the command line are named", async () => {
  expect((await beep("none", "status")).err).toContain("no data folder");
  expect((await beep("none", "dance")).err).toContain('no command "dance"');
  expect((await beep("none", "--help")).out).toContain("beep [--data FOLDER] status");
});

test("a node that hears nobody asks for a short time, and opens its doors all the same (R167)", async () => {
  const settings = join(folder, "cut-settings");
  mkdirSync(settings);
  const name = { en: "x", ur: "x" };
  const provinces = ["is", "pb"].map((code) => ({ code, name, nodes: [`https://${code}.example`] }));
  writeFileSync(join(settings, "fleet.json"), JSON.stringify({ provinces }));
  // Nobody listens on the discard port.
  const login = { user: "u", pass: "p" };
  const nats = { server: "127.0.0.1:9", own: login, from: { pb: login } };
  writeFileSync(join(settings, "nats.json"), JSON.stringify(nats));
  const child = node("cut", {
    BEEP_FLEET: join(settings, "fleet.json"),
    BEEP_NATS: join(settings, "nats.json"),
  });
  await ready("cut");
  expect(JSON.parse((await beep("cut", "status")).out)).toMatchObject({ province: "is", ready: true, alone: false });
  child.kill("SIGTERM");
  expect(await child.exited).toBe(0);
});
