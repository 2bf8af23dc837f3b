import type { Entry, Person, PersonState } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import type { Given } from "./desk.ts";

type Put = Extract<OrderAct, { do: "put" }>["entries"][number];

const idOf = (entry: Entry): string => {
  const [kind, value] = Object.entries(entry)[0] as [string, { id?: string; person?: string }];
  return `${kind} ${value.id ?? value.person}`;
};

/** How an entry that was new is put out of use: nothing is ever struck out of the directory. */
function withdrawn(entry: Put): Put | null {
  if ("unit" in entry) return { unit: { ...entry.unit, closed: true } };
  if ("post" in entry) return { post: { ...entry.post, closed: true } };
  if ("charge" in entry) return { charge: { ...entry.charge, cancelled: true } };
  if ("wave" in entry) return { wave: { ...entry.wave, hand: "close" } };
  if ("photo" in entry) return { photo: { ...entry.photo, bytes: "" } };
  return null;
}

const states = (people: readonly Person[], undoes: string): OrderAct[] => {
  const by = new Map<PersonState, PersonId[]>();
  for (const { id, state = "active" } of people) by.set(state, [...(by.get(state) ?? []), id]);
  return Array.from(by, ([state, ids]) => ({ do: "state", people: ids, state, undoes }));
};

/** The orders that put back what one order changed, the last change first; none where it cannot be undone. */
export function inverseOf({ id, act, answer }: Given): OrderAct[] {
  if (answer.state === "dated") return [{ do: "refuse", order: id }];
  if (answer.state !== "done") return [];
  const { before } = answer;
  switch (act.do) {
    case "put": {
      const known = new Set(before.map(idOf));
      const fresh = act.entries.filter((entry) => !known.has(idOf(entry)));
      const back = before.filter((entry): entry is Put => !("grant" in entry) && !("device" in entry));
      const entries = [...fresh.map(withdrawn).filter((entry): entry is Put => entry !== null), ...back];
      const people = fresh.flatMap((entry) => ("person" in entry ? [entry.person.id] : []));
      return [
        ...(entries.length > 0 ? [{ do: "put" as const, entries, undoes: id }] : []),
        ...(people.length > 0 ? [{ do: "state" as const, people, state: "removed" as const, undoes: id }] : []),
      ];
    }
    case "state":
      return states(
        before.flatMap((entry) => ("person" in entry ? [entry.person] : [])),
        id,
      );
    case "invite": {
      const invitations = (answer.invitations ?? []).map((each) => each.id);
      return invitations.length > 0 ? [{ do: "uninvite", invitations }] : [];
    }
    case "revoke":
      return [{ do: "unrevoke", devices: act.devices }];
    case "unrevoke":
      return [{ do: "revoke", devices: act.devices }];
    case "grant":
      return [{ do: "ungrant", grant: act.grant.id }];
    case "ungrant":
    case "uninvite":
    case "export":
    case "token":
    case "untoken":
    case "approve":
    case "refuse":
      return [];
  }
}
