import type { BrowserContext, CDPSession, Page } from "playwright-core";
import type { FaultProxy } from "../../server/testing/fault-proxy.ts";

/** No message is lower than this, in pixels. */
const LEAST_ROW = 20;
/** Slow 3G as browsers define it, on a CPU six times slower. */
const SLOW = {
  offline: false,
  latency: 2000,
  downloadThroughput: (400 * 1024) / 8,
  uploadThroughput: (400 * 1024) / 8,
};

export interface Visit {
  /** seconds until the sign-in field, or the list of rooms, can be used */
  usable: number;
  requests: number;
  bytes: number;
  /** paths of what was asked for */
  names: ReadonlySet<string>;
}

export async function slowly(page: Page): Promise<CDPSession> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", SLOW);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 6 });
  return cdp;
}

export async function visit(page: Page, cdp: CDPSession, url: string, selector: string): Promise<Visit> {
  let requests = 0;
  let bytes = 0;
  const names = new Set<string>();
  cdp.on("Network.requestWillBeSent", ({ request }) => {
    if (!request.url.endsWith("/icon.svg")) requests++;
    names.add(new URL(request.url).pathname);
  });
  cdp.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const at = performance.now();
  await page.goto(url, { waitUntil: "commit", timeout: 60_000 });
  await page.waitForSelector(selector, { timeout: 60_000 });
  // an answer from the page's main thread: it is not merely painted
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 0))));
  const usable = (performance.now() - at) / 1000;
  return { usable, requests, bytes, names: new Set(names) };
}

export async function signIn(page: Page, code: string): Promise<void> {
  await page.fill("input[name=code]", code);
  await page.click("form button[type=submit]");
  await page.waitForSelector("ul.rooms a.row", { timeout: 60_000 });
}

/** Seconds from the code to the list of rooms over a thin line, on a slow CPU. The page itself is there already. */
export async function overThinLine(
  context: BrowserContext,
  url: string,
  code: string,
  line: FaultProxy,
): Promise<number> {
  const tab = await context.newPage();
  await tab.goto(url);
  await tab.waitForSelector("input[name=code]");
  const cdp = await context.newCDPSession(tab);
  await cdp.send("Emulation.setCPUThrottlingRate", { rate: 6 });
  line.throttle((400 * 1024) / 8);
  line.delay(50);
  const at = performance.now();
  await signIn(tab, code);
  const seconds = (performance.now() - at) / 1000;
  line.throttle(0);
  line.delay(0);
  await tab.close();
  return seconds;
}

/** Scrolls up until the room's beginning is there; heap and nodes then. */
export async function longRoom(
  context: BrowserContext,
  url: string,
  code: string,
  messages: number,
): Promise<{ heap: number; nodes: number }> {
  const page = await context.newPage();
  await page.goto(url);
  await signIn(page, code);
  await page.click(".dialog .secondary:has-text('Later')");
  await page.click("ul.rooms a.row:has-text('Ten thousand')");
  await page.waitForSelector(".log .rows [data-key]");
  let still = 0;
  let height = 0;
  for (let i = 0; i < 1000 && still < 8; i++) {
    const next = await page.evaluate(() => {
      const log = document.querySelector(".log") as HTMLElement;
      log.scrollTop = 0;
      log.dispatchEvent(new Event("scroll"));
      return log.scrollHeight;
    });
    still = next === height ? still + 1 : 0;
    height = next;
    await page.waitForTimeout(60);
  }
  if (height < messages * LEAST_ROW) throw new Error(`the room's beginning was not reached: ${height} pixels high`);
  const cdp = await context.newCDPSession(page);
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  const nodes = await page.evaluate(() => document.querySelectorAll("*").length);
  await page.close();
  return { heap: usedSize / 2 ** 20, nodes };
}
