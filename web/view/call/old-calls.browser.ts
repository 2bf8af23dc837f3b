import { afterAll, beforeAll, expect, test } from "bun:test";
import { type OldPage, openOldChromium } from "../testing/old-chromium.ts";
import { idOf } from "../testing/people.ts";
import { openPreviewHouse } from "../testing/preview-house.ts";

let house: Awaited<ReturnType<typeof openPreviewHouse>>;
let page: OldPage;
beforeAll(async () => {
  house = await openPreviewHouse();
  page = await openOldChromium();
});
afterAll(async () => {
  await page?.close();
  await house?.close();
});

// What rings is left out: in one process and without a sound card this browser waits for its sound for ever.
test("the states of a call stand in Chromium 80, in both languages", async () => {
  for (const look of ["lang=en&theme=light", "lang=ur&theme=dark"])
    for (const [address, ready] of [
      [`call=on#/r/${idOf(1, 2)}`, ".call-row.on .join-now"],
      ["call=lobby#/", ".waiting h3"],
      ["call=talk2#/", ".own video"],
      ["call=host#/", ".tiles.grid .tile"],
      ["call=screen#/", "video.whole"],
      ["call=open#/", ".notice.warn"],
      ["call=over&why=lost#/", ".still"],
    ] as const) {
      await page.open("about:blank");
      await page.open(`${house.url}?${look}&${address}`);
      await page.until(`!!document.querySelector(${JSON.stringify(ready)})`);
      const wide = "document.documentElement.scrollWidth > innerWidth";
      const off = `[...document.querySelectorAll(".call button")].filter((each) => {
        const { left, right, width } = each.getBoundingClientRect();
        return width > 0 && (left < -1 || right > innerWidth + 1);
      }).length`;
      expect([address, await page.ask(wide), await page.ask(off)]).toEqual([address, false, 0]);
    }
  expect(page.faults).toEqual([]);
});
