import type { OrderAct, Refused } from "#protocol/order";

/** The rest of a list; null where nothing is left, or where what was refused is the act itself and nothing in its list. */
function rest<T>(list: readonly T[], isGone: (one: T) => boolean): T[] | null {
  const kept = list.filter((one) => !isGone(one));
  return kept.length === 0 || kept.length === list.length ? null : kept;
}

/** An order less what would be refused of it: a node takes an order whole or not at all. Null when nothing is left. */
export function without(act: OrderAct, refused: readonly Refused[]): OrderAct | null {
  if (refused.length === 0) return act;
  const ids = new Set(refused.map(({ id }) => id));
  const isGone = (id: string) => ids.has(id);
  switch (act.do) {
    case "put": {
      const entries = rest(act.entries, (entry) => {
        const value = Object.values(entry)[0] as { id?: string; person?: string };
        return isGone(value.id ?? value.person ?? "");
      });
      return entries && { ...act, entries };
    }
    case "state":
    case "invite": {
      const people = rest(act.people, isGone);
      return people && { ...act, people };
    }
    case "revoke":
    case "unrevoke": {
      const devices = rest(act.devices, isGone);
      return devices && { ...act, devices };
    }
    case "uninvite": {
      const invitations = rest(act.invitations, isGone);
      return invitations && { ...act, invitations };
    }
    case "grant":
    case "ungrant":
    case "export":
    case "token":
    case "untoken":
    case "approve":
    case "refuse":
      return null;
  }
}
