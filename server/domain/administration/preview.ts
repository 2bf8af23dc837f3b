import type { Entry } from "#protocol/directory";
import type { OrderAct, Refused } from "#protocol/order";

const idOf = (entry: Entry): string => {
  const [thing] = Object.values(entry) as { id?: string; person?: string }[];
  return thing?.id ?? thing?.person ?? "";
};

/** An act without the things in it that are refused; undefined where nothing of it is left. */
export function actWithout(act: OrderAct, refused: readonly Refused[]): OrderAct | undefined {
  const out = new Set(refused.map(({ id }) => id));
  const left = (ids: readonly string[]) => ids.filter((id) => !out.has(id));
  const unless = (rest: OrderAct, none: boolean) => (none ? undefined : rest);
  switch (act.do) {
    case "put": {
      const entries = act.entries.filter((entry) => !out.has(idOf(entry)));
      return unless({ ...act, entries }, entries.length === 0);
    }
    case "state":
    case "invite": {
      const people = left(act.people);
      return unless({ ...act, people }, people.length === 0);
    }
    case "revoke":
    case "unrevoke": {
      const devices = left(act.devices);
      return unless({ ...act, devices }, devices.length === 0);
    }
    case "grant":
    case "ungrant":
    case "uninvite":
    case "export":
    case "token":
    case "untoken":
    case "approve":
    case "refuse":
      return unless(act, refused.length > 0);
  }
}
