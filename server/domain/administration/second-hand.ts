import type { Charge, Person, Post } from "#protocol/directory";
import { NEW_MS, type OrderAct, type SignedOrder } from "#protocol/order";
import { isActive } from "./reach.ts";
import type { World } from "./world.ts";

/**
 * The rules by which this version judges orders (R101). A province says in its log from where on they hold for it: orders
 * before that were carried out by the rules of their time, and a replica that reads them later must not judge otherwise.
 */
export const SECOND_HAND_RULES = 2;

export const SECOND_NEEDED =
  "This opens conversations to somebody, and needs two administrators: have it ordered, not done from here.";

/** From when an order's entries count: the second administrator's word, where one was needed. */
export const momentOf = ({ at, second }: SignedOrder): number => second?.at ?? at;

/**
 * Whether an act of the directory opens conversations to somebody, or may soon: a charge, as the post's conversations
 * pass with it; somebody who comes back to a charge; a post that opens again; and the name by which somebody who is
 * inside signs in elsewhere.
 */
export function opensConversations(act: OrderAct, at: number, world: World): boolean {
  if (world.offices.rules(world.province) < SECOND_HAND_RULES) return false;
  if (act.do === "state")
    return act.state === "active" && act.people.some((id) => comesBackToCharge(world.person(id), at, world));
  if (act.do === "invite") return act.people.some((id) => world.wasInside(id));
  if (act.do !== "put") return false;
  return act.entries.some((entry) => {
    if ("charge" in entry) return chargeOpens(entry.charge, at, world);
    if ("post" in entry) return reopens(entry.post, world);
    return "person" in entry && (renames(entry.person, world) || becomesOfficial(entry.person, world));
  });
}

/**
 * A charge opens what was said to the post before, unless it only shortens or ends one. A post that nobody was ever given
 * and nobody wrote to has nothing to open: so a province enters its people and their posts at the beginning. But who was
 * only just entered takes over no post that has been there for longer: it may be somebody who does not exist.
 */
export function chargeOpens(charge: Charge, at: number, world: World): boolean {
  const { offices } = world;
  const present = offices.charge(charge.id);
  if (charge.cancelled || (present && !present.cancelled && isWithin(charge, present))) return false;
  if (offices.wasGiven(charge.post) || world.isWrittenTo?.(charge.post)) return true;
  return isNew("person", charge.person, at, world) && !isNew("post", charge.post, at, world);
}

const isWithin = (charge: Charge, present: Charge): boolean =>
  charge.from >= present.from && (charge.to ?? Infinity) <= (present.to ?? Infinity);

function isNew(kind: "person" | "post", id: string, at: number, { offices, person }: World): boolean {
  const known = kind === "person" ? person(id) : offices.post(id);
  const entered = offices.entered(kind, id);
  return known === undefined || (entered !== undefined && at - entered < NEW_MS);
}

const comesBackToCharge = (person: Person | undefined, at: number, { offices }: World): boolean =>
  person !== undefined && !isActive(person) && offices.chargesOf(person.id).some(({ to }) => to === null || to > at);

const reopens = (post: Post, { offices, isWrittenTo }: World): boolean =>
  !post.closed &&
  offices.post(post.id)?.closed === true &&
  (offices.wasGiven(post.id) || isWrittenTo?.(post.id) === true);

/** Who came by a public wave looks nobody up, and is shown so everywhere. */
const becomesOfficial = (person: Person, world: World): boolean =>
  !person.public && world.person(person.id)?.public === true;

/** By number and e-mail the ministry's account knows its own: whoever changes them says who signs in as this person. */
function renames({ id, number, contact }: Person, world: World): boolean {
  const present = world.wasInside(id) ? world.person(id) : undefined;
  return present !== undefined && (present.number !== number || present.contact?.email !== contact?.email);
}
