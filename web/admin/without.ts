import type { OrderAct, Refused } from "#protocol/order";

/** An order less what would be refused of it: a node takes an order whole or not at all. Null when nothing is left. */
export function without(act: OrderAct, refused: readonly Refused[]): OrderAct | null {
  const gone = new Set(refused.map(({ id }) => id));
  const kept = (ids: string[]) => ids.filter((id) => !gone.has(id));
  switch (act.do) {
    case "put": {
      const entries = act.entries.filter((entry) => {
        const value = Object.values(entry)[0] as { id?: string; person?: string };
        return !gone.has(value.id ?? value.person ?? "");
      });
      return entries.length > 0 ? { ...act, entries } : null;
    }
    case "state":
    case "invite": {
      const people = kept(act.people);
      return people.length > 0 ? { ...act, people } : null;
    }
    case "revoke":
    case "unrevoke": {
      const devices = kept(act.devices);
      return devices.length > 0 ? { ...act, devices } : null;
    }
    case "uninvite": {
      const invitations = kept(act.invitations);
      return invitations.length > 0 ? { ...act, invitations } : null;
    }
    case "grant":
    case "ungrant":
    case "export":
    case "token":
    case "untoken":
    case "approve":
    case "refuse":
      return refused.length > 0 ? null : act;
  }
}
