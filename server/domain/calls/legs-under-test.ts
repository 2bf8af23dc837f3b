import type { Joining, Seat, SeatId } from "#protocol/call";
import type { PersonId, Province } from "#protocol/ids";
import { Leg } from "./leg.ts";
import { firstRules, type Opening } from "./leg-state.ts";
import { Legs } from "./legs.ts";

export const id = (name: string): string => Buffer.from(name.padEnd(16, "_")).toString("hex").slice(0, 32);
export const seatId = (n: number): SeatId => n.toString(16).padStart(16, "0");
const ROOM = id("room");
const KEYED: Joining = { key: { spki: "A", agree: "B", proof: "C" }, on: ["mic"] };

export const opening = (call: string, by = id("ayesha"), began = 1_000): Opening => ({
  id: call,
  kind: "call",
  media: "audio",
  by,
  began,
});

export const legOf = (province: Province, call = id("call"), life = seatId(0xf0)): Leg =>
  new Leg(ROOM, province, life, opening(call), firstRules(province, false));

export const sit = (leg: Leg, n: number, person: PersonId, more: Partial<Parameters<Leg["sit"]>[0]> = {}): Seat =>
  leg.sit({
    id: seatId(n),
    person,
    device: id(`d-${n}`),
    joining: KEYED,
    rank: "member",
    returns: false,
    total: leg.seats.size,
    now: 1_000 + n,
    ...more,
  }).seat;

const OWNERS = ["is", "pb", "sd"].map((province) => id(`${province}-0`));

/** Everybody is a member; each province has a person who owns the room, and may rule. */
export const legsOf = (province: Province, isUp: (other: Province) => boolean = () => true): Legs =>
  new Legs(province, {
    roleOf: (person) => (OWNERS.includes(person) ? "owner" : "member"),
    provinceOf: (person) => Buffer.from(person, "hex").toString().slice(0, 2),
    members: () => OWNERS,
    provinces: () => ["is", "pb", "sd"],
    isDirect: () => false,
    isUp,
  });
