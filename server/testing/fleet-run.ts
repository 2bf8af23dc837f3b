import { check, clean, type Verdict } from "./fleet-check.ts";
import { blindness, type Clients, gather, provincesOf, stuck, wantedOf } from "./fleet-evidence.ts";
import { load, makeRooms } from "./fleet-load.ts";
import { type PlannedRoom, planRooms } from "./fleet-plan.ts";
import { readHeads } from "./fleet-read.ts";
import { describe, randomOf, schedule, shuffled } from "./fleet-schedule.ts";
import { type FleetWorld, usesWeb } from "./fleet-world.ts";

export interface RunOptions {
  seed: number;
  /** how long messages and faults go on */
  ms: number;
  /** how soon after the last healing all must be everywhere */
  withinMs: number;
  /** hears what happens, for a person */
  say?: (words: string) => void;
}

export interface RunResult extends Verdict {
  seed: number;
  /** 1 where not all was everywhere in time */
  unconverged: number;
  /** from the last healing until all was everywhere */
  convergedMs: number;
  /** what that waited for */
  last: string;
  /** messages acknowledged */
  messages: number;
  faults: string[];
}

const GIVE_UP_MS = 40_000;
const SETUP_MS = 20_000;
const PEOPLE_PER_PROVINCE = 3;

/** One seeded run: rooms of all kinds, people writing, faults; then healing, and the judgement from outside. */
export async function run(world: FleetWorld, options: RunOptions): Promise<RunResult> {
  const { seed, ms, say = () => {} } = options;
  const random = randomOf(seed);
  // In each province one person with the product's own client, the others with the fleet's.
  const people = world.provinces.flatMap((province) => {
    const drawn = shuffled(random, world.people).filter((one) => one.province === province);
    return [
      ...drawn.filter(usesWeb).slice(0, 1),
      ...drawn.filter((one) => !usesWeb(one)).slice(0, PEOPLE_PER_PROVINCE - 1),
    ];
  });
  const rooms = await planRooms(
    random,
    `seed ${seed}`,
    world.provinces,
    people,
    world.newPair(people),
    ms,
    (one) => !usesWeb(one),
  );
  const faults = schedule(random, world.provinces, ms);
  const wanted = wantedOf(rooms);
  const clients = new Map(
    people.map((person) => [
      person.id,
      world.client(person, randomOf(seed ^ Number.parseInt(person.id.slice(0, 7), 16)), wanted),
    ]),
  );
  try {
    await Promise.all([...clients.values()].map((client) => client.start()));
    await timed(makeRooms(rooms, clients), SETUP_MS, "the rooms of the run could not be made while nothing was broken");
    const messages = await load(world, random, rooms, clients, faults, ms);
    for (const fault of faults) say(describe(fault));
    world.heal();
    const healed = performance.now();
    const { ms: convergedMs, last } = await converge(world, rooms, clients, healed);
    const unconverged = convergedMs > options.withinMs ? 1 : 0;
    const evidence = gather(world, rooms, clients);
    const verdict = check(evidence);
    const odd = [...clients.values()].flatMap((client) =>
      client.refused.map((words) => `${client.person.name.en}: ${words}`),
    );
    odd.push(...blindness(rooms, evidence));
    const crashes = world.crashes.splice(0);
    if (unconverged) verdict.findings.push(`unconverged: what came last was ${last}`);
    if (convergedMs === Infinity) verdict.findings.push(...stuck(world, rooms, clients));
    verdict.findings.push(...odd, ...crashes);
    // A process that dies by itself and a message that is refused are failures too: there is no better column for them.
    const failed = odd.length + crashes.length > 0;
    return {
      ...verdict,
      seed,
      unconverged: unconverged || (failed ? 1 : 0),
      convergedMs: Math.round(Math.min(convergedMs, GIVE_UP_MS)),
      last,
      messages,
      faults: faults.map(describe),
    };
  } finally {
    world.heal();
    await Promise.all([...clients.values()].map((client) => client.stop()));
  }
}

export const isGood = (result: RunResult): boolean => clean(result) && result.unconverged === 0;

/** Milliseconds from `healed` until every store and every client has all of it (Infinity: never), and what came last. */
async function converge(
  world: FleetWorld,
  rooms: readonly PlannedRoom[],
  clients: Clients,
  healed: number,
): Promise<{ ms: number; last: string }> {
  let last = "nothing: all was there at once";
  while (performance.now() - healed < GIVE_UP_MS) {
    const away = [...clients.values()].find((client) => client.busy || !client.settled);
    if (away) last = away.state();
    else if (!storesAgree(world, rooms)) last = "the stores";
    else {
      await Promise.all([...clients.values()].map((client) => client.collect()));
      // The files may be written while they are read: what is missing now is looked for again.
      const { lost, findings } = check(gather(world, rooms, clients, false));
      if (lost === 0) return { ms: performance.now() - healed, last };
      last = findings[0] as string;
    }
    await Bun.sleep(100);
  }
  await Promise.all([...clients.values()].map((client) => client.collect()));
  return { ms: Infinity, last };
}

function storesAgree(world: FleetWorld, rooms: readonly PlannedRoom[]): boolean {
  try {
    const wanted = wantedOf(rooms);
    const heads = new Map(world.fleet.sites.map(({ code, data }) => [code, readHeads(data, wanted)]));
    return rooms.every((room) => {
      if (room.history === "joined") return true; // told apart by the full reading alone
      const texts = provincesOf(world, room).map((code) =>
        [...(heads.get(code)?.get(room.id) ?? [])]
          .map(([origin, { n }]) => `${origin}:${n}`)
          .sort()
          .join(),
      );
      return texts.every((text) => text !== "" && text === texts[0]);
    });
  } catch {
    return false; // a file that is just being recovered cannot be read for a moment
  }
}

async function timed(work: Promise<void>, ms: number, words: string): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${words} (within ${ms / 1000} s)`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
