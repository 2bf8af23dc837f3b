import { afterAll, beforeAll, expect, test } from "bun:test";
import { type OldPage, openOldChromium } from "../view/testing/old-chromium.ts";
import { idOf } from "../view/testing/people.ts";
import { openPreviewHouse } from "../view/testing/preview-house.ts";

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

test("every section of the administration stands in Chromium 80, in both languages", async () => {
  expect(page.version).toContain("Chrome/80.");
  for (const look of ["lang=en&theme=light", "lang=ur&theme=dark"])
    for (const [place, ready] of [
      ["", ".admin-figures li"],
      ["people", ".admin-person"],
      [`people/${idOf(0)}`, ".admin-facts"],
      [`people/${idOf(0)}/handover/c1`, ".admin-picker .row"],
      ["people/new", "select option:nth-child(3)"],
      ["import", ".admin-file"],
      ["units/u2", ".admin-tree .admin-actions"],
      ["posts", ".admin-rows li"],
      ["waves", ".admin-wave.held"],
      ["waves/w2", ".admin-gates"],
      ["invitations", ".admin-device"],
      ["sessions", ".admin-device"],
      ["orders", ".admin-order"],
      ["orders/done", ".admin-rows details"],
      ["grants", ".admin-device"],
      ["tokens", ".admin-device"],
    ] as const) {
      await page.open("about:blank");
      await page.open(`${house.url}?${look}&admin=provincial#/admin/${place}`);
      await page.until(`!!document.querySelector(${JSON.stringify(ready)})`);
      const fits = "(b => b.scrollWidth <= b.clientWidth + 1)(document.querySelector('.admin-page'))";
      expect([place, await page.ask(fits)]).toEqual([place, true]);
    }
  expect(page.faults).toEqual([]);
});
