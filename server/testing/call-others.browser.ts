import { afterAll, beforeAll, expect, test } from "bun:test";
import { type OldPage, openOldChromium } from "../../web/view/testing/old-chromium.ts";
import { en } from "../../web/locales/call/en.ts";
import { BrowserHouse } from "./browser-house.ts";
import { CallPerson } from "./calls-person.ts";
import { until } from "./until.ts";

let house: BrowserHouse;
let ayesha: CallPerson;
let old: OldPage | undefined;
beforeAll(async () => {
  house = await BrowserHouse.open(["is", "pb"], { calls: true });
  ayesha = await CallPerson.sit(house, "ayesha");
});
afterAll(async () => {
  await Promise.race([old?.close(), Bun.sleep(3_000)]);
  await house?.close();
});

test("Firefox joins the same call, sealed under the same code", async () => {
  const nadia = await CallPerson.sit(house, "nadia", { engine: "firefox" });
  await ayesha.gather("Two browsers", ["nadia"]);
  for (const person of [ayesha, nadia]) await person.open("Two browsers");
  await ayesha.begin("video", true);
  await nadia.press(nadia.words.acceptVideo);
  await Promise.all([ayesha.gets(1, 1), nadia.gets(1, 1)]);
  const [a, n] = [await ayesha.read(), await nadia.read()];
  expect(n).toMatchObject({ seal: "sealed", code: a?.code as string });
  expect(nadia.seat.faults).toEqual([]);
  await nadia.shot("firefox-en");
  await nadia.hangUp();
  await ayesha.hangUp();
  await ayesha.isOut();
});

// That build of Chromium 80 has no sound at all: whatever touches it stands still for ever.
const NO_SOUND = `(() => {
  delete window.AudioContext;
  const missing = () => Promise.reject(new DOMException("none here", "NotFoundError"));
  Object.assign(navigator.mediaDevices, { getUserMedia: missing, enumerateDevices: async () => [] });
})()`;

test("Chromium 80, which cannot encrypt, is told kindly why it is not let in; let in by a host, all see that nothing is sealed", async () => {
  old = await openOldChromium();
  const page = old;
  await page.open(house.fleet.site("is").url);
  await page.until("!!document.querySelector('input')");
  await page.ask(NO_SOUND);
  await page.ask(`(() => {
    const field = document.querySelector("input");
    field.value = ${JSON.stringify(await house.code("bilal", "is"))};
    field.dispatchEvent(new Event("input", { bubbles: true }));
  })()`);
  await page.ask("document.querySelector('form button[type=submit]').click()");
  await page.until("document.querySelectorAll('.rooms a.row').length > 1");
  await ayesha.open("bilal");
  await ayesha.begin("audio");
  await page.until(`document.body.innerText.includes(${JSON.stringify(en.incoming)})`);
  await page.ask("document.querySelector('.ring .accept').click()");
  const words = async () => String(await page.ask("document.body.innerText")).replace(/\s+/g, " ");
  const why = "This call is encrypted from end to end, which this browser cannot do.";
  await until(async () => (await words()).includes(why), "it is told");
  expect((await ayesha.read())?.seal).toBe("sealed");
  await ayesha.page.locator(".controls [aria-expanded]:has(.s-people)").click();
  await ayesha.press(new RegExp(ayesha.words.unseal));
  await ayesha.press(ayesha.words.unsealYes);
  await ayesha.sees(ayesha.words.seal.open);
  await page.ask("document.querySelector('.join-now').click()");
  await page.until("!!document.querySelector('.join .accept')");
  expect(page.faults).toEqual([]);
  // From here on it is not asked any more: with a voice to play, that build may stand still.
  page.ask("document.querySelector('.join .accept').click()").catch(() => {});
  await until(async () => (await ayesha.read())?.faces.length === 2, "she sees him");
  expect((await ayesha.read())?.seal).toBe("open");
});
