import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../domain/error.ts";
import type { Store } from "../domain/ports.ts";
import { openStore } from "../store/open.ts";
import { LookingUp } from "./looking-up.ts";

const id = (n: number) => n.toString(16).padStart(32, "0");
const ids = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => id(from + i));
const DAY_MS = 24 * 3_600_000;

test("a node that starts again gives nobody a new day, and forgets former ones (R133)", async () => {
  const folder = mkdtempSync(join(tmpdir(), "beep-looking-"));
  try {
    const wall = { ms: Date.UTC(2026, 0, 5, 9) };
    const [reader, other] = [id(1), id(2)];
    const run = async (work: (up: LookingUp, store: Store) => void) => {
      const store = openStore({ folder, province: "is" });
      const errors: unknown[] = [];
      work(
        new LookingUp(
          store,
          () => wall.ms,
          (error) => errors.push(error),
          10,
        ),
        store,
      );
      await store.close();
      expect(errors).toEqual([]);
    };
    const waits = (work: () => void): number | undefined => {
      try {
        work();
        return undefined;
      } catch (error) {
        return error instanceof AppError ? error.options.retryAfter : Number.NaN;
      }
    };
    await run((up) => up.see(reader, ids(100, 106)));
    await run((up) => {
      up.see(reader, ids(100, 109));
      expect(waits(() => up.see(reader, ids(109, 111)))).toBe(15 * 3_600_000);
      up.see(other, ids(109, 111));
      up.see(reader, [id(109)]);
    });
    await run((up) => {
      expect(waits(() => up.see(reader, [id(110)]))).toBe(15 * 3_600_000);
      up.see(reader, ids(100, 110));
    });
    wall.ms += DAY_MS;
    const today = Math.floor(wall.ms / DAY_MS);
    await run((up) => up.see(reader, ids(110, 112)));
    await run((_, store) => {
      expect(store.seenOn(today, reader).sort()).toEqual(ids(110, 112));
      expect(store.seenOn(today - 1, reader)).toEqual([]);
      expect(store.seenOn(today - 1, other)).toEqual([]);
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
