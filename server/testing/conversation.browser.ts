import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { BrowserHouse } from "./browser-house.ts";
import type { Engine } from "./browsers.ts";

const ROOM = "Flood coordination";
const LETTER = /\b[A-Z][0-9]: [^\n]*/;

let house: BrowserHouse;
beforeAll(async () => {
  house = await BrowserHouse.open();
});
afterAll(() => house?.close());

/** Punjab's Nadia and Islamabad's Ayesha, each before a browser of her own. */
const meet = async (engine: Engine) => {
  const ayesha = await house.seat("ayesha", engine);
  const nadia = await house.seat("nadia", engine, { width: 360, height: 640, locale: "ur-PK" });
  await ayesha.enter(ROOM);
  await nadia.enter(ROOM);
  return { ayesha, nadia };
};

for (const engine of ["chromium", "firefox"] as const)
  describe(`two people in two provinces, in ${engine}`, () => {
    const mark = engine === "chromium" ? "C" : "F";
    let people: Awaited<ReturnType<typeof meet>>;
    beforeAll(async () => {
      people = await meet(engine);
    });

    test("write to each other in English and Urdu, and see how far each message came", async () => {
      const { ayesha, nadia } = people;
      await ayesha.write(`${mark}1: Is the embankment at Rajanpur holding?`);
      await nadia.sees(`${mark}1: Is the embankment at Rajanpur holding?`);
      await nadia.write(`${mark}2: جی ہاں، پشتہ محفوظ ہے۔`);
      await ayesha.sees(`${mark}2: جی ہاں، پشتہ محفوظ ہے۔`);
      // Others in the room are not signed in, so it is not "delivered" to all; it is in every province.
      await ayesha.stage(`${mark}1:`, /^In all provinces/);
      await ayesha.shot(`${engine}-1-talk-en`);
      await nadia.shot(`${engine}-1-talk-ur-phone`);
    });

    test("a cut link is told; each side goes on; healed, both screens have the same order", async () => {
      const { ayesha, nadia } = people;
      house.link("is", "pb", "cut");
      await ayesha.says(/Punjab is cut off from Islamabad since/);
      await ayesha.write(`${mark}3: We cannot reach Lahore, carry on by the plan.`);
      await nadia.write(`${mark}4: اسلام آباد سے رابطہ نہیں، کام جاری ہے۔`);
      await ayesha.stage(`${mark}3:`, /^Stored.*waiting for Punjab/);
      await ayesha.says(/1 message waiting/);
      await ayesha.shot(`${engine}-2-cut-en`);
      await nadia.shot(`${engine}-2-cut-ur-phone`);
      expect(await nadia.order(/F3:|C3:/)).not.toContain(`${mark}3:`);

      house.link("is", "pb", "open");
      await ayesha.sees(`${mark}4: اسلام آباد سے رابطہ نہیں، کام جاری ہے۔`);
      await nadia.sees(`${mark}3: We cannot reach Lahore, carry on by the plan.`);
      await ayesha.stage(`${mark}3:`, /^In all provinces/);
      const ours = new RegExp(`${mark}[0-9]:`);
      expect(await ayesha.order(ours)).toEqual(await nadia.order(ours));
      expect(new Set(await ayesha.order(LETTER)).size).toBe((await ayesha.order(LETTER)).length);
      await ayesha.shot(`${engine}-3-healed-en`);
    });

    test("a node is killed: its client goes on through another province, and comes home again", async () => {
      const { ayesha, nadia } = people;
      const { node } = house.fleet.site("pb");
      await node.kill();
      await nadia.write(`${mark}5: نوڈ بند ہونے کے بعد پیغام۔`);
      await ayesha.sees(`${mark}5: نوڈ بند ہونے کے بعد پیغام۔`);
      await nadia.shot(`${engine}-4-away-ur-phone`);
      await ayesha.write(`${mark}6: Received here.`);
      await nadia.sees(`${mark}6: Received here.`);
      await node.start();
      await ayesha.stage(`${mark}6:`, /^In all provinces/);
      const ours = new RegExp(`${mark}[0-9]:`);
      expect(await nadia.order(ours)).toEqual(await ayesha.order(ours));
    });

    test("what was written offline survives a reload and goes out by itself", async () => {
      const { ayesha, nadia } = people;
      const { node } = house.fleet.site("is");
      for (const code of ["is", "pb", "sd"]) await house.fleet.site(code).node.kill();
      await ayesha.write(`${mark}7: Written while nothing could be reached.`);
      await ayesha.stage(`${mark}7:`, /^Waiting to be sent/);
      await ayesha.page.waitForTimeout(500);
      await ayesha.page.reload().catch(() => {});
      await ayesha.page.locator("nav.side").waitFor();
      if (!(await ayesha.page.locator("textarea").isVisible())) await ayesha.enter(ROOM);
      await ayesha.stage(`${mark}7:`, /^Waiting to be sent/);
      await ayesha.shot(`${engine}-5-offline-en`);
      await node.start();
      for (const code of ["pb", "sd"]) await house.fleet.site(code).node.start();
      await nadia.sees(`${mark}7: Written while nothing could be reached.`);
      await ayesha.stage(`${mark}7:`, /^(Stored|In all provinces)/);
      const shown = (await nadia.order(LETTER)).filter((line) => line.startsWith(`${mark}7`));
      expect(shown).toHaveLength(1);
    });

    test("nothing went wrong on either page", () => {
      expect([...people.ayesha.faults, ...people.nadia.faults]).toEqual([]);
    });
  });
