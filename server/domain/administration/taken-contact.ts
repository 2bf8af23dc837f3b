import type { Entry } from "#protocol/directory";
import { holdsRole } from "./reach.ts";
import type { World } from "./world.ts";

export const TAKEN = "Somebody who holds a role has this e-mail address or mobile.";

/**
 * Whether an entry gives somebody the e-mail or mobile of another person who holds a role. What two share names neither
 * of them: whoever looks after a few people could keep administrators from signing in with it.
 */
export const takesContact = (
  entries: readonly Entry[],
  at: number,
  world: Pick<World, "offices" | "province">,
): boolean =>
  entries.some((entry) => {
    if (!("person" in entry)) return false;
    const { id, contact: { email, mobile } = {} } = entry.person;
    return [email?.toLowerCase(), mobile].some((address) => {
      const holder = address && world.offices.personByContact(world.province, address);
      return holder && holder.id !== id && holdsRole(holder.id, at, world);
    });
  });
