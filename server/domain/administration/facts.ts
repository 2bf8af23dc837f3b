import type { AdminAsk } from "#protocol/admin";
import type { AuditFacts } from "#protocol/audit";
import type { OrderAct } from "#protocol/order";

/** Ids that one entry of the audit log names; how many there are it says besides. */
const MOST_IDS = 20;

const listed = (ids: readonly string[]): string => ids.slice(0, MOST_IDS).join(" ");

/** What of an order goes into the audit log: ids and numbers. */
export function actFacts(act: OrderAct): AuditFacts {
  switch (act.do) {
    case "put": {
      const names = act.entries.map((entry) => {
        const [kind, value] = Object.entries(entry)[0] as [string, { id?: string; person?: string }];
        return `${kind}:${value.id ?? value.person}`;
      });
      return { do: act.do, count: names.length, what: listed(names), undoes: act.undoes ?? null };
    }
    case "state":
      return {
        do: act.do,
        state: act.state,
        count: act.people.length,
        what: listed(act.people),
        undoes: act.undoes ?? null,
        ...(act.from !== undefined && { from: act.from }),
      };
    case "grant": {
      const { id, person, role, scope, from, to } = act.grant;
      return { do: act.do, grant: id, person, role, scope: "unit" in scope ? scope.unit : scope.province, from, to };
    }
    case "ungrant":
      return { do: act.do, grant: act.grant };
    case "revoke":
    case "unrevoke":
      return { do: act.do, count: act.devices.length, what: listed(act.devices) };
    case "invite":
      return { do: act.do, way: act.way, validMs: act.validMs, count: act.people.length, what: listed(act.people) };
    case "uninvite":
      return { do: act.do, count: act.invitations.length, what: listed(act.invitations) };
    case "export":
      return { do: act.do, what: act.what };
    case "token":
      return {
        do: act.do,
        name: act.name,
        validMs: act.validMs,
        scope: "unit" in act.scope ? act.scope.unit : act.scope.province,
      };
    case "untoken":
      return { do: act.do, token: act.token };
    case "approve":
    case "refuse":
      return { do: act.do, of: act.order };
  }
}

/** What was read; null for what tells nothing of anybody. A page of a list is one entry. */
export function askFacts(ask: AdminAsk): AuditFacts | null {
  switch (ask.ask) {
    case "people":
      return {
        ...{ ask: ask.ask, text: ask.text ?? null, unit: ask.unit ?? null, state: ask.state ?? null },
        after: ask.after ?? null,
      };
    case "person":
      return { ask: ask.ask, person: ask.person };
    case "invitations":
      return { ask: ask.ask, state: ask.state ?? null, after: ask.after ?? null };
    case "sessions":
    case "reports":
      return { ask: ask.ask, after: ask.after ?? null };
    case "audit": {
      const { text, kind, person, from, to, before } = ask.find;
      return {
        ...{ ask: ask.ask, text: text ?? null, kind: kind ?? null, person: person ?? null },
        ...{ from: from ?? null, to: to ?? null, before: before ?? null },
      };
    }
    case "grants":
      return { ask: ask.ask };
    case "preview":
      return { ask: ask.ask, ...actFacts(ask.act) };
    case "csv":
      return { ask: ask.ask, letters: ask.csv.length };
    case "overview":
    case "units":
    case "posts":
    case "waves":
    case "tokens":
    case "orders":
    case "exported":
      return null;
  }
}
