import { expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readTree } from "./tree.ts";

async function folder(use: (root: string) => Promise<void>): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "beep-tree-"));
  for (const path of ["node_modules/a/index.ts", "web/dist/a.js", "web/a.ts", ".ci/run"]) {
    mkdirSync(join(root, path, ".."), { recursive: true });
    await Bun.write(join(root, path), `${path}\n`);
  }
  await Bun.write(join(root, "web/icon.png"), new Uint8Array([137, 80, 0, 1]));
  await use(root).finally(() => rmSync(root, { recursive: true }));
}

test("without git: every source, nothing installed, built or binary", () =>
  folder(async (root) => {
    expect([...readTree(root).keys()]).toEqual([".ci/run", "web/a.ts"]);
  }));

test("with git: what is tracked or would be", () =>
  folder(async (root) => {
    await Bun.write(join(root, ".gitignore"), "node_modules/\nweb/dist/\n");
    expect(Bun.spawnSync(["git", "init", "-q"], { cwd: root }).exitCode).toBe(0);
    expect([...readTree(root).keys()]).toEqual([".ci/run", ".gitignore", "web/a.ts"]);
  }));
