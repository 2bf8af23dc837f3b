import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLdap, readLdapSettings } from "./ldap.ts";

const folder = mkdtempSync(join(tmpdir(), "beep-ldap-"));
const SUFFIX = "dc=mul,dc=example";
const PEOPLE = 1200;
let server: ReturnType<typeof Bun.spawn>;
let url = "";

async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** Debian's slapd with a configuration of its own: one database, read by its manager alone, 500 entries a search at most. */
beforeAll(async () => {
  url = `ldap://127.0.0.1:${await freePort()}`;
  mkdirSync(join(folder, "db"));
  const schemas = ["core", "cosine", "inetorgperson"].map((name) => `include /etc/ldap/schema/${name}.schema`);
  writeFileSync(
    join(folder, "slapd.conf"),
    [
      ...schemas,
      "modulepath /usr/lib/ldap",
      "moduleload back_mdb",
      `pidfile ${join(folder, "pid")}`,
      "database mdb",
      "maxsize 268435456",
      `suffix "${SUFFIX}"`,
      `directory ${join(folder, "db")}`,
      `rootdn "cn=manager,${SUFFIX}"`,
      "rootpw secret",
      "sizelimit 500",
      "access to * by * none",
      "",
    ].join("\n"),
  );
  const lines = [`dn: ${SUFFIX}`, "objectClass: dcObject", "objectClass: organization", "o: Multan", "dc: mul", ""];
  for (let i = 1; i <= PEOPLE; i++)
    lines.push(
      `dn: uid=p${i},${SUFFIX}`,
      "objectClass: inetOrgPerson",
      `uid: p${i}`,
      `cn: Person ${i}`,
      "sn: X",
      `employeeNumber: M-${i}`,
      `displayName:: ${Buffer.from(`شخص ${i}`).toString("base64")}`,
      "title: Clerk",
      "ou: Irrigation > Multan",
      `mail: p${i}@mul.example`,
      "",
    );
  writeFileSync(join(folder, "people.ldif"), lines.join("\n"));
  const added = Bun.spawnSync([
    "/usr/sbin/slapadd",
    "-q",
    "-f",
    join(folder, "slapd.conf"),
    "-l",
    join(folder, "people.ldif"),
  ]);
  expect(added.stderr.toString() + added.exitCode).toEndWith("0");
  server = Bun.spawn(["/usr/sbin/slapd", "-f", join(folder, "slapd.conf"), "-h", url, "-d", "0"], {
    stdout: "ignore",
    stderr: "ignore",
  });
  for (let i = 0; i < 100; i++) {
    if (await readLdap({ ...settings(), filter: "(uid=p1)" }).catch(() => undefined)) return;
    await Bun.sleep(100);
  }
  throw new Error("slapd does not answer.");
});

afterAll(async () => {
  server?.kill();
  await server?.exited;
  rmSync(folder, { recursive: true, force: true });
});

const settings = (more: object = {}) => ({
  url,
  bindDn: `cn=manager,${SUFFIX}`,
  password: "secret",
  base: SUFFIX,
  attributes: { name_ur: "displayName" as const },
  ...more,
});

test("everybody comes, page by page, with the attributes that the settings name", async () => {
  const rows = await readLdap(settings());
  expect(rows).toHaveLength(PEOPLE);
  expect(new Set(rows.map(({ number }) => number)).size).toBe(PEOPLE);
  const first = rows.find(({ number }) => number === "M-7");
  expect(first).toMatchObject({ name_en: "Person 7", name_ur: "شخص 7", post_en: "Clerk", email: "p7@mul.example" });
});

test("a wrong password, nobody there and a wrong part of the tree are said in words", async () => {
  await expect(readLdap(settings({ password: "wrong" }))).rejects.toThrow("refuses");
  await expect(readLdap(settings({ base: "dc=nowhere" }))).rejects.toThrow("did not answer as asked");
  await expect(readLdap(settings({ url: `ldap://127.0.0.1:${await freePort()}` }))).rejects.toThrow("did not answer");
});

test("settings that would send a password in the clear are refused", () => {
  const path = join(folder, "settings.json");
  const read = (value: object) => {
    writeFileSync(path, JSON.stringify(value));
    return () => readLdapSettings(path);
  };
  expect(read({ url: "ldap://hr.example", base: SUFFIX })).toThrow("in the clear");
  expect(read({ url: "ldaps://hr.example", base: SUFFIX, attributes: { shoe: "x" } })).toThrow("shoe");
  expect(read({ url: "http://hr.example", base: SUFFIX })).toThrow("must have");
  expect(read({ url: "ldaps://hr.example", base: SUFFIX })()).toMatchObject({ base: SUFFIX });
});

test("the operator's command brings everybody into a running node, and changes nothing the second time", async () => {
  const data = join(folder, "data");
  const env = { PATH: process.env.PATH, BEEP_PROVINCE: "pb", BEEP_DATA: data, BEEP_PORT: "0", BEEP_OPS_PORT: "0" };
  const main = join(import.meta.dir, "../main.ts");
  const node = Bun.spawn([process.execPath, main], { env, stdout: "ignore", stderr: "ignore" });
  try {
    for (let i = 0; i < 400 && !existsSync(join(data, "ops.json")); i++) await Bun.sleep(50);
    const path = join(folder, "ldap.json");
    writeFileSync(path, JSON.stringify(settings()), { mode: 0o600 });
    const beep = async (...args: string[]) => {
      const command = [process.execPath, join(import.meta.dir, "beep.ts"), "--data", data, ...args, "--json"];
      const child = Bun.spawn(command, { stdout: "pipe", stderr: "pipe" });
      const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
      if ((await child.exited) !== 0) throw new Error(err);
      return JSON.parse(out);
    };
    const asked = await beep("person", "import", "--ldap", path, "--dry-run");
    expect(asked).toMatchObject({ rows: PEOPLE, refusedRows: 0 });
    expect(await beep("person", "list", "Person 7")).toEqual([]);
    // Everybody, two units, one post that all of them hold, and each one's charge of it.
    expect(await beep("person", "import", "--ldap", path)).toMatchObject({ fresh: PEOPLE * 2 + 3, refusedRows: 0 });
    expect(await beep("person", "import", "--ldap", path)).toMatchObject({ fresh: 0, changed: 0, same: PEOPLE });
    expect((await beep("person", "list", "شخص 77"))[0]).toMatchObject({ number: "M-77" });
  } finally {
    node.kill("SIGTERM");
    await node.exited;
  }
});
