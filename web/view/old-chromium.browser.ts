import { afterAll, beforeAll, expect, test } from "bun:test";
import { type OldPage, openOldChromium } from "./testing/old-chromium.ts";
import { idOf } from "./testing/people.ts";
import { openPreviewHouse } from "./testing/preview-house.ts";

let house: Awaited<ReturnType<typeof openPreviewHouse>>;
let page: OldPage;
beforeAll(async () => {
  house = await openPreviewHouse();
  page = await openOldChromium();
});
afterAll(async () => {
  await page?.close();
  await house?.close();
});

const show = async (address: string, ready: string) => {
  await page.open("about:blank");
  await page.open(`${house.url}?${address}`);
  await page.until("performance.getEntriesByName('app-ready').length > 0");
  await page.until(ready);
};
const fits = "document.documentElement.scrollWidth <= innerWidth";

test("every screen stands in Chromium 80, in both languages", async () => {
  expect(page.version).toContain("Chrome/80.");
  for (const look of ["lang=en&theme=light", "lang=ur&theme=dark"])
    for (const [address, ready] of [
      ["phase=sign-in#/join/1234", "document.querySelector('.card input').value === '1234'"],
      ["phase=sign-in#/link/1234", "!!document.querySelector('.digits')"],
      ["cut=pb#/", "document.querySelectorAll('.rooms .row').length > 5"],
      [`a#/r/${idOf(1, 2)}`, "document.querySelectorAll('.bubble').length > 3"],
      [`a#/r/${idOf(1, 2)}/info`, "document.querySelectorAll('.info .row').length > 5"],
      ["a#/new", "document.querySelectorAll('.dialog .found .row').length > 3"],
      ["a#/settings", "!!document.querySelector('.dialog .facts')"],
      ["a#/security", "document.querySelectorAll('.thing').length > 4"],
      ["a#/security/pin", "!!document.querySelector('.dialog .qr')"],
      ["a#/security/recovery", "document.querySelectorAll('.codes li').length === 10"],
    ] as const) {
      await show(`${look}&${address}`, ready);
      expect([address, await page.ask(fits)]).toEqual([address, true]);
    }
  expect(await page.ask("document.documentElement.dir")).toBe("rtl");
  expect(page.faults).toEqual([]);
});

test("a message goes out in Chromium 80, and its stage follows", async () => {
  await show(`lang=en#/r/${idOf(2, 2)}`, "!!document.querySelector('textarea')");
  await page.ask(`(() => {
    const area = document.querySelector("textarea");
    area.value = "ٹھیک ہے";
    area.dispatchEvent(new Event("input", { bubbles: true }));
  })()`);
  await page.until("!document.querySelector('.round').disabled");
  await page.ask("document.querySelector('.round').click()");
  await page.until("!!document.querySelector('.stage.waiting')");
  await page.until("!document.querySelector('.stage.waiting')");
  const log = "document.querySelector('.log')";
  expect(await page.ask(`${log}.scrollHeight - ${log}.clientHeight - ${log}.scrollTop < 2`)).toBe(true);
  expect(page.faults).toEqual([]);
});
