import { createHash } from "node:crypto";
import type { Person } from "#protocol/directory";
import { mintId, type PersonId, type Province, type RoomId } from "#protocol/ids";
import { directRoomId, type HistoryPolicy, type RoomKind } from "#protocol/room";
import { pick, type Random, shuffled } from "./fleet-schedule.ts";

/** A room that a run will make, and who comes in while faults are about. */
export interface PlannedRoom {
  id: RoomId;
  kind: RoomKind;
  name: string;
  history: HistoryPolicy;
  owner: Person;
  members: Person[];
  /** owners besides the first one, so that changes are asked for away from the room's home too */
  second: Person | undefined;
  later: { at: number; by: Person; person: Person }[];
  /** a text that stands in each of the room's messages and nowhere else */
  canary: string;
}

/** 24 characters of which no four are likely to stand elsewhere: what compresses a file leaves them as they are. */
const canaryOf = (words: string) =>
  createHash("sha256").update(`canary ${words}`).digest("base64").replace(/[+/=]/g, "").slice(0, 24);

const roomId = (words: string): RoomId =>
  mintId(0, (bytes) => bytes.set(createHash("sha256").update(`room ${words}`).digest().subarray(0, 16)));

/** @param ms length of the load @param pair two people of different provinces who have no direct room yet */
export async function planRooms(
  random: Random,
  name: string,
  provinces: readonly Province[],
  people: readonly Person[],
  pair: readonly [Person, Person] | undefined,
  ms: number,
  leads: (person: Person) => boolean,
): Promise<PlannedRoom[]> {
  // Those who may not lead stand last, so that they never make a room.
  const of = (codes: readonly Province[]) => {
    const drawn = shuffled(random, people).filter((one) => codes.includes(one.province));
    return [...drawn.filter(leads), ...drawn.filter((one) => !leads(one))];
  };
  const rooms: PlannedRoom[] = [];
  const add = (kind: RoomKind, history: HistoryPolicy, members: Person[], comers: Person[] = []) => {
    const words = `${name}/${rooms.length}`;
    const [owner] = members as [Person];
    const second = members.find((one) => one.province !== owner.province && leads(one));
    const later = comers.map((person) => ({
      at: Math.round(ms * (0.1 + 0.6 * random())),
      by: kind === "group" && second && random() < 0.5 ? second : owner,
      person,
    }));
    const base = { id: roomId(words), kind, name: `Room ${words}`, history, owner, members, canary: canaryOf(words) };
    rooms.push({ ...base, second: later.some(({ by }) => by === second) ? second : undefined, later });
  };
  const order = shuffled(random, provinces);
  add("group", "all", of(order.slice(0, 1)).slice(0, 2));
  add("group", "all", of(order.slice(-1)).slice(0, 3));
  if (order.length > 1) {
    add("group", "all", of(order.slice(0, 2)));
    add("group", "all", of(order));
    add("channel", "all", of(order));
    for (const history of ["all", "joined"] as const) {
      const from = shuffled(random, provinces);
      const start = 1 + Math.floor(random() * (from.length - 1));
      const members = of(from.slice(0, start)).slice(0, 3);
      const comers = of(from.slice(start)).filter((_, i) => i < 2);
      add("group", history, members, [
        ...comers,
        ...of([pick(random, from)])
          .filter((one) => !members.includes(one) && !comers.includes(one))
          .slice(0, 1),
      ]);
    }
  }
  if (pair) {
    const [a, b] = pair;
    add("direct", "all", [a, b]);
    const direct = rooms.at(-1) as PlannedRoom;
    direct.id = await directRoomId(a.id, b.id);
    direct.name = "";
  }
  return rooms;
}

export const membersAtEnd = (room: PlannedRoom): PersonId[] =>
  [...room.members, ...room.later.map(({ person }) => person)].map(({ id }) => id);
