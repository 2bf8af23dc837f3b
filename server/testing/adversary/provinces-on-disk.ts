import { afterAll, afterEach } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backupFolder, restoreFolder } from "../../store/backup.ts";
import { openStore } from "../../store/open.ts";
import { Provinces } from "./provinces.ts";

/** Provinces whose folders a test can back up and put back: new ones each time, ended after each test, and all gone at the end. */
export function provincesOnDisk() {
  const root = mkdtempSync(join(tmpdir(), "beep-on-disk-"));
  let runs = 0;
  let all: Provinces | undefined;
  const folder = (name: string) => join(root, `${runs}-${name}`);
  const end = async () => {
    await all?.stop();
    all = undefined;
  };
  afterEach(end);
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  const replaceBy = (name: string) =>
    (all as Provinces).replace("is", openStore({ folder: folder(name), province: "is" }));
  return {
    /** Ends the ones before. */
    async open(): Promise<Provinces> {
      await end();
      runs++;
      all = await Provinces.open((province) => openStore({ folder: folder(province), province }));
      return all;
    },
    backUp: () => backupFolder(folder("is"), folder("backup")),
    /** Islamabad goes on with what was backed up. */
    async putBack(): Promise<void> {
      restoreFolder(folder("backup"), folder("is restored"));
      await replaceBy("is restored");
    },
    /** Islamabad goes on with nothing, its key neither. */
    empty: () => replaceBy("is empty"),
  };
}
