import { canonical, EXTENSIONS, list, type Loose, part, stepsOf } from "./attributes.ts";
import { ScimFault } from "./fault.ts";

/** An attribute, what chooses among several values of it, and a part of the chosen ones. */
const PATH = /^(?<attribute>[A-Za-z][\w:.$-]*?)(?:\[(?<filter>[^[\]]{1,80})\])?(?:\.(?<sub>[A-Za-z]\w*))?$/;
const TYPE = /^\s*type\s+eq\s+["']?(\w+)["']?\s*$/i;

type Act = "add" | "replace" | "remove";

/**
 * Applies a PATCH (RFC 7644 section 3.5.2) to a user: `add`, `replace` and `remove` of the attributes that are kept here,
 * at a path or as an object without one. Attributes that are not kept are passed over, as other systems expect.
 * @throws ScimFault
 */
export function patched(user: object, request: unknown): Loose {
  const operations = Object.entries(part(request)).find(([name]) => name.toLowerCase() === "operations")?.[1];
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > 50)
    throw new ScimFault("invalidSyntax", 'A patch has "Operations", a list of 1 to 50.');
  const result = canonical(user) as Loose;
  for (const operation of operations) apply(result, part(operation));
  return result;
}

function apply(user: Loose, { op, path, value }: Loose): void {
  const act = String(op).toLowerCase() as Act;
  if (!["add", "replace", "remove"].includes(act))
    throw new ScimFault("invalidSyntax", `There is no operation "${act.slice(0, 20)}".`);
  if (path === undefined || path === null || path === "") {
    if (act === "remove") throw new ScimFault("noTarget", "What is to be removed is named by a path.");
    if (part(value) !== value) throw new ScimFault("invalidValue", "Without a path the value is an object.");
    for (const [name, item] of Object.entries(part(value))) at(user, act, name, item);
  } else if (typeof path === "string" && path.length <= 300) at(user, act, path.trim(), value);
  else throw new ScimFault("invalidPath", "A path is a text of at most 300 letters.");
}

function at(user: Loose, act: Act, path: string, value: unknown): void {
  const whole = stepsOf(path);
  const { attribute = "", filter, sub } = PATH.exec(path)?.groups ?? {};
  const steps = whole ?? (attribute ? stepsOf(attribute) : undefined);
  if (!steps) {
    if (!whole && !attribute) throw new ScimFault("invalidPath", `The path "${path.slice(0, 60)}" cannot be read.`);
    return;
  }
  const [first = "", second] = steps;
  if (act === "remove" && first === "active")
    throw new ScimFault("mutability", 'Say "active" true or false: it is not removed.');
  if (first === "phoneNumbers" || first === "emails") {
    const part = whole ? second : sub;
    user[first] = several(list(user[first]), act, filter, part, value, first);
  } else if (second) user[first] = { ...part(user[first]), [second]: act === "remove" ? undefined : canonical(value) };
  else if (act === "remove") user[first] = undefined;
  else if (first === "name" || EXTENSIONS.includes(first))
    user[first] = { ...part(user[first]), ...part(canonical(value)) };
  else user[first] = canonical(value);
}

/** One e-mail and two telephones are kept: a value stands for its type, and of e-mails the newest is the one. */
function several(
  before: unknown[],
  act: Act,
  filter: string | undefined,
  sub: string | undefined,
  value: unknown,
  name: "emails" | "phoneNumbers",
): unknown[] {
  const usual = name === "emails" ? "work" : "mobile";
  const type = filter === undefined ? undefined : (TYPE.exec(filter)?.[1]?.toLowerCase() ?? usual);
  const typeOf = (item: unknown) => String(part(item).type ?? usual).toLowerCase();
  const others = type === undefined ? [] : before.filter((item) => typeOf(item) !== type);
  const given: Loose[] = (Array.isArray(value) ? value : value === undefined || value === null ? [] : [value]).map(
    (item) => (part(item) === item ? (canonical(item) as Loose) : { value: item }),
  );
  if (act === "remove") {
    if (type !== undefined) return others;
    // Without a filter some systems name what is to go by its value.
    const gone = new Set(given.map((item) => item.value ?? item.type));
    return gone.size === 0 ? [] : before.filter((item) => !gone.has(part(item).value) && !gone.has(part(item).type));
  }
  if (sub && sub.toLowerCase() !== "value") return before;
  if (type !== undefined) return [...others, ...given.map((item) => ({ ...item, type }))];
  if (act === "replace") return given;
  const types = new Set(given.map(typeOf));
  return [...before.filter((item) => !types.has(typeOf(item))), ...given];
}
