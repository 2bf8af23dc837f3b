import { join } from "node:path";
import type { Person } from "#protocol/directory";
import type { PersonId, Province, RoomId } from "#protocol/ids";
import { check, clean, type Evidence, type RoomReplica, type Verdict } from "./fleet-check.ts";
import type { FleetMember } from "./fleet-member.ts";
import { membersAtEnd, type PlannedRoom, planRooms } from "./fleet-plan.ts";
import { readHeads, readReplica, searchFiles } from "./fleet-read.ts";
import { describe, pick, type Random, randomOf, type Scheduled, schedule, shuffled } from "./fleet-schedule.ts";
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
  const wanted = new Set(rooms.map(({ id }) => id));
  const clients = new Map(
    people.map((person) => [
      person.id,
      world.client(person, randomOf(seed ^ Number.parseInt(person.id.slice(0, 7), 16)), (room) => wanted.has(room)),
    ]),
  );
  try {
    await Promise.all([...clients.values()].map((client) => client.start()));
    await timed(makeRooms(rooms, clients), SETUP_MS, "the rooms of the run could not be made while nothing was broken");
    const messages = await load(world, random, rooms, clients, faults, ms);
    for (const fault of faults) say(describe(fault));
    world.heal();
    const healed = performance.now();
    const convergedMs = await converge(world, rooms, clients, healed);
    const unconverged = convergedMs > options.withinMs ? 1 : 0;
    const evidence = gather(world, rooms, clients);
    const verdict = check(evidence);
    const odd = [...clients.values()].flatMap((client) =>
      client.refused.map((words) => `${client.person.name.en}: ${words}`),
    );
    odd.push(...blindness(rooms, evidence));
    const crashes = world.crashes.splice(0);
    if (convergedMs === Infinity) verdict.findings.push(...stuck(world, rooms, clients));
    verdict.findings.push(...odd, ...crashes);
    // A process that dies by itself and a message that is refused are failures too: there is no better column for them.
    const failed = odd.length + crashes.length > 0;
    return {
      ...verdict,
      seed,
      unconverged: unconverged || (failed ? 1 : 0),
      convergedMs: Math.round(Math.min(convergedMs, GIVE_UP_MS)),
      messages,
      faults: faults.map(describe),
    };
  } finally {
    world.heal();
    await Promise.all([...clients.values()].map((client) => client.stop()));
  }
}

export const isGood = (result: RunResult): boolean => clean(result) && result.unconverged === 0;

type Clients = ReadonlyMap<PersonId, FleetMember>;
const clientOf = (clients: Clients, person: Person) => clients.get(person.id) as FleetMember;

async function makeRooms(rooms: readonly PlannedRoom[], clients: Clients): Promise<void> {
  await Promise.all(
    rooms.map(async (room) => {
      const others = room.members.filter((one) => one !== room.owner).map(({ id }) => id);
      const { id, kind, name, history } = room;
      const owner = clientOf(clients, room.owner);
      await owner.control(id, { op: "create", kind, name, history, members: others });
      if (room.second) await owner.control(id, { op: "role", person: room.second.id, role: "owner" });
    }),
  );
  while (!rooms.every((room) => room.members.every((one) => clientOf(clients, one).knows(room.id))))
    await Bun.sleep(20);
}

/** People write, members come in, faults begin and end by the schedule. Answers how many messages were written. */
async function load(
  world: FleetWorld,
  random: Random,
  rooms: readonly PlannedRoom[],
  clients: Clients,
  faults: readonly Scheduled[],
  ms: number,
): Promise<number> {
  const start = performance.now();
  const at = (when: number) => Bun.sleep(Math.max(0, start + when - performance.now()));
  let sent = 0;
  const write = async (client: FleetMember, draw: Random) => {
    const own = rooms.filter((room) =>
      room.kind === "channel" ? room.owner.id === client.id : membersAtEnd(room).includes(client.id),
    );
    while (performance.now() - start < ms) {
      const room = pick(draw, own);
      const burst = draw() < 0.1 ? 10 : 1;
      if (room && client.knows(room.id))
        for (let i = 0; i < burst; i++) client.send(room.id, `${room.canary} ${++sent} ${"z".repeat(draw() * 200)}`);
      if (draw() < 0.01) client.drop();
      await Bun.sleep(30 + draw() * 170);
    }
  };
  const grow = (room: PlannedRoom) =>
    room.later.map(async ({ at: when, by, person }) => {
      await at(when);
      // Carried out whenever the home can be reached; convergence waits for it.
      clientOf(clients, by)
        .control(room.id, { op: "add", members: [person.id] })
        .catch((error) => clientOf(clients, by).refused.push(String(error)));
    });
  await Promise.all([
    ...[...clients.values()].map((client) => write(client, randomOf(random() * 2 ** 31))),
    ...rooms.flatMap(grow),
    ...faults.map(async ({ from, until, fault }) => {
      await at(from);
      await world.begin(fault);
      await at(until);
      world.end(fault);
    }),
  ]);
  return sent;
}

/** Milliseconds from `healed` until every store and every client has all of it; Infinity where that never came. */
async function converge(
  world: FleetWorld,
  rooms: readonly PlannedRoom[],
  clients: Clients,
  healed: number,
): Promise<number> {
  while (performance.now() - healed < GIVE_UP_MS) {
    if ([...clients.values()].every((client) => !client.busy && client.settled) && storesAgree(world, rooms)) {
      await Promise.all([...clients.values()].map((client) => client.collect()));
      // The files may be written while they are read: what is missing now is looked for again.
      if (check(gather(world, rooms, clients, false)).lost === 0) return performance.now() - healed;
    }
    await Bun.sleep(100);
  }
  return Infinity;
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

const wantedOf = (rooms: readonly PlannedRoom[]) => {
  const ids = new Set(rooms.map(({ id }) => id));
  return (room: RoomId) => ids.has(room);
};

function provincesOf(world: FleetWorld, room: PlannedRoom): Province[] {
  const members = new Set(membersAtEnd(room));
  return world.provinces.filter((code) => world.people.some((one) => one.province === code && members.has(one.id)));
}

function gather(world: FleetWorld, rooms: readonly PlannedRoom[], clients: Clients, search = true): Evidence {
  const wanted = wantedOf(rooms);
  const replicas = new Map(world.fleet.sites.map(({ code, data }) => [code, readReplica(data, wanted)] as const));
  const byCanary = new Map(rooms.map((room) => [room.canary, room.id]));
  const found = !search
    ? []
    : world.fleet.sites.flatMap(({ code }) =>
        searchFiles([join(world.fleet.options.dir, code)], [...byCanary.keys()]).map(({ text, file }) => ({
          room: byCanary.get(text) as RoomId,
          province: code,
          file,
        })),
      );
  return {
    rooms: new Map(rooms.map((room) => [room.id, sinceOf(world, room, replicas, clients)])),
    replicas,
    promised: [...clients.values()].flatMap((client) => client.promised),
    shown: [...clients.values()].flatMap((client) =>
      rooms
        .filter((room) => membersAtEnd(room).includes(client.id))
        .map(({ id }) => {
          return { person: client.id, room: id, ...client.view(id) };
        }),
    ),
    found,
  };
}

/** From when each province may have a room's events: from its first member on, where the policy is `joined`. */
function sinceOf(
  world: FleetWorld,
  room: PlannedRoom,
  replicas: ReadonlyMap<Province, ReadonlyMap<RoomId, RoomReplica>>,
  clients: Clients,
): Map<Province, number> {
  const home = replicas.get(room.owner.province)?.get(room.id)?.events ?? [];
  const first = new Set(room.members.map(({ province }) => province));
  return new Map(
    provincesOf(world, room).map((code) => {
      if (room.history === "all" || first.has(code)) return [code, 0];
      const adds = room.later
        .filter(({ person }) => person.province === code)
        .map(
          ({ by, person }) =>
            home.find(({ id }) => id === clientOf(clients, by).requestOf(room.id, person.id))?.stamp ?? 0,
        );
      return [code, Math.min(...adds)];
    }),
  );
}

/** A search that finds no canary where it must be would find none where it must not be. */
function blindness(rooms: readonly PlannedRoom[], { promised, found, rooms: homes }: Evidence): string[] {
  const words: string[] = [];
  const written = rooms.filter(({ id }) => promised.some(({ room }) => room === id));
  for (const { id } of written)
    for (const [province, since] of homes.get(id) ?? [])
      if (
        since === 0 &&
        !found.some((one) => one.room === id && one.province === province && one.file.startsWith("data/"))
      )
        words.push(`the canary of room ${id} was not found in the data of ${province}, which holds it`);
  const crossing = written.find(({ id }) => (homes.get(id)?.size ?? 0) > 1);
  if (crossing && !found.some(({ file }) => file.startsWith("nats/")))
    words.push("no canary was found in any log on its way");
  return words;
}

function stuck(world: FleetWorld, rooms: readonly PlannedRoom[], clients: Clients): string[] {
  const words: string[] = [];
  for (const client of clients.values())
    if (client.busy || !client.settled) words.push(`never settled: ${client.state()}`);
  const wanted = wantedOf(rooms);
  for (const { code, data } of world.fleet.sites)
    for (const [room, heads] of readHeads(data, wanted))
      words.push(
        `${code} holds of ${room.slice(0, 8)}: ${[...heads].map(([origin, { n }]) => `${origin}:${n}`).join(" ")}`,
      );
  return words;
}

async function timed(work: Promise<void>, ms: number, words: string): Promise<void> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${words} (within ${ms / 1000} s)`)), ms);
  });
  await Promise.race([work, late]).finally(() => clearTimeout(timer));
}
