import type { Charge, Device, Grant, Person, Post, Unit, Wave } from "#protocol/directory";
import type { Order, OrderAct, SignedOrder } from "#protocol/order";
import { orderText } from "#protocol/order";
import type { Offices } from "../directory/ports.ts";
import { hashOf } from "./rights.ts";
import type { World } from "./world.ts";

export const NOW = 1_800_000_000_000;
export const HOUR = 3600_000;
const words = (en: string) => ({ en, ur: en });

export const unitOf = (id: string, parent: string | null, province = "pb"): Unit => ({
  ...{ id, province, parent, kind: "office", name: words(id) },
});
export const personOf = (id: string, unitId?: string, more: Partial<Person> = {}): Person => ({
  ...{ id, province: "pb", name: words(id), post: words(""), unit: words("") },
  ...(unitId !== undefined && { unitId }),
  ...more,
});
export const grantOf = (
  person: string,
  role: Grant["role"],
  scope: Grant["scope"],
  more: Partial<Grant> = {},
): Grant => ({
  ...{ id: `${role} of ${person}`, person, role, scope, from: NOW - HOUR, to: null, ...more },
});

/**
 * A small province: dept › district, and dept2 beside them. Every person has the device `d-ID` with the key `k-ID`. A
 * signature here is the key and the text, so that a forged one is told from a true one without any cryptography.
 */
export class WorldUnderTest {
  province = "pb";
  readonly units = new Map<string, Unit>();
  readonly people = new Map<string, Person>();
  readonly posts = new Map<string, Post>();
  readonly charges = new Map<string, Charge>();
  readonly waves = new Map<string, Wave>();
  readonly grants = new Map<string, Grant>();
  readonly devices = new Map<string, Device>();
  /** ids of people and posts, and when they were entered */
  readonly entered = new Map<string, number>();
  /** posts that conversations have a place for */
  readonly writtenTo = new Set<string>();
  rules = 2;

  constructor() {
    for (const unit of [
      unitOf("dept", null),
      unitOf("district", "dept"),
      unitOf("dept2", null),
      unitOf("far", null, "sd"),
    ])
      this.units.set(unit.id, unit);
    this.posts.set("dc", { id: "dc", province: "pb", unit: "district", title: words("DC") });
    this.posts.set("far-post", { id: "far-post", province: "sd", unit: "far", title: words("DC") });
    for (const person of [
      ...[personOf("clerk", "dept"), personOf("below", "district"), personOf("sibling", "dept2"), personOf("loose")],
      personOf("foreign", "far", { province: "sd" }),
    ])
      this.enter(person);
  }

  enter(person: Person, ...grants: Grant[]): void {
    this.people.set(person.id, person);
    const device = { id: `d-${person.id}`, person: person.id, key: `k-${person.id}`, label: "", revoked: false };
    this.devices.set(device.id, device);
    for (const grant of grants) this.grants.set(grant.id, grant);
  }

  get world(): World {
    const { units, posts, charges, waves, grants } = this;
    const under = (id: string): string[] => [
      id,
      ...[...units.values()].filter(({ parent }) => parent === id).flatMap((unit) => under(unit.id)),
    ];
    const offices: Pick<Offices, (typeof USED)[number]> = {
      unit: (id) => units.get(id),
      unitsUnder: (id) => new Set(under(id)),
      post: (id) => posts.get(id),
      charge: (id) => charges.get(id),
      chargesOf: (person) => [...charges.values()].filter((charge) => charge.person === person && !charge.cancelled),
      wasGiven: (post) => [...charges.values()].some((charge) => charge.post === post),
      entered: (_kind, id) => this.entered.get(id),
      rules: () => this.rules,
      turns: () => new Map(),
      wave: (id) => waves.get(id),
      grant: (id) => grants.get(id),
      grantsOf: (person) => [...grants.values()].filter((grant) => grant.person === person),
      personByNumber: (province, number) =>
        [...this.people.values()].find((person) => person.province === province && person.number === number),
    };
    return {
      offices: offices as Offices,
      person: (id) => this.people.get(id),
      device: (id) => this.devices.get(id),
      wasInside: (id) => [...this.devices.values()].some(({ person }) => person === id),
      isWrittenTo: (post) => this.writtenTo.has(post),
      verify: (key, text, signature) => signature === `${key}|${text}`,
      province: this.province,
    };
  }

  order(person: string, act: OrderAct, more: Partial<Order> = {}): Order {
    const order = { id: `${person} orders ${act.do}`, at: NOW, person, device: `d-${person}`, act, ...more };
    return { ...order, signature: more.signature ?? `k-${person}|${orderText(order)}` };
  }

  seconded(person: string, act: OrderAct, by: string, more: Partial<Order> = {}): SignedOrder {
    const order = this.order(person, act);
    return { ...order, second: this.order(by, { do: "approve", order: order.id, text: hashOf(order) }, more) };
  }
}

const USED = [
  ...(["unit", "unitsUnder", "post", "charge", "chargesOf", "wave", "grant", "grantsOf", "personByNumber"] as const),
  ...(["wasGiven", "entered", "rules", "turns"] as const),
] as const;
