import type { AuditHead, AuditWitness } from "#protocol/audit";
import type { DirectoryBody } from "#protocol/directory-body";
import type { Issued, ProvinceKey } from "#protocol/directory";
import { isId, isOrigin, isProvince } from "#protocol/ids";
import type { Order, SignedOrder } from "#protocol/order";
import { isDevice, isEntry, isGrant, isName, isObject, isPerson, isScope, isState, isTime } from "./entry-shape.ts";

type Loose<T> = { readonly [K in keyof T]?: unknown };

/** People, devices or entries that one order names: its body must hold them. */
const MAX_NAMED = 500;
const isText = (value: unknown) => typeof value === "string" && value.length <= 200;
const isHash = (value: unknown) => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
const isList = (value: unknown, is: (value: unknown) => boolean, most = MAX_NAMED) =>
  Array.isArray(value) && value.length <= most && value.every(is);

/** Objects and lists in each other; what is said takes far fewer. The store's JSON ends at a thousand. */
const MAX_DEPTH = 32;
const isShallow = (value: unknown, depth = 0): boolean =>
  !isObject(value) || (depth < MAX_DEPTH && Object.values(value).every((item) => isShallow(item, depth + 1)));

/** The body of a directory event: one of them, and whole. */
export function isDirectoryBody(value: unknown): value is DirectoryBody {
  // What fails in the store would come again for ever, and nothing behind it would be applied.
  if (!isObject(value) || !isShallow(value)) return false;
  const [name = "", ...more] = Object.keys(value);
  const content = (value as Record<string, unknown>)[name];
  if (more.length > 0 || !isObject(content)) return false;
  switch (name) {
    case "person":
      return isPerson(content);
    case "device":
      return isDevice(content);
    case "key":
      return isKey(content);
    case "issued":
      return isIssued(content);
    case "order":
      return isSignedOrder(content);
    case "head":
      return isHead(content);
    case "witness":
      return isWitness(content);
    default:
      return false;
  }
}

const isKey = ({ province, key, signature, follows, rules }: Loose<ProvinceKey>) =>
  isProvince(province) &&
  isText(key) &&
  isText(signature) &&
  (follows === undefined || isLives(follows)) &&
  (rules === undefined || isTime(rules));

const isLives = (value: unknown) =>
  isObject(value) && Object.entries(value).every(([origin, n]) => isOrigin(origin) && isTime(n));

const isIssued = ({ by, at, entries, signature }: Loose<Issued>) =>
  ["operator", "import", "scim", "enrolment", "revocation"].includes(by as string) &&
  isTime(at) &&
  Array.isArray(entries) &&
  entries.every(isEntry) &&
  isText(signature);

const isHead = ({ province, size, root, at, from, proof, signature }: Loose<AuditHead>) =>
  isProvince(province) &&
  [size, at, from].every(isTime) &&
  isHash(root) &&
  isList(proof, isHash, 128) &&
  isText(signature);

const isWitness = ({ witness, province, size, root, at, signature }: Loose<AuditWitness>) =>
  isProvince(witness) && isProvince(province) && [size, at].every(isTime) && isHash(root) && isText(signature);

function isSignedOrder(value: unknown): value is SignedOrder {
  const { second } = value as Loose<SignedOrder>;
  return isOrder(value) && (second === undefined || isOrder(second));
}

export function isOrder(value: unknown): value is Order {
  if (!isObject(value) || !isShallow(value)) return false;
  const { id, at, person, device, act, signature } = value as Loose<Order>;
  return isId(id) && isTime(at) && isId(person) && isId(device) && isObject(act) && isAct(act) && isText(signature);
}

function isAct(value: object): boolean {
  const act = value as Record<string, unknown>;
  switch (act.do) {
    case "put":
      return (
        isList(act.entries, (entry) => isEntry(entry) && !("grant" in entry || "device" in entry)) &&
        (act.undoes === undefined || isId(act.undoes))
      );
    case "state":
      return (
        isList(act.people, isId) &&
        isState(act.state) &&
        (act.undoes === undefined || isId(act.undoes)) &&
        (act.from === undefined || isTime(act.from))
      );
    case "grant":
      return isGrant(act.grant);
    case "ungrant":
      return isName(act.grant);
    case "revoke":
    case "unrevoke":
      return isList(act.devices, isId);
    case "invite":
      return isList(act.people, isId) && isTime(act.validMs) && ["show", "email", "sms"].includes(act.way as string);
    case "uninvite":
      return isList(act.invitations, isName);
    case "export":
      return act.what === "people" || act.what === "audit";
    case "token":
      return isText(act.name) && isScope(act.scope) && isTime(act.validMs);
    case "untoken":
      return isName(act.token);
    case "approve":
      return isId(act.order) && (act.text === undefined || isHash(act.text));
    case "refuse":
      return isId(act.order);
    default:
      return false;
  }
}
