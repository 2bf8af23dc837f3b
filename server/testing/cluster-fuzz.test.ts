import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore } from "../store/open.ts";
import { fuzzCluster } from "./cluster-fuzz.ts";
import { MemoryStore } from "./memory-store.ts";

const SEEDS = Number(process.env.BEEP_FUZZ_SEEDS ?? 60);
const FIRST = Number(process.env.BEEP_FUZZ_FROM ?? 1);
/** Seeds that once failed. */
const KEPT = [3, 25, 38, 14, 21, 52, 101, 186];

const folder = mkdtempSync(join(tmpdir(), "beep-fuzz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("provinces that were cut, restarted and refilled hold the same logs", () => {
  for (const seed of new Set([...KEPT, ...Array.from({ length: SEEDS }, (_, i) => FIRST + i)]))
    test(`seed ${seed}`, async () => {
      const open = (province: string) => new MemoryStore({ province, files: 1 + (seed % 3) });
      const { acked, problems } = await fuzzCluster(seed, open);
      expect(problems).toEqual([]);
      expect(acked).toBeGreaterThan(20);
    });

  for (const seed of [1, 2, 3, 4])
    test(`seed ${seed} on SQLite`, async () => {
      const open = (province: string) =>
        openStore({ folder: join(folder, `${seed}-${province}`), province, files: 1 + (seed % 2) });
      const { problems } = await fuzzCluster(seed, open, { steps: 200 });
      expect(problems).toEqual([]);
    });
});
