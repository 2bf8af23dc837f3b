import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Province } from "#protocol/ids";
import { openDesk } from "../ops/desk.ts";
import { Fleet } from "../ops/fleet.ts";
import { findJanus } from "../ops/fleet-janus.ts";
import { findNatsServer } from "../ops/fleet-nats.ts";
import { seed } from "../ops/seed.ts";
import { PEOPLE, personId, type Who } from "../ops/seed-people.ts";
import { type Engine, launch } from "./browsers.ts";
import { FaultProxy, type Line } from "./fault-proxy.ts";
import { PATIENCE_MS } from "./until.ts";

const NO_FAULT = /Same Origin Policy|sha256-YjaKGiklmzC6wjXA513HAMmzus8VE61XCOT\+SmwNZWA=/;

export interface HouseOptions {
  /** nodes have media gateways */
  calls?: boolean;
  /** and a relay (coturn) for those who reach no gateway */
  relay?: boolean;
  /** more of the nodes' environment */
  env?: Record<string, string>;
  /** pages are opened by this name instead of the address: browsers make passkeys for names alone */
  name?: "localhost";
}

interface Before {
  width?: number;
  height?: number;
  locale?: string;
  prepare?: (page: Page) => Promise<void>;
}

/** A running fleet with the small ministry in it, its links breakable, and browsers before it. */
export class BrowserHouse {
  private readonly browsers = new Map<Engine, Promise<Browser>>();
  private readonly contexts: BrowserContext[] = [];

  private constructor(
    private readonly dir: string,
    readonly fleet: Fleet,
    private readonly lines: ReadonlyMap<string, FaultProxy>,
    private readonly name: string | undefined,
  ) {}

  static async open(
    provinces: readonly Province[] = ["is", "pb", "sd"],
    { calls = false, relay = false, env = {}, name }: HouseOptions = {},
  ): Promise<BrowserHouse> {
    const natsServer = findNatsServer();
    if (!natsServer) throw new Error("no nats-server: run scripts/test, which installs one");
    const janus = calls ? findJanus() : undefined;
    if (calls && !janus) throw new Error("no Janus: run scripts/test, which installs one");
    const dir = mkdtempSync(join(tmpdir(), "beep-house-"));
    // A copy, so that a build meanwhile takes no part away from pages that fetch it late.
    const web = join(dir, "web");
    cpSync("web/dist", web, { recursive: true });
    const lines = new Map<string, FaultProxy>();
    const fleet = await Fleet.open({
      dir,
      provinces,
      ports: "free",
      natsServer,
      env: { BEEP_WEB: web, ...env },
      ...(janus ? { janus } : {}),
      ...(relay ? { turnserver: "turnserver" } : {}),
      line: async (from, to, port, target) => {
        const proxy = await FaultProxy.start(port, target);
        lines.set(`${from} ${to}`, proxy);
        return { stop: () => proxy.stop() };
      },
    });
    await seed(
      fleet.sites.map(({ code, data }) => ({ province: code, data })),
      Date.now(),
    );
    await fleet.start();
    return new BrowserHouse(dir, fleet, lines, name);
  }

  /** Sets both links between two provinces. */
  link(a: Province, b: Province, line: Line): void {
    this.lines.get(`${a} ${b}`)?.set(line);
    this.lines.get(`${b} ${a}`)?.set(line);
  }

  code(who: Who, province: Province): Promise<string> {
    return openDesk(this.fleet.site(province).data).then(async (desk) => {
      const code = await desk.code(personId(who), 600_000);
      await desk.close();
      return code;
    });
  }

  /** Where people open the client of a province's node. */
  address(province: Province): string {
    const { url } = this.fleet.site(province);
    return this.name ? url.replace("127.0.0.1", this.name) : url;
  }

  /** A person before a browser of their own, signed in at their province's node. */
  async seat(who: Who, engine: Engine, options: Before = {}): Promise<Seat> {
    const { province } = PEOPLE[who];
    const seat = await this.visitor(engine, this.address(province), options);
    await seat.page
      .locator("input")
      .first()
      .fill(await this.code(who, province));
    await seat.page.keyboard.press("Enter");
    await seat.page.locator("nav.side").waitFor();
    // Whoever has just come in is asked once how they will come back.
    await seat.page.getByRole("button", { name: /^(Later|بعد میں)$/ }).click();
    return seat;
  }

  /** Somebody before a browser of their own, at an address, not signed in. */
  async visitor(engine: Engine, address: string, options: Before = {}): Promise<Seat> {
    if (!this.browsers.has(engine)) this.browsers.set(engine, launch(engine));
    const browser = await (this.browsers.get(engine) as Promise<Browser>);
    const { width = 1280, height = 800, locale = "en-GB" } = options;
    const context = await browser.newContext({ viewport: { width, height }, locale });
    this.contexts.push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    const page = await context.newPage();
    await options.prepare?.(page);
    const faults: string[] = [];
    // Firefox reports as errors of the page a fetch that a dead node did not answer, and the style with which a picture
    // of the page is taken, which the policy refuses.
    page.on("pageerror", (error) => NO_FAULT.test(error.message) || faults.push(error.message));
    await page.goto(address);
    return new Seat(page, faults);
  }

  async close(): Promise<void> {
    for (const context of this.contexts) await context.close().catch(() => {});
    for (const browser of this.browsers.values()) await (await browser).close().catch(() => {});
    await this.fleet.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

/** One person's page, by what that person sees and does. */
export class Seat {
  constructor(
    readonly page: Page,
    readonly faults: readonly string[],
  ) {}

  async enter(room: string): Promise<void> {
    await this.page.locator("nav.side").getByText(room).first().click();
    await this.page.locator("textarea").waitFor();
  }

  async write(words: string): Promise<void> {
    await this.page.locator("textarea").fill(words);
    await this.page.locator("form.composer button[type=submit]").click();
  }

  /** Waits until the words stand in the open conversation, once. */
  async sees(words: string): Promise<void> {
    await this.page.locator("[role=log]").getByText(words, { exact: true }).first().waitFor();
  }

  /** What an own message's stage says in words. */
  async stage(words: string, stage: RegExp): Promise<void> {
    const message = this.page.locator("[role=log] [data-key]").filter({ hasText: words });
    await message.getByRole("button", { name: stage }).first().waitFor();
  }

  /** The conversation's messages that match, in the order of the screen. */
  order(pattern: RegExp): Promise<string[]> {
    return this.page
      .locator("[role=log] [data-key]")
      .allInnerTexts()
      .then((texts) => texts.flatMap((text) => pattern.exec(text)?.[0] ?? []));
  }

  says(pattern: RegExp): Promise<void> {
    return this.page.getByText(pattern).first().waitFor();
  }

  shot(name: string): Promise<unknown> {
    const folder = process.env.BEEP_SHOTS;
    return folder ? this.page.screenshot({ path: join(folder, `${name}.png`), caret: "initial" }) : Promise.resolve();
  }
}
