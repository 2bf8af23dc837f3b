import { expect } from "bun:test";
import type { Locator, Page } from "playwright-core";
import { en } from "../../web/locales/call/en.ts";
import { ur } from "../../web/locales/call/ur.ts";
import { personId, type Who } from "../ops/seed-people.ts";
import type { BrowserHouse, Engine, Seat } from "./browser-house.ts";
import { type CallReading, flowsOf, prepareForCalls, readCall, withModel } from "./calls-probe.ts";

/** Many browsers share few cores. */
const PATIENCE_MS = 20_000;

export interface How {
  engine?: Engine;
  /** a phone in Urdu; otherwise a desktop in English */
  phone?: boolean;
  /** media goes over a relay or not at all, as on a network that lets nothing else through */
  relayed?: boolean;
}

/** A person before a browser who calls and is called, by what they press and see. */
export class CallPerson {
  private constructor(
    readonly who: Who,
    readonly seat: Seat,
    readonly words: typeof en,
  ) {}

  static async sit(
    house: BrowserHouse,
    who: Who,
    { engine = "chromium", phone = false, relayed = false }: How = {},
  ): Promise<CallPerson> {
    const look = phone ? { width: 360, height: 640, locale: "ur-PK" } : { width: 1280, height: 800, locale: "en-GB" };
    const prepare = async (page: Page) => {
      await prepareForCalls(page);
      if (relayed) await page.addInitScript(`(${relayOnly})()`);
    };
    const seat = await house.seat(who, engine, { ...look, prepare });
    return new CallPerson(who, seat, phone ? (ur as typeof en) : en);
  }

  get page() {
    return this.seat.page;
  }

  /** Opens the room with this person, or of this name. */
  async open(room: Who | string): Promise<void> {
    const find = { other: personId(room as Who), name: room };
    await comes(`${this.who} knows ${room}`, async () => (await this.roomOf(find)) !== null);
    const id = await this.roomOf(find);
    await this.page.evaluate((id) => {
      location.hash = `#/r/${id}`;
    }, id);
    await this.page.locator("textarea").waitFor();
  }

  private roomOf(find: { other: string; name: string }): Promise<string | null> {
    return withModel(
      this.page,
      (model, find) =>
        model.rooms.value.find((room) => room.other === find.other || room.name === find.name)?.id ?? null,
      find,
    );
  }

  /** A group with these people in it, made by this one. */
  async gather(name: string, others: readonly Who[]): Promise<void> {
    await withModel(
      this.page,
      (model, { name, members }) => model.createRoom({ kind: "group", name, history: "all", members }),
      { name, members: others.map(personId) },
    );
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", typeof name === "string" ? { name, exact: true } : { name }).first();
  }

  async press(name: string | RegExp): Promise<void> {
    await this.button(name).click({ timeout: PATIENCE_MS });
  }

  async sees(words: string | RegExp): Promise<void> {
    await this.page.getByText(words).filter({ visible: true }).first().waitFor({ timeout: PATIENCE_MS });
  }

  /** Begins from the room's header and, in a group, through the door. */
  async begin(media: "audio" | "video", isGroup = false): Promise<void> {
    await this.press(media === "video" ? this.words.videoCall : this.words.call);
    if (isGroup) await this.press(this.words.begin);
  }

  /** Comes to the call that is on in the open room. */
  async join(): Promise<void> {
    await this.page.locator(".join-now").first().click({ timeout: PATIENCE_MS });
    await this.page.locator(".join .accept").click({ timeout: PATIENCE_MS });
  }

  read(): Promise<CallReading | null> {
    return readCall(this.page);
  }

  async is(phase: string): Promise<void> {
    await comes(`${this.who}'s call is ${phase}`, async () => (await this.read())?.phase === phase);
  }

  /** The person has no call, or one that is over. */
  async isOut(): Promise<void> {
    await comes(`${this.who} is out`, async () => ((await this.read())?.phase ?? "over") === "over");
  }

  /** Gets this many voices and pictures that go on, all with the right key. */
  async gets(voices: number, pictures: number): Promise<void> {
    let last = "";
    const test = async () => {
      const before = (await this.read())?.stats;
      await Bun.sleep(1_500);
      const after = (await this.read())?.stats;
      if (!before || !after) return false;
      const flows = flowsOf(before, after).filter(({ flowing }) => flowing);
      const of = (track: string) => flows.filter((flow) => flow.track === track).length;
      last = `${of("mic")} voices, ${of("camera")} pictures, ${JSON.stringify(after.seal)}`;
      return of("mic") === voices && of("camera") === pictures;
    };
    await comes(() => `${this.who} gets ${voices} voices, ${pictures} pictures (has ${last})`, test);
    const seal = (await this.read())?.stats?.seal;
    expect(seal?.wrong).toBe(0);
    // Of each line that changed hands a few at most.
    expect(seal?.astray).toBeLessThan(30);
  }

  /** Leaves; a host of many, who is asked, leaves alone. */
  async hangUp(): Promise<void> {
    await this.page.locator(".control.hang").click({ timeout: PATIENCE_MS });
    const alone = this.page.locator(".panel.leave .secondary");
    if (await alone.isVisible()) await alone.click();
  }

  /** Puts away the page that says how a call ended. */
  dismiss(): Promise<void> {
    return this.page.locator(".still-buttons button").last().click({ timeout: PATIENCE_MS });
  }

  shot(name: string): Promise<unknown> {
    return this.seat.shot(`call-${name}`);
  }
}

/** Runs in the page. */
function relayOnly(): void {
  const Original = RTCPeerConnection;
  const construct = (_: unknown, [settings, ...rest]: [RTCConfiguration?]) =>
    new Original({ ...settings, iceTransportPolicy: "relay" }, ...(rest as []));
  Object.assign(globalThis, { RTCPeerConnection: new Proxy(Original, { construct }) });
}

export async function comes(what: string | (() => string), test: () => Promise<boolean>): Promise<number> {
  const at = performance.now();
  while (!(await test())) {
    if (performance.now() - at > PATIENCE_MS)
      throw new Error(`${typeof what === "string" ? what : what()}: not within ${PATIENCE_MS / 1000} s`);
    await Bun.sleep(50);
  }
  return performance.now() - at;
}
