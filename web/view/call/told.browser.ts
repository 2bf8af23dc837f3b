import { afterAll, beforeAll, expect, test } from "bun:test";
import { idOf } from "../testing/people.ts";
import { openPreviewPages } from "../testing/preview-pages.ts";

let pages: Awaited<ReturnType<typeof openPreviewPages>>;
beforeAll(async () => {
  pages = await openPreviewPages();
});
afterAll(() => pages?.close());

test("what the machine lacks is told once, in the reader's language; a raised hand is told to a host", async () => {
  await pages.withPage(1280, 800, async (page, faults) => {
    await pages.show(page, `lang=ur&call=talk4#/r/${idOf(1, 2)}`);
    await page.waitForSelector(".control");
    await page.evaluate(() => {
      const { fakeCall } = globalThis as unknown as { fakeCall: { happens(event: object): void } };
      for (const what of ["mic", "camera"])
        fakeCall.happens({ is: "failed", text: `No ${what} was found.`, cause: { what, trouble: "missing" } });
    });
    await page.waitForSelector(".told-now p");
    expect(await page.locator(".told-now p").allInnerTexts()).toEqual(["کوئی مائیکروفون یا کیمرا نہیں ملا۔"]);
    await page.evaluate(() => {
      type Faces = { value: { mine: boolean; hand: number | null }[] };
      const { faces } = (globalThis as unknown as { fakeCall: { faces: Faces } }).fakeCall;
      const other = faces.value.find(({ mine, hand }) => !mine && hand === null);
      faces.value = faces.value.map((face) => (face === other ? { ...face, hand: Date.now() } : face));
    });
    await page.waitForFunction(() => document.querySelector(".toast")?.textContent?.includes("نے ہاتھ اٹھایا"));
    expect(faults).toEqual([]);
  });
});

test("where a question that had the focus is gone, Escape shuts its panel and not the call", async () => {
  await pages.withPage(1280, 800, async (page, faults) => {
    await pages.show(page, `lang=en&call=talk4#/r/${idOf(1, 2)}`);
    await page.click(".controls [aria-expanded]:has(.s-people)");
    await page.getByText("Let in browsers that cannot encrypt").click();
    await page.getByRole("button", { name: "Turn encryption off" }).click();
    await page.keyboard.press("Escape");
    await page.waitForSelector(".panel", { state: "detached" });
    expect(await page.locator(".call-full").count()).toBe(1);
    expect(faults).toEqual([]);
  });
});

test("in the lobby nothing is said again while one waits", async () => {
  await pages.withPage(360, 640, async (page, faults) => {
    await pages.show(page, `lang=ur&call=lobby#/r/${idOf(1, 2)}`);
    await page.waitForSelector(".waiting [role=status]");
    const changes = await page.evaluate(async () => {
      let count = 0;
      const all = { subtree: true, childList: true, characterData: true };
      const watch = new MutationObserver((list) => {
        count += list.length;
      });
      for (const region of document.querySelectorAll("[role=status]")) watch.observe(region, all);
      await new Promise((done) => setTimeout(done, 2500));
      return count;
    });
    expect(changes).toBe(0);
    expect(faults).toEqual([]);
  });
});
