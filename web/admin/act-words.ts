import type { Entry } from "#protocol/directory";
import type { OrderAct } from "#protocol/order";
import type { Kind } from "../locales/admin/kinds.ts";
import { told } from "../view/names.ts";
import { adminWords } from "./furnish.ts";
import { dateOf } from "./time.ts";
import { called } from "../view/who.ts";

/** One line for what an order does: "Removes 12 people". */
export function actWords(act: OrderAct): string {
  const w = adminWords.value;
  const acts = w.acts;
  switch (act.do) {
    case "put":
      return act.undoes ? acts.putBack(act.entries.length) : acts.put(w.kinds(countKinds(act.entries)));
    case "state":
      return act.from === undefined
        ? acts[act.state](act.people.length)
        : w.fromDay(acts[act.state](act.people.length), dateOf(act.from));
    case "grant":
      return acts.grant(w.roles[act.grant.role]);
    case "ungrant":
      return acts.ungrant;
    case "revoke":
      return acts.revoke(act.devices.length);
    case "unrevoke":
      return acts.unrevoke(act.devices.length);
    case "invite":
      return acts.invite(act.people.length);
    case "uninvite":
      return acts.uninvite(act.invitations.length);
    case "export":
      return act.what === "audit" ? acts.exportAudit : acts.exportPeople;
    case "token":
      return acts.token(act.name);
    case "untoken":
      return acts.untoken;
    case "approve":
      return acts.approve;
    case "refuse":
      return acts.refuse;
  }
}

export const kindOf = (entry: Entry): Kind => Object.keys(entry)[0] as Kind;

export function countKinds(entries: readonly Entry[]): Partial<Record<Kind, number>> {
  const counts: Partial<Record<Kind, number>> = {};
  for (const entry of entries) counts[kindOf(entry)] = (counts[kindOf(entry)] ?? 0) + 1;
  return counts;
}

/** The name of an entry where it has one; the kind in words otherwise. */
export function entryName(entry: Entry): string {
  if ("person" in entry) return called(entry.person);
  if ("unit" in entry) return told(entry.unit.name);
  if ("post" in entry) return told(entry.post.title);
  if ("wave" in entry) return told(entry.wave.name);
  if ("device" in entry) return entry.device.label;
  return adminWords.value.kind[kindOf(entry)];
}
