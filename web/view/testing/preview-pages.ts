import type { Page } from "playwright-core";
import { openPreviewHouse } from "./preview-house.ts";
import { rest, watchFetching } from "./usable.ts";
import { PATIENCE_MS } from "../../../server/testing/until.ts";

/** Pages of the preview, each in a browser of its own, with what goes wrong in them. */
export async function openPreviewPages() {
  const house = await openPreviewHouse();
  return {
    async withPage(
      width: number,
      height: number,
      work: (page: Page, faults: string[]) => Promise<void>,
    ): Promise<void> {
      const context = await house.browser.newContext({ viewport: { width, height }, bypassCSP: true });
      context.setDefaultTimeout(PATIENCE_MS);
      const page = await context.newPage();
      watchFetching(page);
      const faults: string[] = [];
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
      try {
        await work(page, faults);
      } finally {
        await context.close();
      }
    },
    /** @param address what stands behind the question mark, and the place behind the hash */
    async show(page: Page, address: string): Promise<void> {
      await page.goto("about:blank");
      await page.goto(`${house.url}?${address}`);
      await page.waitForFunction(() => performance.getEntriesByName("app-ready").length > 0);
      await rest(page);
    },
    url: house.url,
    close: () => house.close(),
  };
}
