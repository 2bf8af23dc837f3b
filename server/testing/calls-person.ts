import { expect } from "bun:test";
import type { Locator, Page } from "playwright-core";
import type { CallStats } from "../../web/call/contract.ts";
import { en } from "../../web/locales/call/en.ts";
import { ur } from "../../web/locales/call/ur.ts";
import { personId, type Who } from "../ops/seed-people.ts";
import type { BrowserHouse, Seat } from "./browser-house.ts";
import type { Engine } from "./browsers.ts";
import { type CallReading, flowsOf, prepareForCalls, readCall, withModel } from "./calls-probe.ts";
import { until } from "./until.ts";

/** How long a stream is looked at before it counts as standing still, in milliseconds. */
const WINDOW_MS = 900;

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
    await until(async () => (await this.roomOf(find)) !== null, `${this.who} knows ${room}`);
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
    await this.button(name).click();
  }

  async sees(words: string | RegExp): Promise<void> {
    await this.page.getByText(words).filter({ visible: true }).first().waitFor();
  }

  /** Begins from the room's header and, in a group, through the door. */
  async begin(media: "audio" | "video", isGroup = false): Promise<void> {
    await this.press(media === "video" ? this.words.videoCall : this.words.call);
    if (isGroup) await this.press(this.words.begin);
  }

  /** Comes to the call that is on in the open room. */
  async join(): Promise<void> {
    await this.page.locator(".join-now").first().click();
    await this.page.locator(".join .accept").click();
  }

  read(): Promise<CallReading | null> {
    return readCall(this.page);
  }

  async is(phase: string): Promise<void> {
    await until(async () => (await this.read())?.phase === phase, `${this.who}'s call is ${phase}`);
  }

  /**
   * The person speaks with a node of their own province, and in the call nobody of this many is on the way. Whose node was
   * away for long sat at another province's meanwhile, which is no fault.
   */
  async isHome(people: number): Promise<void> {
    await until(
      async () => {
        const home = await withModel(
          this.page,
          (model) => {
            const link = model.connection.value;
            return link.state === "online" && link.current && !link.away;
          },
          null,
        );
        const faces = (await this.read())?.faces ?? [];
        return home && faces.length === people && faces.every(({ state }) => state === "in");
      },
      () => `${this.who} is home, and the others are`,
    );
  }

  /** The person has no call, or one that is over. */
  async isOut(): Promise<void> {
    await until(async () => ((await this.read())?.phase ?? "over") === "over", `${this.who} is out`);
  }

  /** Gets this many voices, and then pictures, that go on, all with the right key. */
  async gets(voices: number, pictures: number): Promise<void> {
    const taken: { at: number; stats: CallStats }[] = [];
    let last = "";
    const flowing = async (): Promise<(track: string) => number> => {
      const reading = await this.read();
      const stats = reading?.stats;
      const at = performance.now();
      const before = taken.findLast((one) => at - one.at > WINDOW_MS);
      if (stats) taken.push({ at, stats });
      if (!stats || !before) return () => Number.NaN;
      const flows = flowsOf(before.stats, stats).filter((flow) => flow.flowing);
      const of = (track: string) => flows.filter((flow) => flow.track === track).length;
      last = `${of("mic")} voices, ${of("camera")} pictures, ${JSON.stringify({ ...reading, stats })}`;
      return of;
    };
    const tell = () => `${this.who} gets ${voices} voices, ${pictures} pictures (has ${last})`;
    // What people wait for is each other's voice.
    const heard = await until(async () => (await flowing())("mic") === voices, tell);
    const more = await until(async () => {
      const of = await flowing();
      return of("mic") === voices && of("camera") === pictures;
    }, tell);
    console.log(
      `${this.who}: ${voices} voices after ${Math.round(heard)} ms, all after ${Math.round(heard + more)} ms`,
    );
    const { wrong = 1, astray = 1, opened = 0 } = (await this.read())?.stats?.seal ?? {};
    expect(wrong).toBe(0);
    // Of each line that changed hands a few, more where the machine is busy and the word of it late.
    expect(astray).toBeLessThan(30 + opened / 20);
  }

  /** Leaves; a host of many, who is asked, leaves alone. */
  async hangUp(): Promise<void> {
    await this.page.locator(".control.hang").click();
    const alone = this.page.locator(".panel.leave .secondary");
    if (await alone.isVisible()) await alone.click();
  }

  /** Puts away the page that says how a call ended. */
  dismiss(): Promise<void> {
    return this.page.locator(".still-buttons button").last().click();
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
