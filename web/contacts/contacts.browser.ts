import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { idOf } from "../view/testing/people.ts";
import { openPreviewPages } from "../view/testing/preview-pages.ts";
import { hindrances } from "../view/testing/usable.ts";

let pages: Awaited<ReturnType<typeof openPreviewPages>>;
beforeAll(async () => {
  pages = await openPreviewPages();
});
afterAll(() => pages?.close());

const shot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env.BEEP_SHOTS;
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), caret: "initial" });
};

/** Screens by their address: requests, and what somebody's own access needs of them. */
const SCREENS: [string, string][] = [
  ["contacts-row", "contacts#/"],
  ["contacts-list", "contacts#/contacts"],
  ["contacts-none", "a#/contacts"],
  ["contacts-direct", `contacts#/contacts/${idOf(91, 2)}`],
  ["contacts-group", `contacts#/contacts/${idOf(92, 2)}`],
  ["contacts-unknown", `contacts#/contacts/${idOf(93, 2)}`],
  ["contacts-blocked", "contacts#/security"],
  ["contacts-info", `contacts#/r/${idOf(2, 2)}/info`],
  ["notices", "changed&invited&cut=pb#/"],
  ["notices-in-room", `changed&invited#/r/${idOf(1, 2)}`],
];

const LOOKS = [
  [360, 640, "lang=en&theme=light"],
  [360, 640, "lang=ur&theme=dark"],
  [1280, 800, "lang=ur&theme=light"],
  [1280, 800, "lang=en&theme=dark"],
] as const;

for (const [width, height, look] of LOOKS) {
  const mark = `${width}-${look.slice(5, 7)}`;

  test(`requests, blocks and notices are usable by all and fit, ${width}×${height} ${look}`, async () => {
    await pages.withPage(width, height, async (page, faults) => {
      for (const [name, address] of SCREENS) {
        await pages.show(page, `${look}&${address}`);
        expect([name, await hindrances(page)]).toEqual([name, []]);
        await shot(page, `${name}-${mark}`);
      }
      expect(faults).toEqual([]);
    });
  });

  test(`the sheet that asks for a fresh proof is usable by all and fits, ${width}×${height} ${look}`, async () => {
    await pages.withPage(width, height, async (page, faults) => {
      await pages.show(page, `${look}&prove#/security`);
      await page.locator(".things .deeds button").nth(2).click();
      await page.locator(".confirm .danger").click();
      await page.locator(".dialog input").first().waitFor();
      expect(await hindrances(page)).toEqual([]);
      await shot(page, `proof-${mark}`);
      expect(faults).toEqual([]);
    });
  });
}

test("a request is looked at as bare text, reported by what is chosen, and blocked; a block is taken back (R192, R193, R195)", async () => {
  await pages.withPage(360, 640, async (page, faults) => {
    await pages.show(page, "contacts&lang=en#/");
    const row = page.locator(".contacts-row");
    expect(await row.innerText()).toContain("3 requests");
    await row.click();
    await page.locator(".found .row").first().click();
    const text = page.locator(".contacts-text");
    await text.first().waitFor();
    expect(await text.first().innerText()).toContain("https://example.org/claim?id=4711");
    // No link can be followed, and no picture is fetched, before the person has answered.
    expect(await page.locator(".dialog a, .dialog img").count()).toBe(0);
    await page.getByRole("button", { name: "Report" }).click();
    expect(await page.locator(".dialog").innerText()).toContain("those alone that you choose here");
    await page.locator(".contacts-choice").nth(1).click();
    await page.getByRole("button", { name: "Send with 1 message" }).click();
    await page.getByRole("button", { name: "Block" }).click();
    expect(await hindrances(page)).toEqual([]);
    await page.locator(".confirm .danger").click();
    await page.waitForFunction(() => document.querySelectorAll(".found .row").length === 2);
    await page.locator(".found .row").first().click();
    await page.getByRole("button", { name: "Decline and leave" }).click();
    await page.waitForFunction(() => document.querySelectorAll(".found .row").length === 1);
    await page.goto(`${page.url().split("#")[0]}#/security`);
    await page
      .getByRole("button", { name: /^Unblock/ })
      .first()
      .waitFor();
    expect(await page.getByRole("button", { name: /^Unblock/ }).count()).toBe(2);
    await page
      .getByRole("button", { name: /^Unblock/ })
      .first()
      .click();
    await page.waitForFunction(() => !document.body.innerText.includes("Blocked: Today"));
    expect(await page.getByRole("button", { name: /^Unblock/ }).count()).toBe(1);
    expect(faults).toEqual([]);
  });
});
