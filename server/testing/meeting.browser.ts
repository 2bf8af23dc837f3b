import { afterAll, beforeAll, expect, test } from "bun:test";
import { BrowserHouse } from "./browser-house.ts";

const ROOM = "Flood coordination";
const FIVE_HOURS = 5 * 3_600_000;

let house: BrowserHouse;
beforeAll(async () => {
  house = await BrowserHouse.open(["is", "pb"]);
});
afterAll(() => house?.close());

test("a conference that is planned in one province is shown in the other, changes there and is cancelled (R61)", async () => {
  const ayesha = await house.seat("ayesha", "chromium");
  const nadia = await house.seat("nadia", "chromium", { width: 360, height: 640, locale: "ur-PK" });
  await ayesha.enter(ROOM);
  await nadia.enter(ROOM);
  const { page } = ayesha;
  const card = nadia.page.locator(".meeting");
  const says = (words: string) => card.getByText(words).first().waitFor();
  const save = () => page.click(".dialog footer .primary");

  await page.click(".title button");
  await page.click("text=Plan a conference");
  await page.fill(".dialog input:not([type])", "Embankment at Rajanpur");
  // Tomorrow by the clocks of Pakistan, five hours ahead of UTC.
  await page.fill("input[type=date]", new Date(Date.now() + FIVE_HOURS + 86_400_000).toISOString().slice(0, 10));
  await page.fill("input[type=time]", "10:00");
  await page.fill(".dialog textarea", "کشتیاں\nخیمے");
  await save();
  await says("Embankment at Rajanpur");
  const text = await card.innerText();
  expect(text).toContain("10:00–11:00");
  expect(text).toContain("آئندہ کل");
  expect(text).toContain("خیمے");
  expect(text).not.toContain("تبدیل کریں");
  await nadia.shot("meeting-1-planned-ur-phone");

  await page.locator(".meeting").getByText("Change", { exact: true }).click();
  await page.fill("input[type=time]", "15:30");
  await save();
  await says("15:30–16:30");
  expect(await card.count()).toBe(1);

  await page.locator(".meeting").getByText("Change", { exact: true }).click();
  await page.click(".dialog .body > .secondary");
  await page.click(".confirm .danger");
  await says("منسوخ");
  await nadia.shot("meeting-2-cancelled-ur-phone");
  expect([...ayesha.faults, ...nadia.faults]).toEqual([]);
});
