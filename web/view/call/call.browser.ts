import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import { idOf } from "../testing/people.ts";
import { openPreviewPages } from "../testing/preview-pages.ts";
import { LOOKS } from "../testing/looks.ts";
import { hindrances } from "../testing/usable.ts";

/** Set to a folder, it gets a picture of every screen. */
const SHOTS = process.env.BEEP_SHOTS;
const room = (n: number) => `#/r/${idOf(n, 2)}`;

/** Name, address, what must be there, and what is opened first. */
const SCREENS: [string, string, string, string?][] = [
  ["ring", `call=ring${room(1)}`, ".ring"],
  ["ringvideo", "call=ringvideo#/", ".ring"],
  ["ringbusy", `call=ringbusy${room(2)}`, ".ring"],
  ["rows", `call=on${room(1)}`, ".call-row.on"],
  ["rows-direct", `call=1${room(2)}`, ".call-row.missed"],
  ["list", "call=on#/", ".call-on"],
  ["join", `call=on${room(1)}`, ".join video", ".join-now"],
  ["join-denied", `call=on&trouble=denied${room(1)}`, ".join .note", ".join-now"],
  ["begin", `call=1${room(1)}`, ".join .option", ".chat .bar > .plain:last-child"],
  ["joining", "call=joining#/", ".waiting"],
  ["lobby", "call=lobby#/", ".waiting"],
  ["calling", "call=calling#/", ".waiting"],
  ["alone", "call=alone#/", ".waiting"],
  ["talk2", "call=talk2#/", ".own video"],
  ["talk4", "call=talk4#/", ".tile"],
  ["speaker", "call=talk4#/", ".tile.large", ".tile-pin"],
  ["grid", "call=grid#/", ".tile"],
  ["many", "call=many#/", ".pager", ".rest button"],
  ["screen", "call=screen#/", ".tile video.whole"],
  ["audio", "call=audio#/", ".tile"],
  ["poor", "call=poor#/", ".notice"],
  ["saver", "call=saver#/", ".notice"],
  ["cut", "call=cut#/", ".notice.warn"],
  ["open", "call=open#/", ".notice.warn"],
  ["impossible", "call=impossible#/", ".notice.warn"],
  ["record", "call=record#/", ".notice.rec"],
  ["asked", "call=asked#/", ".notice, .tile"],
  ["returning", "call=returning#/", ".notice.warn"],
  ["away", "call=away#/", ".veil"],
  ["host", "call=host#/", ".panel.people", "[aria-expanded]:has(.s-people)"],
  ["security", "call=talk4#/", ".digits", ".seal"],
  ["more", "call=talk4#/", ".panel.more", ".control.more"],
  ["leave", "call=host#/", ".panel.leave", ".control.hang"],
  ["chat", `call=talk2${room(1)}`, ".panel.chat .bubble", ".control:has(.i-chat)"],
  ["react", "call=talk4#/", ".panel.react", ".control:has(.s-smile)"],
  ["muted", "call=muted#/", ".told-now p"],
  ["attendance", `call=1${room(1)}`, ".attendance[open]", ".attendance summary"],
  ["over", "call=over&why=unanswered#/", ".still"],
  ["folded", "call=talk4#/", ".call-bar", ".call-top .plain"],
];

/** What has a button of its own only where there is room. */
const ROOMY = /i-chat|s-smile/;

let pages: Awaited<ReturnType<typeof openPreviewPages>>;
beforeAll(async () => {
  if (SHOTS) mkdirSync(SHOTS, { recursive: true });
  pages = await openPreviewPages();
});
afterAll(() => pages?.close());

/** Controls of a call that a finger cannot hit. */
const missed = (page: Page) =>
  page.evaluate(() => {
    const found: string[] = [];
    const calls = document.querySelectorAll<HTMLElement>(
      ".call button, .ring button, .call-bar button, .call-row button, .join-now, .call select, .call summary",
    );
    for (const each of calls) {
      const { width, height, left, right } = each.getBoundingClientRect();
      if (width === 0 || getComputedStyle(each).visibility === "hidden") continue;
      if (each.closest(".log") && !each.closest(".call-row")) continue;
      if (width < 43.5 || height < 43.5) found.push(`too small for a finger: ${each.outerHTML.slice(0, 120)}`);
      if (left < -1 || right > innerWidth + 1) found.push(`off the screen: ${each.outerHTML.slice(0, 120)}`);
    }
    return found;
  });

for (const [width, height, wish] of [...LOOKS, [640, 360, "lang=ur&theme=light"] as const])
  test(`every state of a call is usable by all and fits, ${width}×${height} ${wish}`, async () => {
    await pages.withPage(width, height, async (page, faults) => {
      const wrong: string[] = [];
      for (const [name, address, ready, first] of SCREENS) {
        if (width < 760 && first && ROOMY.test(first)) continue;
        await pages.show(page, `${wish}&${address}`);
        if (first) await page.click(first);
        await page.waitForSelector(ready);
        const found = await hindrances(page);
        if (SHOTS) await page.screenshot({ path: `${SHOTS}/${name}-${width}-${wish.slice(5, 7)}.png` });
        for (const each of [...found, ...(await missed(page))]) wrong.push(`${name}: ${each}`);
      }
      expect(wrong).toEqual([]);
      expect(faults).toEqual([]);
    });
  });
