import type { AdminAsk } from "#protocol/admin";
import type { Order, OrderAct } from "#protocol/order";
import { isOrder } from "../directory/body-shape.ts";

/** With the second administrator's word beside it, it must fit into one event of the directory. */
const MAX_ORDER_BYTES = 30 * 1024;
const MIN_VALID_MS = 60_000;
const DAY_MS = 24 * 3600_000;
/** An invitation is good for at most 30 days, a token for a year. */
const MOST_INVITED_MS = 30 * DAY_MS;
const MOST_TOKEN_MS = 366 * DAY_MS;
const MAX_TOKEN_NAME = 60;

type Loose = Record<string, unknown>;

/** What an act may hold, besides `do`: nothing else is signed into the directory. */
const KEYS: Record<OrderAct["do"], readonly string[]> = {
  put: ["entries", "undoes"],
  state: ["people", "state", "undoes", "from"],
  grant: ["grant"],
  ungrant: ["grant"],
  revoke: ["devices"],
  unrevoke: ["devices"],
  invite: ["people", "validMs", "way"],
  uninvite: ["invitations"],
  export: ["what"],
  token: ["name", "scope", "validMs"],
  untoken: ["token"],
  approve: ["order", "text"],
  refuse: ["order"],
};

const hasOnly = (value: object, keys: readonly string[]): boolean =>
  Object.keys(value).every((key) => keys.includes(key));

/** An order as a client sends it: exactly one of those of order.ts, of a size that can be carried out. */
export function isWellFormedOrder(value: unknown): value is Order {
  return (
    isOrder(value) &&
    hasOnly(value, ["id", "at", "person", "device", "act", "signature"]) &&
    Buffer.byteLength(JSON.stringify(value)) <= MAX_ORDER_BYTES &&
    isBounded(value.act)
  );
}

const ZERO = "0".repeat(32);
/** The act alone, for a preview. */
export const isWellFormedAct = (act: unknown): act is OrderAct =>
  isWellFormedOrder({ id: ZERO, at: 0, person: ZERO, device: ZERO, act, signature: "" });

/** Control characters, what turns the direction of the words beside it, and halves of letters (UAX 9, UTR 36). */
const HIDDEN = /[\p{Cc}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\u{e0000}-\u{e007f}]/u;

/** Whether a name that an administrator enters would look like something else than it is, on screen, in a letter or in a list. */
export const hasHiddenSigns = (value: unknown): boolean =>
  typeof value === "string"
    ? HIDDEN.test(value)
    : typeof value === "object" && value !== null && Object.values(value).some(hasHiddenSigns);

/** The rest of the shape was checked by `isOrder`, as every replica does. */
function isBounded(act: OrderAct): boolean {
  if (!hasOnly(act, ["do", ...KEYS[act.do]])) return false;
  switch (act.do) {
    case "put":
      return act.entries.length > 0;
    case "state":
      return isSet(act.people);
    case "invite":
      return isSet(act.people) && act.validMs >= MIN_VALID_MS && act.validMs <= MOST_INVITED_MS;
    case "revoke":
    case "unrevoke":
      return isSet(act.devices);
    case "uninvite":
      return isSet(act.invitations);
    case "grant":
      return act.grant.to === null || act.grant.to > act.grant.from;
    case "token": {
      const { name, validMs } = act;
      return name.trim() !== "" && name.length <= MAX_TOKEN_NAME && validMs >= MIN_VALID_MS && validMs <= MOST_TOKEN_MS;
    }
    case "ungrant":
    case "export":
    case "untoken":
    case "approve":
    case "refuse":
      return true;
  }
}

const isSet = (list: readonly string[]): boolean => list.length > 0 && new Set(list).size === list.length;

/** Bytes of CSV that are read at a time. */
const MAX_CSV = 200 * 1024;
const MAX_LIMIT = 100;
const KINDS = [
  ...["enrolled", "linked", "sign-in", "sign-in-refused", "credential", "revoked", "invited", "order", "order-waiting"],
  ...["order-dated"],
  ...["order-refused", "read", "exported", "reported", "operator", "wave", "node"],
];

const isText = (value: unknown, most = 200) => typeof value === "string" && value.length <= most;
const isCount = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 0;
const isOne = (value: unknown, of: readonly string[]) => of.includes(value as string);
const maybe = (value: unknown, is: (value: unknown) => boolean) => value === undefined || is(value);
const isLimit = (value: unknown) => isCount(value) && (value as number) > 0 && (value as number) <= MAX_LIMIT;
const isName = (value: unknown) => isText(value, 64);

/** What administrators' pages ask: exactly one of those of admin.ts. */
export function isWellFormedAsk(value: unknown): value is AdminAsk {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const ask = value as Loose;
  const only = (...keys: string[]) => hasOnly(ask, ["ask", ...keys]);
  const page = () => isLimit(ask.limit) && maybe(ask.after, isName);
  switch (ask.ask as AdminAsk["ask"]) {
    case "overview":
    case "units":
    case "waves":
    case "grants":
    case "tokens":
      return only();
    case "people":
      return (
        only("text", "unit", "state", "after", "limit") &&
        page() &&
        maybe(ask.text, isText) &&
        maybe(ask.unit, isName) &&
        maybe(ask.state, (state) => isOne(state, ["active", "retired", "removed"]))
      );
    case "person":
      return only("person") && isName(ask.person);
    case "posts":
      return only("text", "unit", "after", "limit") && page() && maybe(ask.text, isText) && maybe(ask.unit, isName);
    case "invitations":
      return (
        only("state", "after", "limit") &&
        page() &&
        maybe(ask.state, (state) => isOne(state, ["open", "used", "expired", "cancelled"]))
      );
    case "sessions":
    case "reports":
      return only("after", "limit") && page();
    case "orders":
      return only("state", "after", "limit") && page() && isOne(ask.state, ["waiting", "dated", "done"]);
    case "audit":
      return only("find") && isFind(ask.find);
    case "preview":
      return only("act") && isWellFormedAct(ask.act);
    case "csv":
      return only("csv") && typeof ask.csv === "string" && Buffer.byteLength(ask.csv) <= MAX_CSV;
    case "exported":
      return only("order", "piece") && isName(ask.order) && maybe(ask.piece, isName);
    default:
      return false;
  }
}

function isFind(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const find = value as Loose;
  return (
    hasOnly(find, ["text", "kind", "person", "from", "to", "before", "limit"]) &&
    maybe(find.text, isText) &&
    maybe(find.kind, (kind) => isOne(kind, KINDS)) &&
    maybe(find.person, isName) &&
    [find.from, find.to, find.before].every((n) => maybe(n, isCount)) &&
    isLimit(find.limit)
  );
}
