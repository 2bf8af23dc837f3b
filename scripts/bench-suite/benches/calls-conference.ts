import type { Page } from "playwright-core";
import type { RoomId } from "#protocol/ids";
import { janusPid } from "../../../server/ops/fleet-janus.ts";
import { readCall, withModel } from "../../../server/testing/calls-probe.ts";
import { rssOf, stopwatch } from "../proc.ts";
import { type Bench, median, short } from "../report.ts";
import { until } from "../system.ts";
import { openBrowser, openHall, openPage, PageMeter } from "./calls-conference-hall.ts";
import { nameOf, QuietSeat } from "./calls-conference-seat.ts";

/** A call is full with so many. */
const SEATS = 200;
/** of which browsers with media, at most nine: all fit on a page of pictures */
const BROWSERS = 4;
/** All others come within this, milliseconds. */
const STORM_MS = 10_000;
const CHANGES = 10;

const at = (values: readonly number[], q: number): number =>
  [...values].sort((a, b) => a - b)[Math.ceil(q * values.length) - 1] ?? Number.NaN;
const megabytes = (bytes: number): string => `${short(bytes / 2 ** 20)} MB`;
const percent = (share: number): string => `${Math.round(share * 100)}%`;

/** The browsers' call: everybody sees and hears everybody of them. */
async function gather(pages: readonly Page[], room: RoomId): Promise<void> {
  for (const [i, page] of pages.entries()) {
    const choice = { mic: true, camera: true };
    await withModel(
      page,
      (model, { room, choice, first }) =>
        first
          ? model.calls?.begin(room, { ...choice, kind: "conference", media: "video", lobby: false })
          : model.calls?.join(room, choice),
      { room, choice, first: i === 0 },
    );
    await until(`browser ${i} is in`, 60, async () => (await readCall(page))?.faces.length === i + 1);
  }
  for (const page of pages)
    await until("all pictures", 90, async () => {
      const received = (await readCall(page))?.stats?.received ?? [];
      return received.filter(({ frames }) => frames > 0).length === pages.length - 1;
    });
}

/** Runs in the page: milliseconds from pressing until the list of people is painted. */
async function openPeople(): Promise<number> {
  const at = performance.now();
  document.querySelector<HTMLElement>("[aria-expanded]:has(.s-people)")?.click();
  while (!document.querySelector(".people-body li")) await new Promise((next) => setTimeout(next, 5));
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted, 0)));
  return performance.now() - at;
}

export const conference: Bench = async ({ dir, quick }) => {
  const count = Number(process.env.BEEP_SEATS ?? SEATS);
  const hall = await openHall(dir, count);
  const browser = await openBrowser();
  const quiet: QuietSeat[] = [];
  try {
    const { sites } = hall.fleet;
    const nodes = sites.map(({ node }) => node.pid as number);
    const gateways = sites.map(({ data }) => janusPid(data) as number);
    const pages: Page[] = [];
    while (pages.length < BROWSERS) pages.push(await openPage(browser, hall, pages.length));
    await gather(pages, hall.room);
    const first = pages[0] as Page;
    const meter = await PageMeter.of(first);
    const few = await meter.busy(5_000);
    while (quiet.length < count - BROWSERS) {
      const { url, code } = hall.door(BROWSERS + quiet.length);
      quiet.push(await QuietSeat.open(url, code, hall.room));
    }
    const rssBefore = rssOf(nodes);

    // ---- all come ----
    const before = quiet.map(({ bytes }) => bytes);
    const [clock, began] = [stopwatch(nodes), performance.now()];
    const stormBusy = meter.busy(STORM_MS);
    const joins = quiet.map(async (seat, i) => {
      await Bun.sleep((i * STORM_MS) / quiet.length);
      await seat.join();
      return seat;
    });
    await Promise.all(joins);
    const wholes = await Promise.all(quiet.map((seat) => seat.when(() => seat.seats.size === count)));
    const last = began + STORM_MS;
    const name = await nameOf((quiet[0] as QuietSeat).seats.values());
    const keyed = await Promise.all(quiet.map((seat) => seat.when(() => seat.roster === name)));
    const storm = clock();
    const inStorm = await stormBusy;
    const bytes = quiet.map((seat, i) => seat.bytes - (before[i] as number));
    await until("browsers have all keys", 60, async () => {
      const calls = await Promise.all(pages.map(readCall));
      return calls.every((call) => call?.faces.length === count && call.code !== "" && call.code === calls[0]?.code);
    });
    const browsersKeyed = performance.now() - last;

    // ---- all sit ----
    await Bun.sleep(2_000);
    const [idleClock, idleBytes] = [stopwatch(nodes), quiet.map((seat) => seat.bytes)];
    const many = await meter.busy(quick ? 5_000 : 10_000);
    const idle = idleClock();
    const idleEach = quiet.map((seat, i) => ((seat.bytes - (idleBytes[i] as number)) / idle.seconds) * 8);

    // ---- one changes something ----
    const changes: number[] = [];
    for (let i = 0; i < CHANGES; i++) {
      const who = quiet[(i * 37) % quiet.length] as QuietSeat;
      const isUp = (seat: QuietSeat) => {
        const one = seat.seats.get(who.id);
        return one?.on.length === 1 && one.hand !== null;
      };
      const asked = performance.now();
      const seen = Promise.all(quiet.map((seat) => seat.when(() => isUp(seat))));
      await Promise.all([who.act({ do: "tracks", on: ["mic"] }), who.act({ do: "hand", up: true })]);
      changes.push(Math.max(...(await seen)) - asked);
      await Promise.all([who.act({ do: "tracks", on: [] }), who.act({ do: "hand", up: false })]);
      await Promise.all(quiet.map((seat) => seat.when(() => !isUp(seat))));
      await Bun.sleep(200);
    }

    // ---- a browser among them ----
    const received = (await readCall(first))?.stats?.received ?? [];
    const rows = async () => first.locator(".people-body li").count();
    const panel = await first.evaluate(openPeople);
    const drawn = await rows();
    const tiles = await first.locator(".tile").count();
    const busyPanel = await meter.busy(5_000);
    const wrong = quiet.reduce((sum, seat) => sum + seat.wrong, 0);
    const joined = quiet.map((seat) => seat.joined);
    const whole = Math.max(...wholes) - last;
    const sealed = Math.max(...keyed) - last;
    const perSecond = (cpu: { server: number; others: number; seconds: number }) =>
      `${percent(cpu.server / cpu.seconds)} of a core for both; others ${percent(cpu.others / cpu.seconds)}`;
    const janusRss = rssOf(gateways);
    return {
      name: "conference",
      title: `${count} seats in two provinces`,
      method: `${BROWSERS} browsers with voice and picture, sealed end to end, sit in a conference over two nodes, real NATS and two gateways; ${quiet.length} more seats without media come within ${STORM_MS / 1000} s, each with a key of its own. They open the boxes they get with the clients' own code; the first browser makes the epochs. All seats, the browsers and the nodes share this machine's cores.`,
      rows: [
        {
          what: "from asking to join until one stands in the list, p50",
          figure: `${short(at(joined, 0.5))} ms`,
          cpu: perSecond(storm),
          target: "≤ 500 ms",
          met: at(joined, 0.5) <= 500,
        },
        {
          what: "the same, p99",
          figure: `${short(at(joined, 0.99))} ms`,
          target: "≤ 2000 ms",
          met: at(joined, 0.99) <= 2000,
        },
        { what: "after the last has come, until every seat lists all", figure: `${short(whole)} ms` },
        {
          what: "the same, until every seat has the epoch of all",
          figure: `${short(sealed)} ms`,
          target: "≤ 3000 ms",
          met: sealed <= 3000,
        },
        { what: "the same, until all browsers show one security code", figure: `${short(browsersKeyed)} ms` },
        { what: "boxes that did not open", figure: String(wrong), target: "0", met: wrong === 0 },
        {
          what: "a seat receives while all come, median (most)",
          figure: `${short(median(bytes) / 1024)} kB (${short(Math.max(...bytes) / 1024)} kB)`,
        },
        {
          what: "a seat receives while all sit",
          figure: `${short(median(idleEach) / 1000)} kb/s`,
          cpu: perSecond(idle),
        },
        {
          what: "memory of both nodes, before and after",
          figure: `${megabytes(rssBefore)}, ${megabytes(rssOf(nodes))}`,
        },
        { what: "memory of both gateways", figure: megabytes(janusRss) },
        {
          what: "from a hand and a microphone until all seats show them, median (most)",
          figure: `${short(median(changes))} ms (${short(Math.max(...changes))} ms)`,
          target: "≤ 500 ms",
          met: median(changes) <= 500,
        },
        {
          what: `CPU of a browser's main thread, share of a core: among ${BROWSERS}, while all come, among ${count}, with the list of people open`,
          figure: [few, inStorm, many, busyPanel].map(percent).join(", "),
        },
        {
          what: "a browser receives: voices, pictures",
          figure: `${received.filter(({ track }) => track === "mic").length}, ${received.filter(({ track }) => track === "camera").length}`,
        },
        {
          what: "tiles drawn; rows of people drawn at first, and how soon; nodes of the page",
          figure: `${tiles}; ${drawn} in ${short(panel)} ms; ${short(await meter.nodes())}`,
        },
      ],
      samples: { joined, bytes, changes, whole, sealed },
    };
  } finally {
    for (const seat of quiet) seat.close();
    await browser.close();
    await hall.fleet.stop();
  }
};
