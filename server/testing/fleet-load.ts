import type { Person } from "#protocol/directory";
import type { Clients } from "./fleet-evidence.ts";
import type { FleetMember } from "./fleet-member.ts";
import { membersAtEnd, type PlannedRoom } from "./fleet-plan.ts";
import { pick, type Random, randomOf, type Scheduled } from "./fleet-schedule.ts";
import type { FleetWorld } from "./fleet-world.ts";

const clientOf = (clients: Clients, person: Person) => clients.get(person.id) as FleetMember;

/** Makes a run's rooms while nothing is broken; settles when every first member knows theirs. */
export async function makeRooms(rooms: readonly PlannedRoom[], clients: Clients): Promise<void> {
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
export async function load(
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
