import type { Charge, Person, Post, Unit, Wave } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { OrderAct, Refused } from "#protocol/order";
import { whyNoPicture } from "../directory/picture.ts";
import { DraftWorld } from "./draft.ts";
import { isActive, type Reach, reaches } from "./reach.ts";
import { ANOTHERS_HAND, NO_PERSON } from "./words.ts";
import type { World } from "./world.ts";

type Put = Extract<OrderAct, { do: "put" }>;
/** Deeper than any government; a tree that goes on is a ring. */
const MAX_DEPTH = 64;

/** Whose hand it is, how far it reaches, and when. */
export interface Given {
  by: PersonId;
  reach: Reach;
  at: number;
}

/** What of a `put` may not be, entry by entry. The first fault of each entry is told. */
export function putFaults(act: Put, given: Given, world: World): Refused[] {
  const draft = new DraftWorld(world);
  return act.entries.flatMap((entry) => {
    const [id, why] =
      "person" in entry
        ? [entry.person.id, personFault(entry.person, given, draft, world)]
        : "unit" in entry
          ? [entry.unit.id, unitFault(entry.unit, draft, world)]
          : "post" in entry
            ? [entry.post.id, postFault(entry.post, draft, world)]
            : "charge" in entry
              ? [entry.charge.id, chargeFault(entry.charge, given, draft, world)]
              : "wave" in entry
                ? [entry.wave.id, waveFault(entry.wave, world)]
                : [
                    entry.photo.person,
                    isOwn(draft.person(entry.photo.person), world) ? whyNoPicture(entry.photo) : NO_PERSON,
                  ];
    if (why === undefined) draft.put(entry);
    return why === undefined ? [] : { id, why };
  });
}

const isOwn = (thing: { province: string } | undefined, { province }: World): boolean => thing?.province === province;
const FOREIGN = "This belongs to another province, which keeps its own part itself.";

function personFault(person: Person, { by, reach, at }: Given, draft: DraftWorld, world: World): string | undefined {
  const present = draft.person(person.id);
  if (!isOwn(person, world) || (present && !isOwn(present, world))) return FOREIGN;
  if (person.id === by) return ANOTHERS_HAND;
  if ((person.state ?? "active") !== (present?.state ?? "active"))
    return "A person's state is changed by an order of its own.";
  if (person.unitId !== undefined && !isOwn(draft.unit(person.unitId), world)) return "There is no such unit.";
  const inside = (one: Person) => reaches(reach, one, at, world);
  if (!inside(person) || (present && !inside(present))) return "This person is, or would be, outside your units.";
  if (person.number === undefined) return undefined;
  const holder = draft.holderOf(person.number);
  return holder === undefined || holder === person.id ? undefined : "Somebody else has this personal number.";
}

function unitFault(unit: Unit, draft: DraftWorld, world: World): string | undefined {
  const present = draft.unit(unit.id);
  if (!isOwn(unit, world) || (present && !isOwn(present, world))) return FOREIGN;
  let above = unit.parent;
  for (let depth = 0; above !== null; depth++) {
    if (above === unit.id || depth > MAX_DEPTH) return "A unit cannot stand below itself.";
    const parent = draft.unit(above);
    if (!parent || !isOwn(parent, world)) return "There is no unit above it.";
    above = parent.parent;
  }
  return undefined;
}

function postFault(post: Post, draft: DraftWorld, world: World): string | undefined {
  const present = draft.post(post.id);
  if (!isOwn(post, world) || (present && !isOwn(present, world))) return FOREIGN;
  return isOwn(draft.unit(post.unit), world) ? undefined : "There is no such unit.";
}

function chargeFault(charge: Charge, { by }: Given, draft: DraftWorld, world: World): string | undefined {
  const present = world.offices.charge(charge.id);
  if (present && (present.post !== charge.post || present.person !== charge.person))
    return "A charge keeps its post and its person. Cancel it and enter another one.";
  if (!isOwn(draft.post(charge.post), world)) return "There is no such post.";
  const person = draft.person(charge.person);
  if (!person || !isOwn(person, world)) return NO_PERSON;
  if (!present && !isActive(person)) return "This person has left.";
  return charge.person === by ? ANOTHERS_HAND : undefined;
}

function waveFault(wave: Wave, world: World): string | undefined {
  const present = world.offices.wave(wave.id);
  return isOwn(wave, world) && (!present || isOwn(present, world)) ? undefined : FOREIGN;
}
