import { afterAll, beforeAll, expect, test } from "bun:test";
import { idOf } from "./testing/people.ts";
import { openPreviewPages } from "./testing/preview-pages.ts";
import { hindrances } from "./testing/usable.ts";

const room = (n: number) => `#/r/${idOf(n, 2)}`;
const SCREENS: [string, string][] = [
  ["sign-in", "phase=sign-in#/"],
  ["list", "cut=pb#/"],
  ["no rooms", "empty#/"],
  ["group", `typing&cut=sd${room(1)}`],
  ["unread", `a${room(2)}`],
  ["channel, offline", `connection=offline${room(3)}`],
  ["info", `a${room(1)}/info`],
  ["new", "a#/new"],
  ["post that passed on", `posts${room(10)}`],
  ["for one's post, info", `posts${room(11)}/info`],
  ["vacant post", `posts${room(12)}`],
  ["settings", "cut=ba#/settings"],
  ["detail", `cut=sd${room(1)}/detail/${idOf(16, 7)}`],
];

let pages: Awaited<ReturnType<typeof openPreviewPages>>;
beforeAll(async () => {
  pages = await openPreviewPages();
});
afterAll(() => pages?.close());

for (const [width, height, look] of [
  [360, 640, "lang=en&theme=light"],
  [360, 640, "lang=ur&theme=dark"],
  [1280, 800, "lang=ur&theme=light"],
  [1280, 800, "lang=en&theme=dark"],
] as const)
  test(`every screen is usable by all and fits, ${width}×${height} ${look}`, async () => {
    await pages.withPage(width, height, async (page, faults) => {
      for (const [name, address] of SCREENS) {
        await pages.show(page, `${look}&${address}`);
        expect([name, await hindrances(page)]).toEqual([name, []]);
      }
      expect(faults).toEqual([]);
    });
  });

const READ_POSITION = `(async () => {
  const log = document.querySelector(".log");
  let worst = 0;
  for (let i = 0; i < 80; i++) {
    const edge = log.getBoundingClientRect().top + 50;
    const row = [...document.querySelectorAll(".rows > div")].find((each) => each.getBoundingClientRect().bottom > edge);
    const before = row.getBoundingClientRect().top;
    const from = log.scrollTop;
    log.scrollTop -= 300;
    const moved = from - log.scrollTop;
    await new Promise((done) => setTimeout(done, 30));
    const again = document.querySelector('[data-key="' + row.dataset.key + '"]');
    if (again) worst = Math.max(worst, Math.abs(again.getBoundingClientRect().top - before - moved));
  }
  return { worst, nodes: document.querySelectorAll("*").length, loaded: log.scrollHeight };
})()`;

test("ten thousand messages are few nodes, and what is read stays in place", async () => {
  await pages.withPage(360, 640, async (page) => {
    await pages.show(page, `whole${room(5)}`);
    const whole = (await page.evaluate(READ_POSITION)) as { worst: number; nodes: number; loaded: number };
    expect(whole.nodes).toBeLessThan(1500);
    expect(whole.loaded).toBeGreaterThan(300_000);
    expect(whole.worst).toBeLessThan(2);
    await pages.show(page, `paged${room(5)}`);
    const before = await page.evaluate(() => document.querySelector(".log")?.scrollHeight ?? 0);
    const paged = (await page.evaluate(READ_POSITION)) as typeof whole;
    expect(paged.loaded).toBeGreaterThan(before * 1.5);
    expect(paged.worst).toBeLessThan(2);
  });
});

test("a message can be taken back while it waits, and comes back to the composer", async () => {
  await pages.withPage(360, 640, async (page) => {
    await pages.show(page, "connection=offline#/");
    await page.click(".rooms a >> nth=0");
    await page.fill("textarea", "کل کا اجلاس");
    await page.click(".round");
    await page.waitForSelector("button.stage.waiting");
    expect(await page.inputValue("textarea")).toBe("");
    await page.click(".meta .link");
    await page.waitForFunction(() => document.querySelector("textarea")?.value === "کل کا اجلاس");
    expect(await page.locator("button.stage.waiting").count()).toBe(0);
    await page.goBack();
    await page.waitForSelector(".rooms .draft");
  });
});

test("the keyboard reaches everything and is given back", async () => {
  await pages.withPage(1280, 800, async (page) => {
    await pages.show(page, "keys#/");
    await page.keyboard.press("Control+k");
    await page.keyboard.type("سکھر");
    await page.waitForFunction(() => document.querySelectorAll(".rooms .row").length < 5);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForSelector("textarea:focus");
    await page.keyboard.type("one");
    await page.keyboard.press("Shift+Enter");
    await page.keyboard.type("two");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => [...document.querySelectorAll(".text")].pop()?.textContent === "one\ntwo");
    const opener = page.locator("button[aria-label='New conversation']").first();
    await opener.click();
    await page.waitForSelector(".dialog");
    for (let i = 0; i < 40; i++) await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest(".dialog") !== null)).toBe(true);
    await page.keyboard.press("Escape");
    await page.waitForSelector(".dialog", { state: "detached" });
    // The focus is given back once the dialog is gone, in a turn of its own.
    await page.waitForFunction((element) => element === document.activeElement, await opener.elementHandle());
  });
});
