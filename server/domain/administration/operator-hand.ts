import type { Entry } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import { standing } from "../directory/put-entry.ts";
import { AppError } from "../error.ts";
import type { Tx } from "../ports.ts";
import { effectOf } from "./effect.ts";
import { holdingGrants, holdsRole, isActive, isSoundScope } from "./reach.ts";
import { opensConversations, SECOND_NEEDED } from "./second-hand.ts";
import { type Surroundings, worldOf } from "./surroundings.ts";
import type { World } from "./world.ts";

/** From so many administrators on, roles are theirs to give. */
export const ENOUGH = 2;

type Changing = Extract<OrderAct, { do: "state" | "grant" | "ungrant" | "revoke" | "unrevoke" }>;

/**
 * The operator makes the first administrators; once there are two, roles are theirs alone to give and to end, and what
 * opens conversations, or lets a device back in, is theirs to order.
 * @throws AppError forbidden, fix
 */
export function judgeOperator(
  act: Extract<OrderAct, { do: "put" | "state" | "grant" | "ungrant" | "unrevoke" }>,
  { store, verify, now }: Pick<Surroundings, "store" | "verify" | "now">,
): void {
  const world = worldOf({ store, verify });
  const at = now();
  const enough = administrators(at, world) >= ENOUGH;
  if (enough && act.do === "unrevoke")
    throw new AppError(
      "forbidden",
      "This province has two administrators: letting a device back in is theirs to order, and takes both.",
    );
  const touches = act.do === "state" ? act.people.some((id) => holdsRole(id, at, world)) : act.do !== "put";
  if (enough && touches)
    throw new AppError("forbidden", "This province has two administrators: roles are theirs to give and to end.");
  if (enough && opensConversations(act, at, world)) throw new AppError("forbidden", SECOND_NEEDED);
  if (act.do === "state") {
    const unknown = act.people.find((id) => world.person(id)?.province !== store.province);
    if (unknown) throw new AppError("fix", `There is no person ${unknown} in this province.`);
  }
  if (act.do === "ungrant" && !world.offices.grant(act.grant)) throw new AppError("fix", "There is no such role.");
  if (act.do !== "grant") return;
  const person = world.person(act.grant.person);
  if (person?.province !== store.province || !isActive(person))
    throw new AppError("fix", "A role goes to an active person of this province.");
  if (!isSoundScope(act.grant.role, act.grant.scope, world))
    throw new AppError("fix", "This role cannot be given for this: a nodal officer needs a unit, others the province.");
}

/** Changes the directory by the province's own hand. @returns the entries as they were before */
export function changeBy(
  tx: Tx,
  act: Changing,
  by: "operator" | "revocation",
  around: Pick<Surroundings, "store" | "verify" | "directory">,
): Entry[] {
  const world = worldOf(around);
  if (act.do === "revoke" || act.do === "unrevoke") {
    const unknown = act.devices.find((id) => !world.device(id));
    if (unknown) throw new AppError("fix", `There is no device ${unknown}.`);
  }
  const effect = effectOf(act, world);
  const before = effect.flatMap((entry) => standing(entry, tx, around.store) ?? []);
  if (effect.length > 0) around.directory.issue(tx, by, effect);
  return before;
}

/** People of the province who may give such orders now. */
export function administrators(at: number, world: World): number {
  const holders = world.offices.grants(world.province).map(({ person }) => person);
  const full = (person: PersonId) =>
    holdingGrants(person, at, world).some(({ role }) => role === "provincial" || role === "federal");
  return new Set(holders.filter(full)).size;
}
