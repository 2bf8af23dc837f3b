import { type Origin, type PersonId, type Province, provinceOf } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import type { Member } from "#protocol/room";
import type { Place } from "#protocol/stamp";
import type { Link } from "#protocol/down";
import type { Stage, StageDetail } from "./contract.ts";

export type MarksRow = Record<string, Record<Origin, number>>;

/** The marks of one room, merged by maximum, and what they say of a message. */
export class Marks {
  constructor(private readonly kept: MarksRow = {}) {}

  row(): MarksRow {
    const row: MarksRow = {};
    for (const key of Object.keys(this.kept)) row[key] = { ...this.kept[key] };
    return row;
  }

  /** True when the mark moved something. */
  merge({ holder, kind, origin, n }: Omit<Mark, "room">): boolean {
    const key = kind + holder;
    let vector = this.kept[key];
    if (!vector) this.kept[key] = vector = {};
    if ((vector[origin] || 0) >= n) return false;
    vector[origin] = n;
    return true;
  }

  of(kind: Mark["kind"], holder: PersonId | Province, origin: Origin): number {
    const vector = this.kept[kind + holder];
    return vector?.[origin] || 0;
  }

  private personStage(person: PersonId, { origin, n }: Place): "sent" | "delivered" | "read" {
    if (this.of("r", person, origin) >= n) return "read";
    return this.of("d", person, origin) >= n ? "delivered" : "sent";
  }

  private isStored(province: Province, { origin, n }: Place): boolean {
    return province === provinceOf(origin) || this.of("s", province, origin) >= n;
  }

  /** @param others all other members who were there when it was written; empty where they are not known */
  stage(place: Place, provinces: readonly Province[], others: readonly PersonId[]): Stage {
    let weakest: Stage = others.length ? "read" : "crossed";
    for (const person of others) {
      const stage = this.personStage(person, place);
      if (stage === "sent") {
        weakest = "crossed";
        break;
      }
      if (stage === "delivered") weakest = "delivered";
    }
    if (weakest !== "crossed") return weakest;
    return provinces.every((province) => this.isStored(province, place)) ? "crossed" : "stored";
  }

  detail(
    place: Place,
    provinces: readonly Province[],
    others: readonly PersonId[],
    links: readonly Link[],
  ): StageDetail {
    return {
      provinces: provinces.map((province) => {
        const link = links.find((other) => other.province === province);
        const stored = this.isStored(province, place);
        return { province, stored, cutOffSince: !stored && link && !link.up ? link.since : null };
      }),
      people: others.map((person) => ({ person, stage: this.personStage(person, place) })),
    };
  }
}

/** Everyone but `me` who was a member when the event was written. */
export const othersAt = (members: readonly Member[], me: PersonId, place: Place): PersonId[] =>
  members.filter(({ person, since }) => person !== me && since <= place.stamp).map(({ person }) => person);
