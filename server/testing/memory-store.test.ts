import { expect, test } from "bun:test";
import { MemoryStore } from "./memory-store.ts";
import { describeStore } from "./store-contract.ts";

// Every commit waits for the disk, and a busy one takes its time.

describeStore("memory store", (province, files) => {
  const store = new MemoryStore({ province, files });
  return { store, done: () => store.close() };
});

test("a held store commits when it is told to", async () => {
  const store = new MemoryStore({ province: "is", held: true });
  let done = false;
  const write = store.write("a".repeat(32), () => {
    done = true;
  });
  await Bun.sleep(1);
  expect(done).toBe(false);
  store.flush();
  await write;
  expect(done).toBe(true);
});
