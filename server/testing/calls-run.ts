import type { Province, RoomId } from "#protocol/ids";
import { firstAddress } from "../config.ts";
import { janusPid } from "../ops/fleet-janus.ts";
import { PEOPLE, personId, type Who } from "../ops/seed-people.ts";
import { BrowserHouse, type Seat } from "./browser-house.ts";
import { type Flowing, flowingOf } from "./calls-flowing.ts";
import { flowsOf, MediaLines, prepareForCalls, readCall, withModel } from "./calls-probe.ts";
import { type Heard, heardBetween, inWords } from "./calls-voices.ts";

export interface CallsPlan {
  people: number;
  provinces: number;
  killGateway: boolean;
  cutLink: boolean;
  /** of the first person's media: percent lost each way, and kb/s each way (0 without limit) */
  loss: number;
  kbps: number;
  /** milliseconds there and back on that line */
  delay: number;
  say: (words: string) => void;
}

export interface CallsResult {
  people: number;
  provinces: number;
  flowing: number;
  expected: number;
  wrongKeyFrames: number;
  /** from asking to join until another's picture or voice is there; median, milliseconds; Infinity where it never was */
  joinMs: number;
  /** from the fault until all flows again; undefined without a fault, Infinity where it never did */
  recoverMs: number | undefined;
}

const CODES: readonly Province[] = ["is", "pb", "sd"];
/** How long streams may take to flow, in milliseconds: many browsers share few cores. */
const PATIENCE_MS = 40_000;
/** A fake microphone beeps once a second. */
const WATCH_MS = 2_500;
const VOICES_MS = 8_000;

/** The most people there are for so many provinces. */
export const mostPeople = (provinces: number): number => invited(99, provinces).length;

/** People of the ministry, from the provinces in turn. */
function invited(people: number, provinces: number): Who[] {
  const left = CODES.slice(0, provinces).map((code) =>
    (Object.keys(PEOPLE) as Who[]).filter((who) => PEOPLE[who].province === code),
  );
  const chosen: Who[] = [];
  for (let turn = 0; chosen.length < people && left.some((list) => list.length > 0); turn++) {
    const who = left[turn % left.length]?.shift();
    if (who) chosen.push(who);
  }
  return chosen;
}

/** Holds one call with real browsers over real nodes, logs and gateways, all started here and stopped. */
export async function runCalls(plan: CallsPlan): Promise<CallsResult> {
  const provinces = CODES.slice(0, plan.provinces);
  const house = await BrowserHouse.open(provinces, { calls: true, env: { BEEP_RATE_FACTOR: "10" } });
  const lines = new MediaLines(firstAddress() as string);
  try {
    plan.say(`Nodes and gateways of ${provinces.join(", ")} run.`);
    const call = await Call.begin(house, invited(plan.people, plan.provinces), lines, plan);
    const recoverMs = plan.killGateway ? await call.killGateway() : plan.cutLink ? await call.cutLink() : undefined;
    const { flowing, expected } = call.last;
    const wrongKeyFrames = await call.wrongKeyFrames();
    const { people, joinMs } = call;
    return { people, provinces: provinces.length, flowing, expected, wrongKeyFrames, joinMs, recoverMs };
  } finally {
    await lines.stop();
    await house.close();
  }
}

class Call {
  /** as it was seen last */
  last: Flowing = { flowing: 0, expected: 0, still: [] };

  private constructor(
    private readonly house: BrowserHouse,
    private readonly whos: readonly Who[],
    private readonly seats: readonly Seat[],
    private readonly say: CallsPlan["say"],
    readonly joinMs: number,
    private readonly bad: boolean,
  ) {}

  get people(): number {
    return this.seats.length;
  }

  static async begin(house: BrowserHouse, whos: readonly Who[], lines: MediaLines, plan: CallsPlan): Promise<Call> {
    const bad = plan.loss > 0 || plan.kbps > 0 || plan.delay > 0;
    const seats: Seat[] = [];
    for (const [i, who] of whos.entries()) {
      const prepare = async (page: Seat["page"]) => {
        await prepareForCalls(page);
        if (i === 0 && bad) await lines.before(page);
      };
      // Large enough for all pictures: what is not on screen is not fetched.
      const look = whos.length > 4 ? { width: 1280, height: 720 } : { width: 640, height: 480 };
      seats.push(await house.seat(who, "chromium", { ...look, prepare }));
    }
    const room = await meet(whos, seats);
    plan.say(`${whos.join(", ")} are signed in, and in one room.`);
    if (bad) await lines.set({ loss: plan.loss / 100, kbps: plan.kbps, delay: plan.delay / 2 });
    const took: number[] = [];
    for (const [i, { page }] of seats.entries()) {
      // A person can only join what is seen to be on: another province hears of it a moment later.
      if (i > 0) await comes(() => withModel(page, (model, id) => model.calls?.heads.value.has(id) === true, room));
      const at = performance.now();
      await withModel(
        page,
        (model, { room, first }) => {
          const choice = { mic: true, camera: true };
          return first
            ? model.calls?.begin(room, { ...choice, kind: "call", media: "video", lobby: false })
            : model.calls?.join(room, choice);
        },
        { room, first: i === 0 },
      );
      if (i === 0) continue;
      const there = await comes(async () => {
        const { stats } = (await readCall(page)) ?? {};
        return stats?.received.some(({ frames, energy }) => frames > 0 || energy > 0) ?? false;
      });
      took.push(there ? performance.now() - at : Number.POSITIVE_INFINITY);
    }
    const joinMs = took.sort((a, b) => a - b)[Math.floor(took.length / 2)] ?? 0;
    const call = new Call(house, whos, seats, plan.say, joinMs, bad);
    plan.say((await call.allFlows()) ? "Everybody sees and hears everybody." : "Not everything flows.");
    if (bad) for (const heard of await call.voices()) plan.say(inWords(heard));
    return call;
  }

  private async flowing(): Promise<Flowing> {
    const before = await this.stats();
    await Bun.sleep(WATCH_MS);
    return flowingOf(this.whos, before, await this.readings(), this.bad);
  }

  /** How well everybody is heard, over a while. */
  async voices(): Promise<Heard[]> {
    const before = await this.readings();
    await Bun.sleep(VOICES_MS);
    return heardBetween(this.whos, before, await this.readings(), VOICES_MS);
  }

  async wrongKeyFrames(): Promise<number> {
    const all = await this.stats();
    return all.reduce((sum, stats) => sum + (stats?.seal.wrong ?? 0), 0);
  }

  /** Ends a gateway as a power cut would; milliseconds until everybody has everything again. */
  async killGateway(): Promise<number> {
    const seen = await this.readings();
    const place = seen[0]?.place;
    const code = place?.mode === "one" ? place.at : (this.house.fleet.sites[0]?.code as Province);
    const pid = janusPid(this.house.fleet.site(code).data);
    if (!pid) throw new Error(`there is no gateway in ${code} to kill`);
    const moves = this.whos.map((who) => place?.mode === "one" || PEOPLE[who].province === code);
    const at = performance.now();
    process.kill(pid, "SIGKILL");
    const back =
      (await comes(async () =>
        (await this.readings()).every((call, i) => !moves[i] || (call?.stats?.life ?? 0) > (seen[i]?.stats?.life ?? 0)),
      )) && (await this.eachSeesEach());
    const ms = back ? performance.now() - at : Number.POSITIVE_INFINITY;
    this.say(`The gateway of ${code} was killed; everybody saw everybody again after ${Math.round(ms)} ms.`);
    await this.allFlows();
    return ms;
  }

  /** Cuts the first two provinces from each other until both say so, and heals; milliseconds from then until all flows. */
  async cutLink(): Promise<number> {
    const [a, b] = this.house.fleet.sites.map(({ code }) => code) as [Province, Province];
    this.house.link(a, b, "cut");
    const told = await comes(async () =>
      (await this.readings()).every((call, i) => {
        const home = PEOPLE[this.whos[i] as Who].province;
        return (home !== a && home !== b) || (call?.cut.length ?? 0) > 0;
      }),
    );
    if (!told) throw new Error(`the link between ${a} and ${b} is cut, and not everybody is told`);
    this.say(`The link between ${a} and ${b} is cut, and both sides say so.`);
    this.house.link(a, b, "open");
    const at = performance.now();
    const whole = await comes(async () => (await this.readings()).every((call) => call?.cut.length === 0));
    const ms = whole && (await this.eachSeesEach()) ? performance.now() - at : Number.POSITIVE_INFINITY;
    this.say(`It is healed; everybody saw everybody again after ${Math.round(ms)} ms.`);
    await this.allFlows();
    return ms;
  }

  private readings() {
    return Promise.all(this.seats.map(({ page }) => readCall(page)));
  }

  private async stats() {
    return (await this.readings()).map((call) => call?.stats ?? null);
  }

  private async allFlows(): Promise<boolean> {
    const all = await comes(async () => {
      this.last = await this.flowing();
      return this.last.flowing === this.last.expected && this.last.expected > 0;
    });
    if (!all) this.say(this.last.still.join("\n"));
    return all;
  }

  /** Every page gets new pictures of every other one: sooner to be told than that all goes on. */
  private async eachSeesEach(): Promise<boolean> {
    const before = await this.stats();
    return comes(async () =>
      (await this.stats()).every((stats, i) => {
        const former = before[i];
        if (!stats || !former) return false;
        const pictures = flowsOf(former, stats).filter(({ track, flowing }) => track === "camera" && flowing);
        return pictures.length === this.people - 1;
      }),
    );
  }
}

/** One room with all of them in it. */
async function meet(whos: readonly Who[], seats: readonly Seat[]): Promise<RoomId> {
  const members = whos.slice(1).map(personId);
  const [owner] = seats as [Seat];
  const room = await withModel(
    owner.page,
    (model, members) => model.createRoom({ kind: "group", name: "Calls", history: "all", members }),
    members,
  );
  const knows = (page: Seat["page"]) =>
    withModel(page, (model, room) => model.rooms.value.some(({ id, elsewhere }) => id === room && !elsewhere), room);
  for (const { page } of seats) if (!(await comes(() => knows(page)))) throw new Error("the room is not everywhere");
  return room;
}

/** Waits until it is so; false where it is not in time. */
async function comes(test: () => Promise<boolean>): Promise<boolean> {
  const late = performance.now() + PATIENCE_MS;
  while (!(await test())) {
    if (performance.now() > late) return false;
    await Bun.sleep(50);
  }
  return true;
}
