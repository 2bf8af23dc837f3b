import { afterAll, beforeEach, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

// A copy of the project's commands, whose Debian is a server of this test's and whose nats-servers only tell their version.
const scripts = resolve(import.meta.dir, "..");
const folder = mkdtempSync(join(tmpdir(), "beep-nats-pin-"));
const project = join(folder, "project");
const own = join(project, ".beep/tools/bin/nats-server");
const onPath = join(folder, "path/nats-server");
let served: Uint8Array | undefined;
let asked = 0;
const mirror = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch() {
    asked++;
    return served ? new Response(Buffer.from(served)) : new Response("", { status: 404 });
  },
});
afterAll(async () => {
  await mirror.stop(true);
  rmSync(folder, { recursive: true, force: true });
});

const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const program = (version: string, more = "") => `#!/bin/sh\necho "nats-server: v${version}"\n${more}`;

/** One of Debian's packages, and the program in it. */
function pack(version: string, text = program(version.replace(/-.*/, ""))) {
  const root = join(folder, `package-${version}`);
  rmSync(root, { recursive: true, force: true });
  mkdirSync(join(root, "DEBIAN"), { recursive: true });
  mkdirSync(join(root, "usr/sbin"), { recursive: true });
  writeFileSync(
    join(root, "DEBIAN/control"),
    `Package: nats-server\nVersion: ${version}\nArchitecture: all\nMaintainer: nobody <a@b.example>\nDescription: test\n`,
  );
  writeFileSync(join(root, "usr/sbin/nats-server"), text);
  const file = join(folder, `${version}.deb`);
  const made = Bun.spawnSync(["dpkg-deb", "-Znone", "--root-owner-group", "-b", root, file]);
  if (made.exitCode !== 0) throw new Error(made.stderr.toString());
  return { file, bytes: new Uint8Array(readFileSync(file)), program: Buffer.from(text) };
}

const pinned = pack("2.15.1-1");
const newer = pack("2.16.0-1");
const lockOf = (version: string, deb: Uint8Array, binary: Uint8Array) =>
  ["amd64", "arm64"].map((platform) => `${platform} ${version} ${sha256(deb)} ${sha256(binary)}\n`).join("");
const writeLock = (text: string) => writeFileSync(join(project, "scripts/install/nats.lock"), `# a comment\n${text}`);

beforeEach(() => {
  rmSync(project, { recursive: true, force: true });
  mkdirSync(join(project, "scripts/install"), { recursive: true });
  for (const name of ["nats", "install/say.sh", "install/system.sh", "install/nats.sh"])
    cpSync(join(scripts, name), join(project, "scripts", name));
  appendFileSync(
    join(project, "scripts/install/system.sh"),
    `debian_mirror() { printf 'http://127.0.0.1:${mirror.port}'; }\n`,
  );
  debianSigns(newer.file);
  writeLock(lockOf("2.15.1-1", pinned.bytes, pinned.program));
  onThePath("2.9.10");
  served = pinned.bytes;
  asked = 0;
});

/** What apt would bring, its signature checked: apt itself is not what is tried here. */
function debianSigns(file: string) {
  appendFileSync(
    join(project, "scripts/install/nats.sh"),
    `nats_newest_packages() { shift; for one; do cp ${file} "$leftover/package/nats-server_new_$one.deb"; done; }\n`,
  );
}

function onThePath(version: string) {
  mkdirSync(join(folder, "path"), { recursive: true });
  writeFileSync(onPath, program(version));
  chmodSync(onPath, 0o755);
}

writeFileSync(join(folder, "apt.conf"), 'Acquire::http::Proxy::127.0.0.1 "DIRECT";\nAcquire::Retries "0";\n');
async function bash(...command: string[]) {
  const run = Bun.spawn(command, {
    cwd: project,
    env: { PATH: `${join(folder, "path")}:/usr/bin:/bin`, APT_CONFIG: join(folder, "apt.conf"), HOME: folder },
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, err] = await Promise.all([new Response(run.stdout).text(), new Response(run.stderr).text()]);
  return { ok: (await run.exited) === 0, said: out + err };
}
const operator = (...words: string[]) => bash("scripts/nats", ...words);
/** What `scripts/start` and `scripts/test` do. */
const demo = () =>
  bash(
    "bash",
    "-Eeuo",
    "pipefail",
    "-c",
    'for part in say system nats; do . "scripts/install/$part.sh"; done; install_nats',
  );
const installed = () => (existsSync(own) ? sha256(readFileSync(own)) : undefined);

test("the pinned one is fetched, checked and kept: the next time nothing is asked", async () => {
  for (const install of [operator, demo]) {
    rmSync(own, { force: true });
    asked = 0;
    expect(await install()).toMatchObject({ ok: true });
    expect(installed()).toBe(sha256(pinned.program));
    expect(asked).toBe(1);
    expect(await install()).toMatchObject({ ok: true });
    expect(asked).toBe(1);
  }
  expect(await operator("--check")).toMatchObject({ ok: true });
});

test("a wrong hash is refused, of the package and of the program, for an operator and for the demo alike", async () => {
  const altered = pack("2.15.1-1", program("2.15.1", "echo altered\n"));
  const flipped = pinned.bytes.slice();
  flipped[flipped.length - 1] = (flipped.at(-1) as number) ^ 1;
  for (const install of [operator, demo]) {
    for (const wrong of [altered.bytes, newer.bytes, flipped, pinned.bytes.slice(0, -1), Buffer.from("no package")]) {
      served = wrong;
      const { ok, said } = await install();
      expect([ok, installed()]).toEqual([false, undefined]);
      expect(said).toContain(`SHA-256 of the package is ${sha256(wrong)}`);
    }
    served = pinned.bytes;
    writeLock(lockOf("2.15.1-1", pinned.bytes, altered.program));
    const { ok, said } = await install();
    expect([ok, installed()]).toEqual([false, undefined]);
    expect(said).toContain("SHA-256 of the program is");
    writeLock(lockOf("2.15.1-1", pinned.bytes, pinned.program));
  }
});

test("what was altered in place is not run, but fetched anew", async () => {
  for (const install of [operator, demo]) {
    await install();
    appendFileSync(own, "\n");
    expect(await operator("--check")).toMatchObject({ ok: false });
    expect(await install()).toMatchObject({ ok: true });
    expect(installed()).toBe(sha256(pinned.program));
  }
});

test("where Debian moved on, an operator's machine refuses; tests and the demo take what Debian signs, and say so each time", async () => {
  served = undefined;
  const refused = await operator();
  expect([refused.ok, installed()]).toEqual([false, undefined]);
  for (const way of ["2.15.1-1", "--from FILE", "on the PATH", "--update"]) expect(refused.said).toContain(way);

  for (let times = 0; times < 2; times++) {
    const { ok, said } = await demo();
    expect([ok, installed()]).toEqual([true, sha256(newer.program)]);
    for (const word of ["WARNING", sha256(newer.program), sha256(pinned.program), "--update"])
      expect(said).toContain(word);
  }
  expect(asked).toBe(2);
  expect(await operator("--check")).toMatchObject({ ok: false });
  expect(await operator()).toMatchObject({ ok: false });
  expect(installed()).toBeUndefined();

  await demo();
  appendFileSync(own, "\n");
  served = pinned.bytes;
  expect(await demo()).toMatchObject({ ok: true });
  expect(installed()).toBe(sha256(pinned.program));
});

test("the pinned version under another hash is refused even where Debian signs it", async () => {
  served = undefined;
  const rebuilt = join(folder, "rebuilt.deb");
  cpSync(pack("2.15.1-1", program("2.15.1", "echo rebuilt\n")).file, rebuilt);
  debianSigns(rebuilt);
  const { ok, said } = await demo();
  expect([ok, installed()]).toEqual([false, undefined]);
  expect(said).toContain("SHA-256 of the package");
});

test("one on the PATH that is new enough is the operator's own, and is said to be", async () => {
  onThePath("2.14.0");
  for (const install of [operator, demo]) {
    rmSync(own, { force: true });
    const { ok, said } = await install();
    expect(ok).toBe(true);
    expect(said).toContain("its operator's own");
    expect(lstatSync(own).isSymbolicLink()).toBe(true);
  }
  expect(await operator("--check")).toMatchObject({ ok: true });
  expect(asked).toBe(0);
  onThePath("2.13.9");
  expect(await operator("--check")).toMatchObject({ ok: false });
  expect(await operator()).toMatchObject({ ok: true });
  expect(installed()).toBe(sha256(pinned.program));
});

test("a copy from elsewhere is taken by its hash alone, as a package and as a program", async () => {
  served = undefined;
  const file = (name: string, bytes: Uint8Array | string) => {
    writeFileSync(join(folder, name), bytes);
    return join(folder, name);
  };
  for (const right of [file("right.deb", pinned.bytes), file("right", pinned.program)]) {
    rmSync(own, { force: true });
    expect(await operator("--from", right)).toMatchObject({ ok: true });
    expect(installed()).toBe(sha256(pinned.program));
  }
  rmSync(own);
  for (const wrong of [newer.file, file("wrong", newer.program), file("empty", ""), join(folder, "absent")]) {
    expect(await operator("--from", wrong)).toMatchObject({ ok: false });
    expect(installed()).toBeUndefined();
  }
});

test("an update shows old and new, and what it pins is what is taken from then on", async () => {
  const { ok, said } = await operator("--update");
  expect(ok).toBe(true);
  for (const platform of ["amd64", "arm64"]) {
    expect(said).toContain(`${platform} old: 2.15.1-1 ${sha256(pinned.bytes)}`);
    expect(said).toContain(`${platform} new: 2.16.0-1 ${sha256(newer.bytes)} ${sha256(newer.program)}`);
  }
  expect(readFileSync(join(project, "scripts/install/nats.lock"), "utf8")).toBe(
    `# a comment\n${lockOf("2.16.0-1", newer.bytes, newer.program)}`,
  );
  served = newer.bytes;
  expect(await operator()).toMatchObject({ ok: true });
  expect(installed()).toBe(sha256(newer.program));
  expect((await operator("--update")).said).toContain("nothing to update");
});

test("the lock names a version and two hashes for each platform", () => {
  const lines = readFileSync(join(scripts, "install/nats.lock"), "utf8")
    .split("\n")
    .filter((line) => !/^(#|$)/.test(line));
  expect(lines.map((line) => line.split(" ")[0])).toEqual(["amd64", "arm64"]);
  for (const line of lines) expect(line).toMatch(/^\w+ [\w.+~-]+ [0-9a-f]{64} [0-9a-f]{64}$/);
});
