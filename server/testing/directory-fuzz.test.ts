import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../store/open.ts";
import { fuzzDirectory } from "./directory-fuzz.ts";
import { MemoryStore } from "./memory-store.ts";

const SEEDS = Number(process.env.BEEP_FUZZ_SEEDS ?? 25);
const FIRST = Number(process.env.BEEP_FUZZ_FROM ?? 1);

const folder = mkdtempSync(join(tmpdir(), "beep-directory-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("replicas of the directory agree, and take nothing that was forged", () => {
  for (let seed = FIRST; seed < FIRST + SEEDS; seed++)
    test(`seed ${seed}`, async () => {
      const { done, lies, problems } = await fuzzDirectory(seed, (province) => new MemoryStore({ province }));
      expect(problems).toEqual([]);
      expect(done).toBeGreaterThan(60);
      expect(lies).toBeGreaterThan(3);
    });

  for (const seed of [1, 2])
    test(`seed ${seed} on SQLite`, async () => {
      const open = (province: string) => openStore({ folder: join(folder, `${seed}-${province}`), province });
      const { problems } = await fuzzDirectory(seed, open, { steps: 150 });
      expect(problems).toEqual([]);
    });
});
