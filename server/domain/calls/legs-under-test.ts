import type { Joining, Seat, SeatId } from "#protocol/call";
import { beginOrder, type CallOrder, nextOrder, type OrderedAct } from "#protocol/call-order";
import type { PersonId, Province } from "#protocol/ids";
import { Judge } from "./judge.ts";
import { Leg } from "./leg.ts";
import { type Opening, openingOf } from "./leg-state.ts";
import { Legs } from "./legs.ts";
import { Past } from "./past.ts";
import { type Ruling, rulingOf } from "./ruling.ts";

export const id = (name: string): string => Buffer.from(name.padEnd(16, "_")).toString("hex").slice(0, 32);
export const seatId = (n: number): SeatId => n.toString(16).padStart(16, "0");
const ROOM = id("room");
const KEYED: Joining = { key: { spki: "A", agree: "B", proof: "C" }, on: ["mic"] };

const LIKE = { spki: "", signature: "" };
let signed = 0;
/** A person's device has the person's id with another first letter; what it signs differs from all else. */
const deviceIn = (person: PersonId): string => `f${person.slice(1)}`;
const byOf = (person: PersonId) => ({ room: ROOM, person, device: deviceIn(person) });

/** What a device ordered; a signature that begins with `forged` does not hold. */
export const order = (
  person: PersonId,
  act: Exclude<OrderedAct, { do: "begin" }>,
  call: { id: string; orders?: readonly CallOrder[] },
  now = 1_000,
): CallOrder => ({ ...nextOrder(byOf(person), call, act, now), ...LIKE, signature: `${++signed}` });

export const opening = (call: string, by = id("ayesha"), began = 1_000, sealed = true): Opening =>
  openingOf({
    ...beginOrder(byOf(by), call, { do: "begin", kind: "call", media: "audio", lobby: false, sealed }, began),
    ...{ ...LIKE, signature: `begin ${call}` },
  }) as Opening;

const ROLES = (person: PersonId) => (person === id("stranger") ? undefined : "member");

/** Who began it is its host; everybody else a member. */
export const ruling = (of: Opening, orders: readonly CallOrder[] = []): Ruling =>
  rulingOf(of, orders, { roleOf: ROLES, provinceOf: () => "pb" });

export const legOf = (province: Province, call = id("call"), life = seatId(0xf0), began?: Opening): Leg =>
  new Leg(ROOM, province, life, began ?? opening(call), ruling(began ?? opening(call)));

/** As though its host had ordered it. */
export function rule(leg: Leg, act: Exclude<OrderedAct, { do: "begin" }>): void {
  const { opening: began, orders } = leg;
  leg.follow(ruling(began, [...orders, order(began.by, act, { id: began.id, orders })]));
}

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
const DEVICES = new Map([id("ayesha"), ...OWNERS].map((person) => [deviceIn(person), person]));

/** Everybody is a member; each province has a person who owns the room, and may rule. Every call has its entry. */
export const legsOf = (province: Province, isUp: (other: Province) => boolean = () => true): Legs =>
  new Legs(
    province,
    {
      roleOf: (person) => (OWNERS.includes(person) ? "owner" : "member"),
      provinceOf: (person) => Buffer.from(person, "hex").toString().slice(0, 2),
      provinces: () => ["is", "pb", "sd"],
      isDirect: () => false,
      isUp,
      past: new Past(),
    },
    new Judge(ROOM, {
      deviceOf: (device) => ({ person: DEVICES.get(device) ?? "", key: "" }),
      entryOf: () => ({ by: id("ayesha"), at: 1_000 }),
      verify: (_key, _text, signature) => !signature.startsWith("forged"),
      takesUnsigned: false,
    }),
  );
