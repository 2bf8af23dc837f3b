import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { idOf } from "../testing/people.ts";
import { openPreviewPages } from "../testing/preview-pages.ts";

let pages: Awaited<ReturnType<typeof openPreviewPages>>;
beforeAll(async () => {
  pages = await openPreviewPages();
});
afterAll(() => pages?.close());

const room = (n: number) => `#/r/${idOf(n, 2)}`;
const onDesk = (address: string, work: (page: Page) => Promise<void>) =>
  pages.withPage(1280, 800, async (page, faults) => {
    await pages.show(page, `lang=en&${address}`);
    await work(page);
    expect(faults).toEqual([]);
  });
const focused = (page: Page) => page.evaluate(() => document.activeElement?.className ?? "");
/** What the view asked the call to fetch. */
const wanted = (page: Page) =>
  page.evaluate(
    () =>
      (globalThis as unknown as { fakeCall: { shown: { value: { seat: string; track: string; size: string }[] } } })
        .fakeCall.shown.value,
  );

test("a ring takes the focus but no key answers it; the answer is found by Tab", async () => {
  await onDesk(`call=ring${room(1)}`, async (page) => {
    await page.waitForSelector(".ring");
    await page.waitForSelector(".chat textarea");
    expect(await focused(page)).toBe("ring");
    for (const key of ["Enter", "Space", "Escape"]) await page.keyboard.press(key);
    expect(await page.locator(".ring").count()).toBe(1);
    for (let i = 0; i < 9; i++) await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest(".ring") !== null)).toBe(true);
    await page.waitForFunction(() => document.title.startsWith("☎"));
    await page.click(".ring .accept");
    await page.waitForSelector(".call .own");
    expect(await page.title()).not.toContain("☎");
    expect(await page.evaluate(() => location.hash)).toBe(`#/r/${idOf(2, 2)}`);
  });
});

test("declining leaves everything as it was", async () => {
  await onDesk(`call=ring${room(1)}`, async (page) => {
    await page.waitForSelector("textarea");
    await page.click(".ring .danger");
    await page.waitForSelector(".ring", { state: "detached" });
    expect(await page.locator(".call").count()).toBe(0);
  });
});

test("M, V and H switch, but not while one writes", async () => {
  await onDesk(`call=talk4${room(1)}`, async (page) => {
    await page.waitForSelector(".control");
    const mic = page.locator(".control").nth(0);
    const camera = page.locator(".control").nth(1);
    await page.keyboard.press("m");
    await page.keyboard.press("v");
    await page.keyboard.press("h");
    expect(await mic.getAttribute("aria-label")).toBe("Turn on the microphone");
    expect(await camera.getAttribute("aria-label")).toBe("Turn on the camera");
    expect(await page.locator(".control.lit").count()).toBe(1);
    await page.click("[aria-label='Messages']");
    await page.fill(".call textarea", "");
    await page.type(".call textarea", "mvh");
    expect(await mic.getAttribute("aria-label")).toBe("Turn on the microphone");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => [...document.querySelectorAll(".call .text")].pop()?.textContent === "mvh");
    await page.keyboard.press("Escape");
    await page.waitForSelector(".panel", { state: "detached" });
    expect(await page.locator(".call-full").count()).toBe(1);
    await page.waitForFunction(() => document.activeElement?.getAttribute("aria-label") === "Messages");
  });
});

test("nothing beneath the call is reached by keyboard or reader", async () => {
  await onDesk(`call=talk4${room(1)}`, async (page) => {
    await page.waitForSelector(".control");
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press("Tab");
      expect(await page.evaluate(() => document.activeElement?.closest(".call") !== null)).toBe(true);
    }
    expect(await page.evaluate(() => getComputedStyle(document.querySelector(".panes") as Element).visibility)).toBe(
      "hidden",
    );
    expect(await page.locator(".chat textarea").count()).toBe(0);
  });
});

test("only pictures on the screen are fetched, by their size", async () => {
  await onDesk(`call=many${room(1)}`, async (page) => {
    await page.waitForSelector(".tile.large");
    const first = await wanted(page);
    expect(first[0]).toMatchObject({ track: "camera", size: "full" });
    expect(first.length).toBeLessThan(10);
    await page.click(".rest button");
    await page.waitForSelector(".pager");
    const grid = await wanted(page);
    expect(grid.length).toBeLessThanOrEqual(16);
    expect(grid.every(({ size }) => size !== "full")).toBe(true);
    await page.click("[aria-label='Next page']");
    await page.waitForFunction((before) => {
      const { fakeCall } = globalThis as unknown as { fakeCall: { shown: { value: unknown } } };
      return JSON.stringify(fakeCall.shown.value) !== before;
    }, JSON.stringify(grid));
    const seats = new Set(grid.map(({ seat }) => seat));
    expect((await wanted(page)).filter(({ seat }) => seats.has(seat))).toEqual([]);
    await page.click(".call-top .plain");
    await page.waitForSelector(".call-bar");
    expect(await wanted(page)).toEqual([]);
  });
});

test("a pinned person stays large, and a tap lets go", async () => {
  await onDesk(`call=talk4${room(1)}`, async (page) => {
    await page.click("[aria-label='Show Dr. Sana Iqbal large']");
    await page.waitForSelector(".tile.large [aria-pressed='true']");
    expect(await page.textContent(".tile.large .name")).toBe("Dr. Sana Iqbal");
    await page.click(".tile.large .tile-pin");
    await page.waitForSelector(".tile.large", { state: "detached" });
  });
});

test("the call goes on as a bar in another room, and a tap leads back", async () => {
  await onDesk(`call=talk4${room(1)}`, async (page) => {
    await page.waitForSelector(".call-full");
    await page.evaluate((hash) => {
      location.hash = hash;
    }, room(2));
    await page.waitForSelector(".call-bar");
    await page.waitForSelector(".chat textarea");
    await page.click(".call-back");
    await page.waitForSelector(".call-full");
    expect(await page.evaluate(() => location.hash)).toBe(room(1));
  });
});

test("a host lets in, mutes, removes, and gives up encryption only after being warned", async () => {
  await onDesk(`call=host${room(1)}`, async (page) => {
    await page.click(".notice button");
    await page.click(".waits .primary >> nth=0");
    await page.waitForFunction(() => document.querySelectorAll(".waits").length === 1);
    await page.click(".people-body > ul .row[aria-expanded] >> nth=0");
    const muted = await page.locator(".people-body > ul [aria-label='microphone off']").count();
    await page.click(".people-body > ul .buttons .secondary >> nth=0");
    expect(await page.locator(".people-body > ul [aria-label='microphone off']").count()).toBe(muted + 1);
    await page.click(".host-tools .secondary >> nth=0");
    await page.click(".people-body > ul .row[aria-expanded] >> nth=1");
    await page.click(".people-body > ul .buttons .danger");
    const before = await page.locator(".people-body > ul > li").count();
    await page.click(".confirm .danger");
    await page.waitForFunction((count) => document.querySelectorAll(".people-body > ul > li").length < count, before);
    await page.click(".host-tools .item:not([role])");
    expect(await page.locator(".notice.warn").count()).toBe(0);
    await page.click(".host-tools .confirm .secondary");
    expect(await page.locator(".notice.warn").count()).toBe(0);
    await page.click(".host-tools .item:not([role])");
    await page.click(".host-tools .confirm .danger");
    await page.waitForSelector(".notice.warn");
    expect(await page.textContent(".seal")).toContain("Not encrypted");
  });
});

test("a host chooses between leaving and ending for all", async () => {
  await onDesk(`call=host${room(1)}`, async (page) => {
    await page.click(".control.hang");
    await page.click(".panel.leave .danger");
    await page.waitForSelector(".still");
    expect(await page.textContent(".still")).toContain("The call is over.");
    await page.keyboard.press("Escape");
    await page.waitForSelector(".chat textarea");
  });
});

test("a group is asked before it is rung, one person is not", async () => {
  await onDesk(`call=1${room(1)}`, async (page) => {
    await page.click("[aria-label='Video call']");
    await page.waitForSelector(".join video");
    await page.click(".join-switches .control >> nth=1");
    await page.waitForSelector(".join video", { state: "detached" });
    await page.click(".join .accept");
    await page.waitForSelector(".call .controls");
    expect(await page.locator(".join").count()).toBe(0);
    await page.click(".control.hang");
    await page.click(".panel.leave .secondary");
    await page.waitForSelector(".call", { state: "detached" });
    await page.evaluate((hash) => {
      location.hash = hash;
    }, room(2));
    await page.click("[aria-label='Call']");
    await page.waitForSelector(".call .controls");
  });
});

test("the record of a conference opens to who was there", async () => {
  await onDesk(`call=1${room(1)}`, async (page) => {
    await page.click(".attendance summary");
    expect(await page.locator(".attendance li").count()).toBe(7);
    expect(await page.textContent(".attendance")).toContain("Barrage");
  });
});

test("one who is asked to speak turns on the microphone with one tap", async () => {
  await onDesk(`call=asked${room(1)}`, async (page) => {
    await page.click(".notice button >> nth=0");
    await page.waitForSelector(".control[aria-label='Mute the microphone']");
    expect(await page.locator(".notice").count()).toBe(0);
  });
});

test("a host gave encryption up: one is asked in plain words, and clear only after the own yes (R185)", async () => {
  await onDesk(`call=clear${room(1)}`, async (page) => {
    await page.waitForSelector(".clear-asked[role=alertdialog]");
    expect(await page.textContent(".clear-asked")).toContain("turned end-to-end encryption off for this call");
    expect(await page.textContent(".seal")).toContain("Only this device encrypts");
    await page.click(".clear-asked .danger");
    await page.waitForSelector(".clear-asked", { state: "detached" });
    expect(await page.textContent(".seal")).toContain("Not encrypted end to end");
  });
});

test("a reaction rises and is said; a cut is named with how many go on", async () => {
  await onDesk(`call=talk4${room(1)}`, async (page) => {
    await page.click("[aria-label='React']");
    await page.click("[aria-label='React with 👏']");
    await page.waitForSelector(".rises");
    await page.waitForFunction(() => document.querySelector(".sr[role=status]")?.textContent?.includes("You 👏"));
    await page.evaluate(() => {
      const { head } = (globalThis as unknown as { fakeCall: { head: { value: object } } }).fakeCall;
      head.value = { ...head.value, cut: ["pb", "kp"] };
    });
    await page.waitForSelector(".notice.warn");
    expect(await page.textContent(".notice.warn")).toContain(
      "Punjab and Khyber Pakhtunkhwa cannot be reached. You go on with 4 people here.",
    );
  });
});

test("the line's figures are a tap away", async () => {
  await onDesk(`call=talk4${room(1)}`, async (page) => {
    await page.click(".control.more");
    await page.click(".items >> text=Connection");
    await page.waitForFunction(() => document.querySelector(".panel.connection")?.textContent?.includes("84 ms"));
    expect(await page.textContent(".panel.connection")).toContain("1%");
  });
});
