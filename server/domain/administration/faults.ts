import type { Grant, Person } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import { MASS, type OrderAct, type Refused } from "#protocol/order";
import { type Given, putFaults } from "./faults-put.ts";
import { holdsRole, isActive, isSoundScope, reaches } from "./reach.ts";
import { opensConversations } from "./second-hand.ts";
import { ANOTHERS_HAND, NO_DEVICE, NO_PERSON } from "./words.ts";
import type { World } from "./world.ts";

/** A hand as an order is given with it; `nodal`: by nothing more than a nodal officer's role. */
export interface GivenAs extends Given {
  nodal: boolean;
}

/** What of an act this hand may not do, thing by thing; none where all of it may be. Shapes were checked before. */
export function faultsOf(act: OrderAct, given: GivenAs, world: World): Refused[] {
  switch (act.do) {
    case "put":
      return [...putFaults(act, given, world), ...aboveNodal(personsOf(act), given, world)];
    case "state":
      return [...peopleFaults(act.people, given, world), ...aboveNodal(act.people, given, world)];
    case "invite":
      return [
        ...peopleFaults(act.people, given, world, (person) => (isActive(person) ? undefined : "This person has left.")),
        ...aboveNodal(act.people, given, world),
      ];
    case "revoke":
    case "unrevoke":
      return act.devices.flatMap((id) => refused(id, deviceFault(id, act.do === "unrevoke", given, world)));
    case "grant":
      return refused(act.grant.id, grantFault(act.grant, given, world));
    case "ungrant": {
      const grant = world.offices.grant(act.grant);
      const there = grant && !grant.ended && world.person(grant.person)?.province === world.province;
      return there ? [] : refused(act.grant, "There is no such role (any more).");
    }
    case "token":
      return "unit" in act.scope
        ? refused(
            act.scope.unit,
            isHere(world.offices.unit(act.scope.unit), world) ? undefined : "There is no such unit.",
          )
        : refused(
            act.scope.province,
            act.scope.province === world.province ? undefined : "Another province has its own tokens.",
          );
    case "uninvite":
    case "untoken":
    case "export":
    case "approve":
    case "refuse":
      return [];
  }
}

const refused = (id: string, why: string | undefined): Refused[] => (why === undefined ? [] : [{ id, why }]);
const isHere = (thing: { province: string } | undefined, { province }: World): boolean => thing?.province === province;

function peopleFaults(
  people: readonly PersonId[],
  { by, reach, at }: Given,
  world: World,
  more: (person: Person) => string | undefined = () => undefined,
): Refused[] {
  return people.flatMap((id) => {
    const person = world.person(id);
    if (!person || !reaches(reach, person, at, world)) return { id, why: NO_PERSON };
    return refused(id, id === by ? ANOTHERS_HAND : more(person));
  });
}

/** A nodal officer who could let others in as a holder of a greater role would have that role. */
const aboveNodal = (people: readonly PersonId[], { nodal, at }: GivenAs, world: World): Refused[] =>
  nodal
    ? people
        .filter((id) => holdsRole(id, at, world))
        .map((id) => ({ id, why: "A provincial administrator looks after who holds a role." }))
    : [];

const personsOf = (act: Extract<OrderAct, { do: "put" }>): PersonId[] =>
  act.entries.flatMap((entry) => ("person" in entry ? entry.person.id : []));

function deviceFault(id: string, back: boolean, { by, reach, at, nodal }: GivenAs, world: World): string | undefined {
  const device = world.device(id);
  const person = device && world.person(device.person);
  if (!person || !reaches(reach, person, at, world)) return NO_DEVICE;
  if (back && person.id === by) return ANOTHERS_HAND;
  return person.id !== by ? aboveNodal([person.id], { by, reach, at, nodal }, world)[0]?.why : undefined;
}

function grantFault(grant: Grant, { by }: Given, world: World): string | undefined {
  const person = world.person(grant.person);
  if (!person || !isHere(person, world) || !isActive(person)) return NO_PERSON;
  if (grant.person === by) return ANOTHERS_HAND;
  if (grant.ended || world.offices.grant(grant.id))
    return "A role is given under an id of its own, and ended by another order.";
  return isSoundScope(grant.role, grant.scope, world)
    ? undefined
    : "This role cannot be given for this part of the directory.";
}

/**
 * Whether a second administrator must agree: what gives, returns or ends somebody's hand on the administration, what
 * opens conversations, what takes data away, and what touches many. To let somebody in as a holder of a role, or to say where invitations of theirs
 * go, is to give that hand: else one administrator could be two.
 */
export function needsSecond(act: OrderAct, at: number, world: World): boolean {
  const touchesRole = (people: readonly PersonId[]) => people.some((id) => holdsRole(id, at, world));
  if (opensConversations(act, at, world)) return true;
  switch (act.do) {
    case "grant":
    case "ungrant":
    case "export":
    case "unrevoke":
    case "token":
      return true;
    case "state":
      return new Set(act.people).size > MASS || touchesRole(act.people);
    case "invite":
      return touchesRole(act.people);
    case "put":
      return act.entries.some((entry) => {
        if (!("person" in entry) || !touchesRole([entry.person.id])) return false;
        const { number, contact } = world.person(entry.person.id) ?? {};
        return number !== entry.person.number || JSON.stringify(contact) !== JSON.stringify(entry.person.contact);
      });
    case "revoke":
    case "uninvite":
    case "untoken":
    case "approve":
    case "refuse":
      return false;
  }
}
