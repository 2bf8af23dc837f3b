import { cpSync } from "node:fs";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { mintId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import type { ControlBody, Member } from "#protocol/room";
import { applyChange } from "../../../server/domain/apply.ts";
import { Fleet } from "../../../server/ops/fleet.ts";
import { findJanus } from "../../../server/ops/fleet-janus.ts";
import { findNatsServer } from "../../../server/ops/fleet-nats.ts";
import { openStore } from "../../../server/store/open.ts";
import { prepareForCalls, withModel } from "../../../server/testing/calls-probe.ts";
import type { Accounts } from "../load/beep.ts";
import { Seed } from "../seed.ts";
import { endLater, until } from "../system.ts";

const PROVINCES = ["is", "pb"] as const;

const FLAGS =
  "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync " +
  "--use-fake-ui-for-media-stream --use-fake-device-for-media-stream=fps=10 --autoplay-policy=no-user-gesture-required --mute-audio";

/** One control event names no more people. */
const MOST = 100;

type Person = Accounts["people"][number] & { province: Province };

/** Two provinces with gateways over real NATS, and one room with so many people of both, in turn. */
export interface Hall {
  fleet: Fleet;
  room: RoomId;
  /** the node of the n-th person, and a one-time code for it */
  door(n: number): { url: string; code: string };
}

export async function openHall(dir: string, people: number): Promise<Hall> {
  const [natsServer, janus] = [findNatsServer(), findJanus()];
  if (!natsServer || !janus) throw new Error("no nats-server or no Janus here: scripts/test installs them");
  cpSync("web/dist", `${dir}/web`, { recursive: true });
  const env = { BEEP_RATE_FACTOR: "1000000", BEEP_WEB: `${dir}/web` };
  const fleet = await Fleet.open({ dir, provinces: PROVINCES, ports: "free", natsServer, janus, env });
  const codes: string[] = [];
  const everybody: Person[] = [];
  const seeds: Seed[] = [];
  for (const [at, province] of PROVINCES.entries()) {
    const seed = new Seed(openStore({ folder: fleet.site(province).data, province }), PROVINCES);
    await seed.keys();
    await seed.people(Math.ceil(people / PROVINCES.length));
    for (const [i, { person, device }] of seed.accounts.people.entries()) {
      everybody[i * PROVINCES.length + at] = { person, device, province };
      codes[i * PROVINCES.length + at] = await seed.code(person);
    }
    seeds.push(seed);
  }
  const home = seeds[0] as Seed;
  const room = await home.room("group", everybody.slice(0, MOST), "Conference");
  if (everybody.length > MOST) await add(home, room, everybody.slice(MOST));
  for (const { store } of seeds) await store.close();
  endLater(() => fleet.stop());
  await fleet.start();
  const door = (n: number) => ({
    url: fleet.site(PROVINCES[n % PROVINCES.length] as string).url,
    code: codes[n] as string,
  });
  return { fleet, room, door };
}

/** More members than one event may name, by a second one. */
function add({ store, clock }: Seed, room: RoomId, more: readonly Person[]): Promise<unknown> {
  const stamp = clock.next();
  return store.write(room, (tx) => {
    const { cseq, members, kind, name, home, history } = store.room(room) as NonNullable<ReturnType<typeof store.room>>;
    const by = [...members.keys()][0] as PersonId;
    const added: Member[] = more.map(({ person, province }) => ({ person, province, role: "member", since: stamp }));
    const body: ControlBody = {
      change: { op: "add", members: more.map(({ person }) => person) },
      cseq: cseq + 1,
      by,
      room: { kind, name, home, history },
      members: added,
      removed: [],
    };
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    const head = { id: mintId(Date.now()), room, sender: by, device: by, kind: KIND.control, scheme: SCHEME.control };
    tx.append(encodeRecord({ ...head, body: bytes }), stamp, []);
    applyChange(tx, room, body, stamp, store);
  }) as Promise<unknown>;
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS.split(" ") });

/** A person's page, signed in, whose model knows the room. */
export async function openPage(browser: Browser, { room, door }: Hall, n: number): Promise<Page> {
  const { url, code } = door(n);
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-GB" })).newPage();
  await prepareForCalls(page);
  await page.goto(url);
  await page.locator("input").first().fill(code);
  await page.keyboard.press("Enter");
  await page.locator("nav.side").waitFor({ timeout: 60_000 });
  await page.getByRole("button", { name: "Later" }).click();
  await until("the room is everywhere", 60, () =>
    withModel(page, (model, room) => model.rooms.value.some(({ id, elsewhere }) => id === room && !elsewhere), room),
  );
  return page;
}

/** What a page's main thread takes of a core, and what it holds. */
export class PageMeter {
  private constructor(private readonly cdp: CDPSession) {}

  static async of(page: Page): Promise<PageMeter> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
    return new PageMeter(cdp);
  }

  /** CPU of tasks over so many milliseconds, as a share of them. */
  async busy(ms: number): Promise<number> {
    const [at, before] = [performance.now(), await this.read()];
    await Bun.sleep(ms);
    const after = await this.read();
    const cpu = (after.get("TaskDuration") ?? 0) - (before.get("TaskDuration") ?? 0);
    return (cpu * 1000) / (performance.now() - at);
  }

  async nodes(): Promise<number> {
    return (await this.read()).get("Nodes") ?? 0;
  }

  private async read(): Promise<Map<string, number>> {
    const { metrics } = await this.cdp.send("Performance.getMetrics");
    return new Map(metrics.map(({ name, value }) => [name, value]));
  }
}
