import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeStore } from "../testing/store-contract.ts";
import { openStore } from "./open.ts";

// Every commit waits for the disk, and a busy one takes its time.

describeStore("SQLite store", (province, files) => {
  const folder = mkdtempSync(join(tmpdir(), "beep-store-"));
  const store = openStore({ folder, province, files });
  const done = async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  };
  return { store, done };
});
