import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { operatorName } from "./operator-name.ts";

const ROOT = join(import.meta.dir, "../..");
const folder = mkdtempSync(join(tmpdir(), "beep-ops-"));
const data = join(folder, "data");
let node: ReturnType<typeof Bun.spawn>;

const run = (script: string, args: string[], env: Record<string, string>) =>
  Bun.spawn([process.execPath, join(ROOT, script), ...args], {
    env: { PATH: process.env.PATH, ...env },
    stdout: "pipe",
    stderr: "pipe",
  });

beforeAll(async () => {
  const env = { BEEP_PROVINCE: "is", BEEP_DATA: data, BEEP_PORT: "0", BEEP_OPS_PORT: "0" };
  node = run("server/main.ts", [], env);
  for (let i = 0; i < 200 && !existsSync(join(data, "ops.json")); i++) await Bun.sleep(50);
});
afterAll(async () => {
  node.kill("SIGTERM");
  await node.exited;
  rmSync(folder, { recursive: true, force: true });
});

async function beep(...args: string[]) {
  const child = run("server/ops/beep.ts", args, { BEEP_DATA: data });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { out: out.trim(), err: err.trim(), code };
}

async function json<T = Record<string, { id: string }>>(...args: string[]): Promise<T> {
  const { out, err, code } = await beep(...args, "--json");
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as T;
}

const both = (name: string, en: string) => [`--${name}`, en, `--${name}-ur`, en];

test("an operator lays out a ministry, names its administrators, and then no more", async () => {
  const unit = await json("unit", "add", ...both("name", "Relief"), "--kind", "department");
  await json("unit", "add", ...both("name", "Quetta Office"), "--kind", "district", "--parent", "relief");
  expect(await json<unknown[]>("unit", "list")).toHaveLength(2);
  const people = [];
  for (const name of ["Ali Raza", "Sana Mir", "Omar Jan"])
    people.push(
      (await json("person", "add", ...both("name", name), "--in", "Quetta", "--number", name.slice(0, 2))).person,
    );
  const [ali, sana, omar] = people.map((person) => person?.id as string);

  await json("post", "add", ...both("title", "Deputy Commissioner"), "--unit", "quetta office", "--grade", "19");
  const { charge } = await json("charge", "add", "Ali", "Raza", "--post", "deputy", "--from", "2026-01-01");
  expect((await beep("post", "list", "deputy")).out).toContain("Ali Raza, regular");
  expect(await json<unknown[]>("charge", "list", "--person", "Ali Raza")).toMatchObject([
    { person: ali, kind: "regular" },
  ]);
  await json("charge", "end", charge?.id as string, "--person", "Ali Raza");
  expect((await beep("post", "list", "deputy")).out).toContain("vacant");

  // One administrator, a second one; from then on roles are theirs to give and to end.
  const { grant } = await json("admin", "name", "Ali Raza", "--role", "provincial");
  await json("admin", "name", "Omar Jan", "--role", "nodal", "--unit", "Relief");
  await json("admin", "name", "Sana Mir", "--role", "federal");
  const refused = [
    await beep("admin", "name", "Omar Jan", "--role", "auditor"),
    await beep("grant", "end", grant?.id as string),
    await beep("person", "state", sana as string, "removed"),
  ];
  for (const { code, err, out } of refused) {
    expect({ code, out }).toEqual({ code: 1, out: "" });
    expect(err).toContain("This province has two administrators");
  }
  expect((await json<unknown[]>("grant", "list")).length).toBe(3);
  expect(unit.unit?.id).toMatch(/^[0-9a-f]{32}$/);
  expect(omar).toBeDefined();
});

test("waves are added, held back, opened and closed", async () => {
  await json(
    "wave",
    "add",
    ...both("name", "Trial"),
    "--who",
    "named",
    "--people",
    "Ali Raza,Sana Mir",
    "--quota",
    "5",
  );
  const state = async () => (await json<{ state: string }[]>("wave", "list"))[0]?.state;
  expect(await state()).toBe("open");
  await json("wave", "hold", "trial");
  expect(await state()).toBe("held");
  await json("wave", "open", "Trial");
  expect(await state()).toBe("open");
  await json("wave", "close", "Trial");
  expect(await state()).toBe("closed");
  await json("wave", "open", "Trial");
  expect((await beep("wave", "hold", "nothing")).err).toContain("No wave is found");
});

test("invitations are shown, printed with QR codes, listed and made void", async () => {
  const sheet = join(folder, "sheet.html");
  const [invitation] = await json<{ id: string; code: string }[]>("invite", "Ali Raza", "--print", sheet);
  expect(readFileSync(sheet, "utf8")).toContain(invitation?.code as string);
  expect(readFileSync(sheet, "utf8")).toContain("<svg");
  expect((await beep("invite", "Ali Raza", "--print", sheet)).err).toContain("is there already");
  expect(await json<unknown[]>("invitation", "list")).toMatchObject([{ id: invitation?.id, state: "open" }]);
  await json("invitation", "end", invitation?.id as string);
  expect(await json<unknown[]>("invitation", "list")).toEqual([]);
  expect((await beep("invite", "Sana Mir", "--way", "email")).out).toContain("not sent");
});

test("a file of people is tried, taken, and changes nothing the second time", async () => {
  const file = join(folder, "people.csv");
  writeFileSync(file, "number,name_en,unit_en,post_en\nP-1,Imran Ali,Health > Lahore,Secretary\n,Nobody,,\n");
  const dry = await json<Record<string, unknown>>("person", "import", file, "--dry-run");
  expect(dry).toMatchObject({ rows: 2, fresh: 5, refusedRows: 1, dry: true });
  expect((await beep("person", "list", "imran")).out).toBe("");
  expect(await json<Record<string, unknown>>("person", "import", file)).toMatchObject({ fresh: 5, refusedRows: 1 });
  expect((await beep("person", "list", "imran")).out).toContain("Imran Ali");
  expect(await json<Record<string, unknown>>("person", "import", file)).toMatchObject({
    fresh: 0,
    changed: 0,
    same: 1,
  });
  expect((await beep("person", "import", "none.csv")).err).toContain("cannot be read");
});

test("tokens are shown once, people retire, devices and sessions are listed", async () => {
  const { token } = await json<{ token: string }>("token", "add", "--name", "HR system");
  const [kept] = await json<{ id: string }[]>("token", "list");
  expect(JSON.stringify(kept)).not.toContain(token);
  await json("token", "end", kept?.id as string);
  expect(await json<unknown[]>("token", "list")).toEqual([]);
  await json("person", "state", "Imran Ali", "retired");
  expect(await json<unknown[]>("device", "list", "Ali Raza")).toEqual([]);
  expect(await json<object>("ways", "void", "Ali Raza")).toMatchObject({ voided: 0 });
  expect(await json<unknown[]>("session", "list")).toEqual([]);
  expect(await json<unknown[]>("order", "list")).toEqual([]);
});

test("a retirement is put off to a day, listed, and called off", async () => {
  await json("person", "add", ...both("name", "Zahid Gul"), "--in", "Quetta", "--number", "Za");
  const day = new Date(Date.now() + 40 * 24 * 3600_000).toISOString().slice(0, 10);
  const { order } = await json<{ order: string }>("person", "state", "Zahid Gul", "retired", "--from", day);
  expect((await beep("order", "list", "dated")).out).toMatch(
    new RegExp(`^${order} .* dated  state  retired  from .* by the operator ${operatorName()}$`),
  );
  expect(await json<unknown[]>("person", "list", "Zahid Gul")).toMatchObject([{ name: { en: "Zahid Gul" } }]);
  await json("order", "cancel", order);
  expect((await beep("order", "cancel", order)).code).toBe(1);
  expect(await json<unknown[]>("order", "list", "dated")).toEqual([]);
  expect((await beep("person", "state", "Zahid Gul", "retired", "--from", "2040-01-01")).err).toContain("two years");
});

test("all of it is in the audit log, with who of the machine's users did it", async () => {
  const { out } = await beep("audit", "show", "--last", "500", "--json");
  const entries = out
    .split("\n")
    .map((line) => JSON.parse(line) as { kind: string; by: unknown; facts: { do?: string } });
  const own = entries.filter(({ kind }) => kind === "operator");
  for (const { by } of own) expect(by).toEqual({ operator: operatorName() });
  const done = new Set(own.map(({ facts }) => facts.do));
  for (const act of ["put", "grant", "invite", "uninvite", "token", "untoken", "state"]) expect(done).toContain(act);
  expect(entries.some(({ kind }) => kind === "read")).toBe(true);
  expect(JSON.stringify(entries)).not.toMatch(/[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}/);
  expect((await beep("audit", "verify")).code).toBe(0);
});

test("mistakes are one sentence and end with 1", async () => {
  const mistakes: [string[], string][] = [
    [["unit"], 'Say "unit list"'],
    [["unit", "add", "--name", "X"], "--name-ur is missing"],
    [["unit", "add", ...both("name", "X"), "--kind", "castle"], "--kind is one of"],
    [["post", "end", "nothing"], "No post is found"],
    [["admin", "name", "Nobody Atall", "--role", "nodal"], "Nobody is found"],
    [["device", "revoke", "x"], "32 digits"],
    [["charge", "list"], "--person PERSON or --post POST"],
    [["wave", "add", ...both("name", "X"), "--who", "all"], "--who is one of"],
    [["grant", "end", "x", "--what"], "--what"],
  ];
  for (const [args, words] of mistakes) {
    const { code, err } = await beep(...args);
    expect(err).toContain(words);
    expect(code).toBe(1);
  }
});

test("without a node lists and invitations work, and what others must hear of does not", async () => {
  node.kill("SIGTERM");
  await node.exited;
  expect((await json<unknown[]>("unit", "list")).length).toBeGreaterThan(2);
  expect((await beep("code", "Ali Raza")).out).toMatch(/^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{2}$/);
  expect((await beep("unit", "add", ...both("name", "X"), "--kind", "office")).err).toContain("start the node first");
  expect((await beep("person", "import", join(folder, "people.csv"))).err).toContain("start the node first");
  expect((await beep("audit", "verify")).code).toBe(0);
});
