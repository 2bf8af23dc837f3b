import { AppError } from "../../domain/error.ts";
import { BEEP, ENTERPRISE } from "./resource.ts";

type Loose = Record<string, unknown>;

/**
 * Applies a PATCH (RFC 7644 section 3.5.2) to a user: `add`, `replace` and `remove` of the attributes that are kept here,
 * at a path or as an object without one. Attributes that are not kept are passed over, as other systems expect.
 * @throws AppError fix
 */
export function patched(user: object, request: unknown): Loose {
  const operations = (request as { Operations?: unknown })?.Operations;
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > 50)
    throw new AppError("fix", 'A patch has "Operations", a list of 1 to 50.');
  const result = structuredClone(user) as Loose;
  for (const operation of operations) {
    const { op, path, value } = part(operation);
    const act = String(op).toLowerCase();
    if (!["add", "replace", "remove"].includes(act))
      throw new AppError("fix", `There is no operation "${act.slice(0, 20)}".`);
    if (path === undefined) {
      if (act === "remove" || typeof value !== "object" || value === null)
        throw new AppError("fix", "An operation without a path adds or replaces an object.");
      for (const [key, item] of Object.entries(value)) set(result, key, item);
    } else if (typeof path === "string" && path.length <= 200) set(result, path, act === "remove" ? undefined : value);
    else throw new AppError("fix", "A path is a text.");
  }
  return result;
}

const PHONE = /^phoneNumbers(?:\[type eq "(mobile|work)"\](?:\.value)?)?$/i;
const EMAIL = /^emails(?:\[[^\]]{1,60}\](?:\.value)?)?$/i;

function set(user: Loose, path: string, value: unknown): void {
  const phone = PHONE.exec(path);
  if (phone?.[1]) {
    const type = phone[1].toLowerCase();
    const others = (Array.isArray(user.phoneNumbers) ? user.phoneNumbers : []).filter((item) => item?.type !== type);
    user.phoneNumbers = value === undefined ? others : [...others, { type, value: innerValue(value) }];
  } else if (phone) user.phoneNumbers = value ?? [];
  else if (EMAIL.test(path)) {
    const email = Array.isArray(value) ? value : [{ value: innerValue(value), primary: true }];
    user.emails = value === undefined ? [] : email;
  } else {
    const schema = [ENTERPRISE, BEEP].find((name) => path.startsWith(name));
    const [first = "", second] = schema ? [schema, path.slice(schema.length + 1)] : path.split(".");
    if (first === "__proto__" || second === "__proto__") throw new AppError("fix", "There is no such path.");
    if (!second) user[first] = typeof value === "object" && value !== null ? { ...part(user[first]), ...value } : value;
    else user[first] = { ...part(user[first]), [second]: value };
    if (first === "name" && !second?.startsWith("given"))
      user.displayName = part(user.name).formatted ?? user.displayName;
  }
}

const part = (value: unknown): Loose => (typeof value === "object" && value !== null ? (value as Loose) : {});
const innerValue = (value: unknown): unknown =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Loose).value : value;
