import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { openPreviewPages } from "../testing/preview-pages.ts";
import { idOf } from "../testing/people.ts";

let pages: Awaited<ReturnType<typeof openPreviewPages>>;
beforeAll(async () => {
  pages = await openPreviewPages();
});
afterAll(() => pages?.close());

const room = (n: number) => `#/r/${idOf(n, 2)}`;

const last = (page: Page) => page.locator(".bubble.mine").last();

/** Sends a text as one pastes it, and waits until it stands there. */
async function say(page: Page, text: string): Promise<void> {
  await page.fill("textarea", text);
  await page.click(".round");
  await page.waitForFunction(
    (text) => [...document.querySelectorAll(".bubble.mine .text")].pop()?.textContent === text,
    text,
  );
}

/** Where words of the newest own message stand: pixels from the left, in the order asked for. */
const places = (page: Page, words: string[]): Promise<number[]> =>
  page.evaluate((words) => {
    const text = [...document.querySelectorAll(".bubble.mine .text")].pop() as Element;
    const nodes: { node: Node; from: number }[] = [];
    const walker = document.createTreeWalker(text, NodeFilter.SHOW_TEXT);
    let whole = "";
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      nodes.push({ node, from: whole.length });
      whole += node.nodeValue;
    }
    let at = 0;
    return words.map((word) => {
      at = whole.indexOf(word, at);
      const found = [...nodes].reverse().find(({ from }) => from <= at) as { node: Node; from: number };
      const range = document.createRange();
      range.setStart(found.node, at - found.from);
      range.setEnd(found.node, at - found.from + 1);
      at += word.length;
      return Math.round(range.getBoundingClientRect().x);
    });
  }, words);

const rising = (list: number[]) => list.every((x, i) => i === 0 || x > (list[i - 1] as number));

for (const [width, look] of [
  [360, "lang=ur&theme=dark"],
  [1280, "lang=en&theme=light"],
] as const)
  test(`each line is read in its own direction, and numbers in theirs, ${width} ${look}`, async () => {
    await pages.withPage(width, 800, async (page, faults) => {
      await pages.show(page, `${look}${room(1)}`);
      const urdu = "براہِ کرم فائل 12-A/2026 آج بھیجیں";
      for (const text of [`FYI, as agreed:\n${urdu}`, `${urdu}\nFYI, as agreed:`]) {
        await say(page, text);
        const [first, middle, end] = (await places(page, ["براہِ", "12-A/2026", "بھیجیں"])) as [number, number, number];
        expect([text, first > middle, middle > end]).toEqual([text, true, true]);
      }
      for (const number of ["0300-5550199", "35202-5550199-1", "+92 51 5550100", "۰۳۰۰-۵۵۵۰۱۹۹", "30-11-2026"]) {
        await say(page, `میرا نمبر ${number} ہے`);
        expect([number, rising(await places(page, number.split(/[- ]/)))]).toEqual([number, true]);
      }
      await say(page, "یہ Section Officer (Budget) نے لکھا");
      expect(rising(await places(page, ["Section", "Officer", "(", "Budget", ")"]))).toBe(true);
      await say(page, "فون 0300-5550199 یا so@finance.gov.pk یا www.finance.gov.pk/x۔");
      expect(
        await last(page)
          .locator("a")
          .evaluateAll((links) => links.map((a) => a.getAttribute("href"))),
      ).toEqual(["tel:03005550199", "mailto:so@finance.gov.pk", "http://www.finance.gov.pk/x"]);
      if (process.env.BEEP_SHOTS) await page.screenshot({ path: `${process.env.BEEP_SHOTS}/text-${width}.png` });
      expect(faults).toEqual([]);
    });
  });

test("nothing is lost in the composer: an empty message stays off, a long paste stays whole and is told", async () => {
  await pages.withPage(1280, 800, async (page) => {
    await pages.show(page, `a${room(1)}`);
    await page.fill("textarea", "\u200b\u2060\u3164\u2800");
    expect(await page.locator(".round").isDisabled()).toBe(true);
    await page.press("textarea", "Enter");
    const long = Array.from({ length: 1600 }, (_, i) => `${i} یہ قطار ہے`).join("\n");
    await page.fill("textarea", long);
    await page.waitForSelector(".composer [role=alert]");
    expect(await page.inputValue("textarea")).toBe(long);
    expect(await page.locator(".round").isDisabled()).toBe(true);
    const half = long.slice(0, 10_000).trim();
    // As long as this one is, nothing of it is cut.
    await say(page, half);
  });
});

test("Enter that takes over a candidate sends nothing, in any form", async () => {
  await pages.withPage(1280, 800, async (page) => {
    await pages.show(page, `a${room(1)}`);
    const before = await page.locator(".bubble.mine").count();
    for (const [field, text] of [
      ["textarea", "half a wo"],
      ["#search", "a"],
    ] as const) {
      await page.fill(field, text);
      const prevented = await page.locator(field).evaluate((element) => {
        const press = new KeyboardEvent("keydown", { key: "Enter", code: "Enter", bubbles: true, cancelable: true });
        Object.defineProperty(press, "keyCode", { value: 229 });
        return !element.dispatchEvent(press);
      });
      expect(prevented).toBe(true);
      expect(await page.inputValue(field)).toBe(text);
    }
    expect(await page.locator(".bubble.mine").count()).toBe(before);
    expect(await page.evaluate(() => location.hash)).toBe(room(1));
    await page.press("textarea", "Enter");
    await page.waitForFunction(() => document.querySelector("textarea")?.value === "");
  });
});
