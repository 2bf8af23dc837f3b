import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildShim, faults, missing, writeAndKill } from "./run.ts";

const base = mkdtempSync(join(tmpdir(), "beep-power-"));
afterAll(() => rmSync(base, { recursive: true, force: true }));
const shim = buildShim(base);
if (!shim.path) console.warn(`power loss: not tested, ${shim.reason}`);

const SEEDS = [1, 2, 3, 4];
const TIMEOUT = 30_000;

for (const seed of SEEDS) {
  test(
    `kill -9 loses nothing that was acknowledged (seed ${seed})`,
    async () => {
      const folder = join(base, `kill-${seed}`);
      // Twice on one folder: the second life begins where the first was cut off.
      const first = await writeAndKill(folder, seed, 40 * seed);
      const second = await writeAndKill(folder, seed + 100, 50);
      expect(Math.min(first.length, second.length)).toBeGreaterThan(0);
      expect(await missing(folder, [...first, ...second])).toEqual([]);
      expect(faults(folder)).toEqual([]);
    },
    TIMEOUT,
  );
}

describe.skipIf(!shim.path)("power loss", () => {
  interface Life {
    seed: number;
    ms: number;
    /** percent of unsynced pages that reach the disk by themselves */
    early: number;
    synchronous?: string;
    /** what the disk held when this life began */
    disk?: string;
  }

  /** Writes under the shim until killed, then keeps only what the disk would have had. */
  async function lose(name: string, { seed, ms, early, synchronous = "FULL", disk }: Life) {
    const [folder, shadow] = [join(base, `${name}-live`), join(base, `${name}-disk`)];
    if (disk) for (const copy of [folder, shadow]) cpSync(disk, copy, { recursive: true });
    else mkdirSync(shadow);
    const env = {
      LD_PRELOAD: shim.path,
      POWER_LOSS_FOLDER: folder,
      POWER_LOSS_SHADOW: shadow,
      POWER_LOSS_EARLY: String(early),
      POWER_LOSS_SEED: String(seed),
    };
    const acked = await writeAndKill(folder, seed, ms, env, synchronous);
    expect(acked.length).toBeGreaterThan(0);
    return { acked, shadow };
  }

  for (const seed of SEEDS) {
    test(
      `nothing acknowledged is lost and every file is whole, twice over (seed ${seed})`,
      async () => {
        const early = [0, 10, 50, 90][seed - 1] as number;
        const first = await lose(`full-${seed}`, { seed, ms: 100 * seed, early });
        const second = await lose(`again-${seed}`, { seed: seed + 100, ms: 200, early, disk: first.shadow });
        expect(await missing(second.shadow, [...first.acked, ...second.acked])).toEqual([]);
        expect(faults(second.shadow)).toEqual([]);
      },
      TIMEOUT,
    );
  }

  for (const synchronous of ["OFF", "NORMAL"]) {
    test(
      `the test can fail: with synchronous=${synchronous} acknowledged events are lost`,
      async () => {
        // A life that was killed right behind a checkpoint has lost nothing yet: several are tried.
        let lost = 0;
        for (let seed = 9; lost === 0 && seed < 17; seed++) {
          const { acked, shadow } = await lose(`${synchronous}-${seed}`, { seed, ms: 200, early: 0, synchronous });
          // What the disk has must not count as kept only because nothing could be opened.
          const copy = `${shadow}-copy`;
          cpSync(shadow, copy, { recursive: true });
          expect(existsSync(join(copy, "directory.db"))).toBe(true);
          lost = (await missing(copy, acked)).length;
        }
        expect(lost).toBeGreaterThan(0);
      },
      TIMEOUT,
    );
  }
});
