import { afterAll, beforeAll, expect, test } from "bun:test";
import { type OldPage, openOldChromium } from "../../web/view/testing/old-chromium.ts";
import { BrowserHouse } from "./browser-house.ts";

let house: BrowserHouse;
let page: OldPage;
beforeAll(async () => {
  house = await BrowserHouse.open(["is", "pb", "sd"]);
  page = await openOldChromium();
});
afterAll(async () => {
  await page?.close();
  await house?.close();
});

const fill = (field: string, words: string) => `(() => {
  const field = document.querySelector(${JSON.stringify(field)});
  field.value = ${JSON.stringify(words)};
  field.dispatchEvent(new Event("input", { bubbles: true }));
})()`;

test("somebody with Chromium 80 signs in at a real node and talks with somebody in another province", async () => {
  const nadia = await house.seat("nadia", "chromium");
  await nadia.enter("Flood coordination");

  await page.open(house.fleet.site("is").url);
  await page.until("!!document.querySelector('input')");
  await page.ask(fill("input", await house.code("ayesha", "is")));
  await page.ask("document.querySelector('form button[type=submit]').click()");
  await page.until("document.querySelectorAll('.rooms a.row').length > 3");
  await page.ask(
    "[...document.querySelectorAll('.rooms a.row')].find((row) => row.textContent.includes('Flood')).click()",
  );
  await page.until("!!document.querySelector('textarea') && document.querySelectorAll('.bubble').length > 3");
  await page.ask(fill("textarea", "Sent from an old browser."));
  await page.until("!document.querySelector('form.composer button[type=submit]').disabled");
  await page.ask("document.querySelector('form.composer button[type=submit]').click()");
  await nadia.sees("Sent from an old browser.");
  await nadia.write("پرانے براؤزر میں بھی پہنچا۔");
  await page.until("document.querySelector('.log').textContent.includes('پرانے براؤزر میں بھی پہنچا۔')");
  expect(page.version).toContain("Chrome/80.");
  expect(page.faults).toEqual([]);
});

test("with Chromium 80 one sets a photo of oneself", async () => {
  await page.ask("location.hash = '#/security/photo'");
  await page.until("!!document.querySelector('.photo-pick input[type=file]')");
  await page.ask(`new Promise((done) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 900, height: 1200 });
    canvas.getContext("2d").fillRect(200, 300, 400, 500);
    canvas.toBlob((blob) => {
      const files = new DataTransfer();
      files.items.add(new File([blob], "me.png", { type: "image/png" }));
      const input = document.querySelector(".photo-pick input");
      input.files = files.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
      done();
    });
  })`);
  await page.until("!!document.querySelector('.photo-frame')");
  await page.ask("document.querySelector('.photo-deeds .primary').click()");
  await page.ask("location.hash = '#/'");
  await page.until("(document.querySelector('.side .me img') || {}).naturalWidth === 256");
  expect(page.faults).toEqual([]);
});
