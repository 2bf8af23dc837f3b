import { join } from "node:path";
import type { PersonId, Province, RoomId } from "#protocol/ids";
import type { Evidence, RoomReplica } from "./fleet-check.ts";
import type { FleetMember } from "./fleet-member.ts";
import { membersAtEnd, type PlannedRoom } from "./fleet-plan.ts";
import { readHeads, readReplica, searchFiles } from "./fleet-read.ts";
import type { FleetWorld } from "./fleet-world.ts";

export type Clients = ReadonlyMap<PersonId, FleetMember>;

/** Tells the rooms of a run from those of earlier ones. */
export const wantedOf = (rooms: readonly PlannedRoom[]) => {
  const ids = new Set(rooms.map(({ id }) => id));
  return (room: RoomId) => ids.has(room);
};

/** The provinces that have a member in the room at the end. */
export function provincesOf(world: FleetWorld, room: PlannedRoom): Province[] {
  const members = new Set(membersAtEnd(room));
  return world.provinces.filter((code) => world.people.some((one) => one.province === code && members.has(one.id)));
}

/** All that a judgement rests on. @param search whether to search every file for canaries, which takes a moment */
export function gather(world: FleetWorld, rooms: readonly PlannedRoom[], clients: Clients, search = true): Evidence {
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
            home.find(({ id }) => id === clients.get(by.id)?.requestOf(room.id, person.id))?.stamp ?? 0,
        );
      return [code, Math.min(...adds)];
    }),
  );
}

/** A search that finds no canary where it must be would find none where it must not be. */
export function blindness(rooms: readonly PlannedRoom[], { promised, found, rooms: homes }: Evidence): string[] {
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

/** Who and what stands where, when it does not come together. */
export function stuck(world: FleetWorld, rooms: readonly PlannedRoom[], clients: Clients): string[] {
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
