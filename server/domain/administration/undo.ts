import type { Entry, PersonState } from "#protocol/directory";
import type { OrderAct } from "#protocol/order";
import type { KeptOrder } from "./ports.ts";

type Put = Extract<OrderAct, { do: "put" }>["entries"][number];

const keyOf = (entry: Entry): string => {
  const [kind, value] = Object.entries(entry)[0] as [string, { id?: string; person?: string }];
  return `${kind} ${value.id ?? value.person}`;
};

/** How an entry that was new is put out of use: nothing is struck out of the directory. */
function withdrawn(entry: Put): Put[] {
  if ("unit" in entry) return [{ unit: { ...entry.unit, closed: true } }];
  if ("post" in entry) return [{ post: { ...entry.post, closed: true } }];
  if ("charge" in entry) return [{ charge: { ...entry.charge, cancelled: true } }];
  if ("wave" in entry) return [{ wave: { ...entry.wave, hand: "close" } }];
  if ("photo" in entry) return [{ photo: { ...entry.photo, bytes: "" } }];
  return [];
}

/** The one order that puts back what an order did; null where no single order does. */
export function undoOf({ order, state, answer }: KeptOrder): OrderAct | null {
  if (state !== "done" || answer?.state !== "done") return null;
  const { act, id } = order;
  const { before, invitations = [] } = answer;
  switch (act.do) {
    case "put":
      return undoPut(act.entries, before, id);
    case "state": {
      const people = before.flatMap((entry) => ("person" in entry ? [entry.person] : []));
      const [first, ...more] = new Set(people.map((person): PersonState => person.state ?? "active"));
      if (first === undefined || more.length > 0) return null;
      return { do: "state", people: people.map((person) => person.id), state: first, undoes: id };
    }
    case "grant":
      return { do: "ungrant", grant: act.grant.id };
    case "revoke":
    case "unrevoke": {
      const devices = before.flatMap((entry) => ("device" in entry ? [entry.device.id] : []));
      return devices.length > 0 ? { do: act.do === "revoke" ? "unrevoke" : "revoke", devices } : null;
    }
    case "invite": {
      const ids = invitations.flatMap((invitation) => (invitation.id ? [invitation.id] : []));
      return ids.length > 0 ? { do: "uninvite", invitations: ids } : null;
    }
    case "ungrant":
    case "uninvite":
    case "export":
    case "token":
    case "untoken":
    case "approve":
    case "refuse":
      return null;
  }
}

/** New people are removed by an order of their own: where an order brought both, no single one puts it back. */
function undoPut(entries: readonly Put[], before: readonly Entry[], undoes: string): OrderAct | null {
  const known = new Set(before.map(keyOf));
  const fresh = entries.filter((entry) => !known.has(keyOf(entry)));
  const people = fresh.flatMap((entry) => ("person" in entry ? [entry.person.id] : []));
  const back = before.filter((entry): entry is Put => !("grant" in entry || "device" in entry));
  const put = [...fresh.flatMap(withdrawn), ...back];
  if (people.length > 0 && put.length > 0) return null;
  if (people.length > 0) return { do: "state", people, state: "removed", undoes };
  return put.length > 0 ? { do: "put", entries: put, undoes } : null;
}
