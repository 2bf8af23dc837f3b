import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Browser, Page } from "playwright-core";
import { launch } from "../../../server/testing/browsers.ts";
import { openSealedHouse, type SealedHouse } from "./testing/sealed-house.ts";
import type { Keys, Outcome, SealedLoop } from "./testing/sealed-page.ts";
import type { SealWay } from "./transform.ts";

let house: SealedHouse;
beforeAll(async () => {
  house = await openSealedHouse();
});
afterAll(() => house?.close());

test("the worker is a classic script that old browsers can read", () => {
  expect(house.worker.length).toBeGreaterThan(1_000);
  expect(house.worker).not.toMatch(/\b(import|export)\b|\?\?=|\|\|=|\?\.|#[a-z]+\s*[=;(]|\d+n\b/);
});

const ways: ["chromium" | "firefox", SealWay][] = [
  ["chromium", "script"],
  ["chromium", "streams"],
  ["firefox", "script"],
];

for (const [engine, way] of ways)
  describe(`${engine} by ${way}`, () => {
    let browser: Browser;
    let page: Page;
    const faults: string[] = [];
    beforeAll(async () => {
      browser = await launch(engine);
      page = await browser.newPage();
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
      await page.goto(house.url);
      await page.waitForFunction(() => "sealedLoop" in window);
    });
    afterAll(async () => {
      await browser?.close();
      expect(faults).toEqual([]);
    });

    const trial = (keys: Keys): Promise<Outcome> =>
      page.evaluate(([way, keys]) => (window as unknown as { sealedLoop: SealedLoop }).sealedLoop.trial(way, keys), [
        way,
        keys,
      ] as const);

    test("with the right key all is seen and heard, after a new epoch and after a pause too", async () => {
      const outcome = await trial("same");
      expect(outcome.videoDecoded).toBeGreaterThan(20);
      expect(outcome.afterEpoch).toBeGreaterThan(5);
      expect(outcome.audioEnergy).toBeGreaterThan(0);
      expect(outcome.again).toBeGreaterThan(20);
      expect(outcome.sent).toMatchObject({ noKey: 0, failed: 0 });
      expect(outcome.received).toMatchObject({ noKey: 0, wrongKey: 0, failed: 0 });
      expect(outcome.received.decoded).toBeGreaterThan(outcome.sent.encrypted * 0.8);
    });

    test("with a wrong key nothing is seen or heard", async () => {
      const outcome = await trial("other");
      expect(outcome.packets).toBeGreaterThan(20);
      expect(outcome).toMatchObject({ videoDecoded: 0, audioEnergy: 0, received: { decoded: 0 } });
      expect(outcome.received.wrongKey).toBeGreaterThan(20);
    });

    test("a key that comes late brings the picture soon", async () => {
      const outcome = await trial("late");
      expect(outcome.received.noKey).toBeGreaterThan(10);
      console.log(`${engine} by ${way}: picture ${Math.round(outcome.seenAfter)} ms after the key`);
      expect(outcome.seenAfter).toBeFinite();
    });

    test("without a key nothing is sent", async () => {
      const outcome = await trial("none");
      expect(outcome).toMatchObject({ videoDecoded: 0, audioEnergy: 0, sent: { encrypted: 0 } });
      expect(outcome.sent.noKey).toBeGreaterThan(20);
      // What is left is padding that probes the bandwidth, which carries nothing.
      expect(outcome.received).toMatchObject({ decoded: 0, wrongKey: 0, failed: 0 });
    });

    test("in a call that a host has opened frames pass as they are", async () => {
      const outcome = await trial("open");
      expect(outcome.videoDecoded).toBeGreaterThan(10);
      expect(outcome.audioEnergy).toBeGreaterThan(0);
      expect(outcome).toMatchObject({ sent: { encrypted: 0 }, received: { decoded: 0 } });
    });

    test("sealing costs little", async () => {
      const costs = await page.evaluate(async () => {
        const { sealedLoop } = window as unknown as { sealedLoop: SealedLoop };
        return { speech: await sealedLoop.cost(60), picture: await sealedLoop.cost(4_000) };
      });
      console.log(
        `${engine}: sealing takes ${Math.round(costs.speech)} µs (60 B), ${Math.round(costs.picture)} µs (4 kB)`,
      );
      // Sixty times the bytes: what grows with them costs far less than what each frame costs.
      expect(costs.picture / costs.speech).toBeLessThan(40);
    });
  });
