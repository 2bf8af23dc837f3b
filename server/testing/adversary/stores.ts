import { afterAll, afterEach, describe } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Province } from "#protocol/ids";
import { openStore } from "../../store/open.ts";
import { MemoryStore } from "../memory-store.ts";
import { House } from "./house.ts";

/** The same attacks on the store in memory and on SQLite, which is stricter about what it is given. */
export function onBothStores(what: string, attacks: (open: () => Promise<House>) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "beep-hostile-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  let folders = 0;
  const stores = {
    memory: (province: Province) => new MemoryStore({ province }),
    SQLite: (province: Province) => openStore({ folder: join(folder, `${folders++}`), province }),
  };
  for (const [name, open] of Object.entries(stores))
    describe(`${what}, ${name}`, () => {
      let house: House | undefined;
      afterEach(() => house?.stop());
      attacks(async () => {
        house = await House.open(open);
        return house;
      });
    });
}
