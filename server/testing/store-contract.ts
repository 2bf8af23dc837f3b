import { afterEach, describe } from "bun:test";
import { asideRules } from "./store-contract/aside.ts";
import { contactRules } from "./store-contract/contacts.ts";
import { credentialRules } from "./store-contract/credentials.ts";
import { directoryRules } from "./store-contract/directory.ts";
import type { Fresh, OpenStore } from "./store-contract/material.ts";
import { lifeRules } from "./store-contract/life.ts";
import { logRules } from "./store-contract/log.ts";
import { markRules } from "./store-contract/marks.ts";
import { officeRules } from "./store-contract/offices.ts";
import { outboxRules } from "./store-contract/outbox.ts";
import { pageRules } from "./store-contract/page.ts";
import { roomRules } from "./store-contract/rooms.ts";
import { signedRules } from "./store-contract/signed.ts";
import { writeRules } from "./store-contract/write.ts";

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
    describe("life", () => lifeRules(fresh));
    describe("log", () => logRules(fresh));
    describe("aside", () => asideRules(fresh));
    describe("page", () => pageRules(fresh));
    describe("rooms", () => roomRules(fresh));
    describe("contacts", () => contactRules(fresh));
    describe("marks", () => markRules(fresh));
    describe("outbox", () => outboxRules(fresh));
    describe("directory", () => directoryRules(fresh));
    describe("offices", () => officeRules(fresh));
    describe("credentials", () => credentialRules(fresh));
    describe("signed", () => signedRules(fresh));
    describe("writing", () => writeRules(fresh));
  });
}
