import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { en } from "../locales/enter/en.ts";
import { en as own } from "../locales/security/en.ts";
import { openPreviewPages } from "../view/testing/preview-pages.ts";
import { LOOKS } from "../view/testing/looks.ts";
import { until } from "../../server/testing/until.ts";
import { hindrances } from "../view/testing/usable.ts";

let pages: Awaited<ReturnType<typeof openPreviewPages>>;
beforeAll(async () => {
  pages = await openPreviewPages();
});
afterAll(() => pages?.close());

const click = (what: string) => (page: Page) => page.locator(what).first().click();
const waits = (what: string) => (page: Page) => page.locator(what).first().waitFor();
/** What the door offers comes a moment later and moves the button: a press that it moved away from is made again. */
const OTHERS = (page: Page) =>
  until(async () => {
    const button = page.locator(".others .link").first();
    if ((await button.getAttribute("aria-expanded")) !== "true") await button.click();
    return (await page.locator(".others li").count()) > 0;
  }, "the other ways");

const SCREENS: [name: string, address: string, ...steps: ((page: Page) => Promise<unknown>)[]][] = [
  ["code", "phase=sign-in#/", waits(".way")],
  ["others", "phase=sign-in#/", OTHERS, waits(".others li")],
  ["invited", "phase=sign-in#/join/K7QF-3MZR-8W", waits(".way")],
  ["pin", "phase=sign-in&door=pin#/", OTHERS, click(".others li button"), waits("input[name=pin]")],
  ["oidc", "phase=sign-in&door=oidc#/", OTHERS, click(".others li button")],
  ["recovery", "phase=sign-in&door=pin#/", OTHERS, click(".others li:last-child button"), waits("input[name=name]")],
  ["nothing typed", "phase=sign-in#/", click(".primary"), waits(".trouble")],
  ["refused", "phase=sign-in#/join/9999", click(".primary"), waits(".trouble")],
  ["not yet", "phase=sign-in#/join/2222", click(".primary"), waits(".not-yet")],
  ["no date yet", "phase=sign-in#/join/2223", click(".primary"), waits(".not-yet")],
  ["queue", "phase=sign-in#/join/3333", click(".primary"), waits(".queue")],
  ["link", "phase=sign-in#/link/1234", waits(".digits")],
  ["apply", "phase=sign-in#/", click(".card > .link"), waits("input[name=contact]")],
  ["unprotected", "ways=none#/settings", waits(".security-link .bad")],
  ["devices", "a#/security", waits(".things ~ .things, section + section")],
  ["shut out", "a#/security", click("li:nth-child(2) .deeds .link:last-child"), waits(".confirm")],
  ["protect", "ways=none#/security/protect", waits(".choices-list")],
  ["authenticator", "a#/security/pin", waits(".qr")],
  ["codes", "a#/security/recovery", waits(".codes")],
  ["link shown", "a#/security/link", waits(".qr")],
  ["is it you", "prove#/security/recovery", waits("input[name=totp]")],
  ["changed elsewhere", "changed#/", waits(".news")],
  ["who comes", "comes=100#/security/link", waits(".digits")],
];

for (const [width, height, look] of LOOKS)
  test(`every step is usable by all and fits, ${width}×${height} ${look}`, async () => {
    for (const [name, address, ...steps] of SCREENS)
      await pages.withPage(width, height, async (page, faults) => {
        await pages.show(page, `${look}&${address}`);
        for (const step of steps) await step(page);
        expect([name, await hindrances(page), faults]).toEqual([name, [], []]);
      });
  });

test("a code in the address is filled in and leaves no trace there; by keyboard alone one is inside", async () => {
  await pages.withPage(1280, 800, async (page) => {
    await pages.show(page, "lang=en&ways=none&phase=sign-in#/join/1234");
    await page.waitForSelector("input[name=code]:focus");
    expect(await page.inputValue("input[name=code]")).toBe("1234");
    expect(await page.evaluate(() => [location.hash, history.length])).toEqual(["#/", 2]);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: own.protect }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".dialog").waitFor({ state: "detached" });
    expect(await page.locator("nav.side").count()).toBe(1);
    expect(await page.evaluate(() => location.hash)).toBe("#/");
  });
});

test("in the crowd before the door the place counts down, and one comes in by oneself", async () => {
  await pages.withPage(360, 640, async (page) => {
    await pages.show(page, "lang=en&phase=sign-in#/join/3333");
    await page.click(".primary");
    await page
      .getByText(/^8 people are before you, about \d seconds?\.$/)
      .first()
      .waitFor();
    await page
      .getByText(/^4 people are before you/)
      .first()
      .waitFor();
    await page.locator("nav.side").waitFor();
  });
});

test("what was typed stays when it is refused, but for secrets; names go from one way to the next", async () => {
  await pages.withPage(360, 640, async (page) => {
    await pages.show(page, "lang=en&door=pin&phase=sign-in#/");
    await page.getByRole("button", { name: en.otherWays }).click();
    await page.getByRole("button", { name: en.ways.pin }).click();
    await page.fill("input[name=name]", "IS-100");
    await page.fill("input[name=pin]", "740319");
    await page.fill("input[name=totp]", "000000");
    await page.keyboard.press("Enter");
    await page.getByText(en.refused.pin).waitFor();
    expect(await page.inputValue("input[name=name]")).toBe("IS-100");
    expect(await page.inputValue("input[name=pin]")).toBe("");
    await page.waitForSelector("input[name=pin]:focus");
    await page.getByRole("button", { name: en.otherWays }).click();
    await page.getByRole("button", { name: en.ways.recovery }).click();
    await page.waitForFunction(() => document.activeElement?.closest(".card") !== null);
    expect(await page.inputValue("input[name=name]")).toBe("IS-100");
  });
});

test("recovery codes are shown until their reader says that they are kept, and can be saved as a file", async () => {
  await pages.withPage(1280, 800, async (page) => {
    await pages.show(page, "lang=en#/security/recovery");
    await page.locator(".codes li").first().waitFor();
    await page.keyboard.press("Escape");
    await page.mouse.click(5, 5);
    expect(await page.locator(".codes li").count()).toBe(10);
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name: own.download }).click();
    const file = await coming;
    expect(file.suggestedFilename()).toBe("beep-recovery-codes.txt");
    expect(readFileSync((await file.path()) as string, "utf8")).toContain("K7QF-3MZR\r\n8WHT-XN4C\r\n");
    await page.emulateMedia({ media: "print" });
    const onPaper = (what: string) =>
      page
        .locator(what)
        .first()
        .evaluate((one) => getComputedStyle(one).visibility);
    expect([await onPaper(".codes li"), await onPaper(".rooms"), await onPaper(".dialog h2")]).toEqual([
      "visible",
      "hidden",
      "hidden",
    ]);
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("checkbox", { name: own.codesKept }).check();
    await page.getByRole("button", { name: own.done, exact: true }).click();
    await page.locator(".codes").waitFor({ state: "detached" });
  });
});
