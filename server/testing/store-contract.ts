import { afterEach, describe } from "bun:test";
import type { Province } from "#protocol/ids";
import type { Store } from "../domain/ports.ts";
import { directoryRules } from "./store-contract/directory.ts";
import { logRules } from "./store-contract/log.ts";
import { markRules } from "./store-contract/marks.ts";
import { outboxRules } from "./store-contract/outbox.ts";
import { pageRules } from "./store-contract/page.ts";
import { roomRules } from "./store-contract/rooms.ts";
import { writeRules } from "./store-contract/write.ts";

/** Opens an empty store of a province with so many shard files beside the directory; `done` closes and removes it. */
export type OpenStore = (province: Province, files: number) => { store: Store; done: () => Promise<void> };
/** Opens a store for one test, closed behind it: of `is` and with one shard file unless told. */
export type Fresh = (province?: Province, files?: number) => Store;

/** What every implementation of the store's port keeps to. */
export function describeStore(name: string, open: OpenStore): void {
  describe(name, () => {
    const opened: (() => Promise<void>)[] = [];
    const fresh: Fresh = (province = "is", files = 1) => {
      const { store, done } = open(province, files);
      opened.push(done);
      return store;
    };
    afterEach(async () => {
      for (const done of opened.splice(0)) await done();
    });
    describe("log", () => logRules(fresh));
    describe("page", () => pageRules(fresh));
    describe("rooms", () => roomRules(fresh));
    describe("marks", () => markRules(fresh));
    describe("outbox", () => outboxRules(fresh));
    describe("directory", () => directoryRules(fresh));
    describe("writing", () => writeRules(fresh));
  });
}
