import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { openPreviewPages } from "../view/testing/preview-pages.ts";
import { hindrances } from "../view/testing/usable.ts";

let pages: Awaited<ReturnType<typeof openPreviewPages>>;
beforeAll(async () => {
  pages = await openPreviewPages();
});
afterAll(() => pages?.close());

/** Gives the editor a tall picture, half of which is transparent. */
const choose = (page: Page) =>
  page.evaluate(async () => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 600, height: 900 });
    canvas.getContext("2d")?.fillRect(0, 0, 600, 450);
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done));
    const chosen = new DataTransfer();
    chosen.items.add(new File([blob as Blob], "me.png", { type: "image/png" }));
    const input = document.querySelector<HTMLInputElement>(".photo-pick input");
    if (!input) throw new Error("There is nothing to choose a picture with.");
    input.files = chosen.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });

for (const [width, height, look] of [
  [360, 640, "lang=en&theme=light"],
  [360, 640, "lang=ur&theme=dark"],
  [1280, 800, "lang=ur&theme=light"],
  [1280, 800, "lang=en&theme=dark"],
] as const)
  test(`a photo is chosen and cropped by all, ${width}×${height} ${look}`, async () => {
    await pages.withPage(width, height, async (page, faults) => {
      await pages.show(page, `${look}#/security/photo`);
      await page.waitForSelector(".photo-pick");
      expect(await hindrances(page)).toEqual([]);
      await choose(page);
      // By keyboard alone: the first slider has the focus, the way across is shut as the picture is no wider.
      await page.waitForSelector(".photo-slider input:focus");
      await page.keyboard.press("Tab");
      for (let i = 0; i < 50; i++) await page.keyboard.press("ArrowDown");
      expect(await page.locator(".photo-slider input").last().inputValue()).toBe("0");
      const middle = () =>
        page.locator("canvas").evaluate((canvas: HTMLCanvasElement) => {
          const { width: side } = canvas;
          return [...(canvas.getContext("2d")?.getImageData(side / 2, side * 0.9, 1, 1).data ?? [])];
        });
      // Its lower half is white, not black: a JPEG knows nothing transparent.
      expect(await middle()).toEqual([255, 255, 255, 255]);
      expect(await hindrances(page)).toEqual([]);
      await page.keyboard.press("Tab");
      await page.keyboard.press("Enter");
      await page.waitForSelector(".photo-editor", { state: "detached" });
      expect(faults).toEqual([]);
    });
  });
