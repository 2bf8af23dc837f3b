import { readFileSync } from "node:fs";
import type { Page, Request } from "playwright-core";
import { until } from "../../../server/testing/until.ts";

const AXE = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");

/** What each page is fetching. */
const fetching = new WeakMap<Page, Set<Request>>();

/** To be called before anything is shown: a part that is fetched late belongs to the screen as well. */
export function watchFetching(page: Page): void {
  const open = new Set<Request>();
  fetching.set(page, open);
  page.on("request", (request) => /^(script|stylesheet|font|fetch)$/.test(request.resourceType()) && open.add(request));
  // Of what a page that was left had asked for nothing more is heard.
  page.on("framenavigated", (frame) => frame === page.mainFrame() && open.clear());
  page.on("requestfinished", (request) => open.delete(request));
  page.on("requestfailed", (request) => open.delete(request));
}

/** Waits until all is there and has come to rest; what turns for ever is left to turn. */
export async function rest(page: Page): Promise<void> {
  const open = fetching.get(page);
  do {
    await settleFrames(page);
    await until(() => !open?.size, "the page has all its parts");
    await settleFrames(page);
  } while (open?.size);
}

const settleFrames = (page: Page): Promise<void> =>
  page.evaluate(async () => {
    const frame = () => new Promise((painted) => requestAnimationFrame(painted));
    const moving = () =>
      document.getAnimations().filter(({ effect, playState }) => {
        return playState === "running" && Number.isFinite(effect?.getComputedTiming().endTime);
      });
    // What follows from the last change is begun in the next frames.
    await frame().then(frame).then(frame);
    while (moving().length > 0) await Promise.allSettled(moving().map(({ finished }) => finished));
    await document.fonts.ready;
  });

/** What keeps somebody from using the screen as it stands: axe's findings, and whether it is wider than the window. */
export async function hindrances(page: Page): Promise<string[]> {
  await rest(page);
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    const { violations } = await axe.run();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
    return document.documentElement.scrollWidth > innerWidth ? [...found, "wider than the screen"] : found;
  });
}
