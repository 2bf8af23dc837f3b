import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { idOf } from "../testing/people.ts";
import { openPreviewHouse } from "../testing/preview-house.ts";
import { hindrances, rest, watchFetching } from "../testing/usable.ts";
import { PATIENCE_MS } from "../../../server/testing/until.ts";
import { wallOf } from "./pakistan-time.ts";

const ROOM = `#/r/${idOf(1, 2)}`;
const DAY = 86_400_000;

let house: Awaited<ReturnType<typeof openPreviewHouse>>;
beforeAll(async () => {
  house = await openPreviewHouse();
});
afterAll(() => house?.close());

/** A machine whose own clock is set to another zone than Pakistan's. */
async function withPage(size: { width: number; height: number }, look: string, work: (page: Page) => Promise<void>) {
  const context = await house.browser.newContext({
    viewport: size,
    bypassCSP: true,
    timezoneId: "America/New_York",
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  watchFetching(page);
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  const show = async (place: string) => {
    await page.goto("about:blank");
    await page.goto(`${house.url}?${look}&call&meetings${place}`);
    await page.waitForFunction(() => performance.getEntriesByName("app-ready").length > 0);
    await rest(page);
  };
  try {
    await show(ROOM);
    await work(Object.assign(page, { show }));
    expect(faults).toEqual([]);
  } finally {
    await context.close();
  }
}

const lastCard = (page: Page) => page.locator(".meeting").last();

test("a conference is planned in Pakistan time, changed, put into a calendar and cancelled", async () => {
  await withPage({ width: 1280, height: 800 }, "lang=en", async (page) => {
    await page.click(".title button");
    await page.click("text=Plan a conference");
    await page.click(".dialog footer .primary");
    expect(await page.textContent("[role=alert]")).toBe("Enter the subject.");
    const { date } = wallOf(Date.now() + DAY);
    await page.fill(".dialog input:not([type])", "Review of camps; Sukkur");
    await page.fill("input[type=date]", date);
    await page.fill("input[type=time]", "10:00");
    await page.fill(".dialog textarea", "Boats\nTents");
    await page.getByRole("radio", { name: "1½ hours" }).check();
    await page.getByRole("radio", { name: "Selected members" }).check();
    await page.click(".meet-people .row >> nth=0");
    await page.click(".dialog footer .primary");
    await page.waitForSelector(".dialog", { state: "detached" });
    await page.waitForFunction(() => document.body.textContent?.includes("Review of camps; Sukkur"));
    await lastCard(page).scrollIntoViewIfNeeded();
    const text = () => lastCard(page).innerText();
    expect(await text()).toContain("Tomorrow, 10:00–11:30 PKT");
    expect(await text()).toContain("1 member is asked to attend");
    expect(await text()).not.toContain("Join\n");

    const coming = page.waitForEvent("download");
    await lastCard(page).getByText("Add to calendar").click();
    const file = await coming;
    expect(file.suggestedFilename()).toBe("Review-of-camps-Sukkur.ics");
    const ics = readFileSync((await file.path()) as string, "utf8");
    expect(ics).toContain(`DTSTART;TZID=Asia/Karachi:${date.replaceAll("-", "")}T100000\r\n`);
    expect(ics).toContain("SUMMARY:Review of camps\\; Sukkur\r\n");

    await lastCard(page).getByText("Change").click();
    expect(await page.inputValue("input[type=time]")).toBe("10:00");
    expect(await page.inputValue(".dialog textarea")).toBe("Boats\nTents");
    await page.fill("input[type=time]", "14:15");
    await page.click(".dialog footer .primary");
    await page.waitForFunction(() => document.body.textContent?.includes("14:15–15:45 PKT"));

    await lastCard(page).getByText("Change").click();
    await page.click(".dialog >> text=Cancel the conference");
    await page.click(".confirm .danger");
    await page.waitForSelector(".dialog", { state: "detached" });
    expect(await text()).toContain("Cancelled");
    expect(await text()).not.toContain("Add to calendar");
  });
});

test("one may join the conferences that are on or near, and reaches the door of the call", async () => {
  await withPage({ width: 360, height: 640 }, "lang=ur", async (page) => {
    await page.waitForSelector(".meeting");
    const soon = page.locator(".meeting.soon");
    await soon.scrollIntoViewIfNeeded();
    expect(await soon.innerText()).toContain("5 منٹ میں آغاز");
    expect(await page.locator(".meeting.planned").getByText("شامل ہوں").count()).toBe(0);
    await soon.getByText("شامل ہوں", { exact: true }).click();
    await page.waitForSelector(".join");
  });
});

for (const [width, height, look] of [
  [360, 640, "lang=ur&theme=dark"],
  [1280, 800, "lang=en&theme=light"],
] as const)
  test(`cards and sheet are usable by all and fit, ${width}×${height} ${look}`, async () => {
    await withPage({ width, height }, look, async (page) => {
      for (const place of [ROOM, `${ROOM}/plan`, `${ROOM}/plan/${idOf(4, 8)}`, `${ROOM}/info`]) {
        await (page as Page & { show(place: string): Promise<void> }).show(place);
        expect([place, await hindrances(page)]).toEqual([place, []]);
      }
    });
  });
