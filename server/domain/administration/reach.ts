import type { AdminRole, Grant, Person, Scope, UnitId } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import type { World } from "./world.ts";

/** The province that keeps the federal part of the directory. */
const FEDERAL = "is";

/** How far a role reaches: over the whole of the province's own part, or over some units and all below them. */
export type Reach = "all" | ReadonlySet<UnitId>;

/** A role as it holds at one moment. */
export interface Hand {
  role: AdminRole;
  reach: Reach;
}

type Standing = Pick<World, "offices" | "person" | "province">;

/** Grants of a person of this province that hold at a moment. Who is not active holds none. */
export function holdingGrants(person: PersonId, at: number, world: Standing): Grant[] {
  const found = world.person(person);
  if (!found || found.province !== world.province || !isActive(found)) return [];
  return world.offices.grantsOf(person).filter((grant) => {
    const holds = !grant.ended && grant.from <= at && (grant.to === null || at < grant.to);
    return holds && isSoundScope(grant.role, grant.scope, world);
  });
}

export const handsOf = (person: PersonId, at: number, world: World): Hand[] =>
  holdingGrants(person, at, world).map(({ role, scope }) => ({
    role,
    reach: "unit" in scope ? world.offices.unitsUnder(scope.unit) : "all",
  }));

/** A nodal officer has a unit or the province; all other roles are for the whole province, the federal one for `is`. */
export function isSoundScope(role: AdminRole, scope: Scope, { offices, province }: Standing): boolean {
  if ("unit" in scope) return role === "nodal" && offices.unit(scope.unit)?.province === province;
  return scope.province === province && (role !== "federal" || province === FEDERAL);
}

export const joinReach = (hands: readonly Hand[]): Reach => {
  const units = new Set<UnitId>();
  for (const { reach } of hands) {
    if (reach === "all") return "all";
    for (const unit of reach) units.add(unit);
  }
  return units;
};

/** Whether a role may give such an order at all, somewhere. */
export function mayGive(role: AdminRole, act: OrderAct): boolean {
  const full = role === "provincial" || role === "federal";
  switch (act.do) {
    case "put":
      return full || (role === "nodal" && act.entries.every((entry) => "person" in entry));
    case "revoke":
    case "invite":
    case "uninvite":
      return full || role === "nodal";
    case "state":
    case "grant":
    case "ungrant":
    case "unrevoke":
    case "token":
    case "untoken":
      return full;
    case "export":
      return role === "auditor" || (full && act.what === "people");
    case "approve":
    case "refuse":
      return false;
  }
}

/** Where a person belongs: the own unit, else those of the posts held at the moment. */
function unitsOf({ id, unitId }: Person, at: number, { offices }: World): UnitId[] {
  if (unitId !== undefined) return [unitId];
  const held = offices.chargesOf(id).filter(({ from, to }) => from <= at && (to === null || at < to));
  return held.flatMap(({ post }) => offices.post(post)?.unit ?? []);
}

export const reaches = (reach: Reach, person: Person, at: number, world: World): boolean =>
  person.province === world.province && (reach === "all" || unitsOf(person, at, world).some((unit) => reach.has(unit)));

export const isActive = ({ state }: Person): boolean => state === undefined || state === "active";

/** Somebody with a role, now or to come: whoever gains the hand of such a person gains the role. */
export const holdsRole = (person: PersonId, at: number, { offices }: Pick<World, "offices">): boolean =>
  offices.grantsOf(person).some(({ ended, to }) => !ended && (to === null || at < to));
