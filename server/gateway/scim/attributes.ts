// Names of attributes as they are kept here. In SCIM their case does not count (RFC 7643 section 2.1), a schema may stand
// before them, and some systems send parts as one name with a dot.

export const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
export const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
export const BEEP = "urn:beep:params:scim:schemas:extension:official:2.0:User";
export const EXTENSIONS: readonly string[] = [ENTERPRISE, BEEP];

export type Loose = Record<string, unknown>;
export const part = (value: unknown): Loose =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Loose) : {};
export const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
export const text = (value: unknown): string =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

const KEPT = new Map(
  [
    ...["userName", "externalId", "displayName", "title", "active", "name", "emails", "phoneNumbers"],
    ...["formatted", "givenName", "familyName", "value", "type", "primary"],
    ...["employeeNumber", "department", "nameUr", "titleUr", "departmentUr", "grade"],
    ...EXTENSIONS,
  ].map((name) => [name.toLowerCase(), name]),
);

/** Where a name leads: at most two steps. Undefined for what is not kept here. */
export function stepsOf(name: string): string[] | undefined {
  const plain = name.toLowerCase().startsWith(`${USER.toLowerCase()}:`) ? name.slice(USER.length + 1) : name;
  const whole = KEPT.get(plain.toLowerCase());
  if (whole) return [whole];
  const schema = EXTENSIONS.find((urn) => plain.toLowerCase().startsWith(`${urn.toLowerCase()}:`));
  const steps = schema ? [schema, ...plain.slice(schema.length + 1).split(".")] : plain.split(".");
  const kept = steps.map((step) => KEPT.get(step.toLowerCase()));
  return kept.length === 2 && kept.every((step) => step !== undefined) ? (kept as string[]) : undefined;
}

/** A user has a list of objects with values, and nothing deeper. */
const DEEPEST = 4;

/** A user, or a part of one, with the names as they are kept; what is not kept, or lies too deep, is left out. */
export function canonical(value: unknown, depth = 0): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth === DEEPEST) return undefined;
  if (Array.isArray(value)) return value.map((item) => canonical(item, depth + 1));
  const result: Loose = {};
  for (const [name, item] of Object.entries(value)) {
    const [first, second] = stepsOf(name) ?? [];
    if (!first) continue;
    if (second) result[first] = { ...part(result[first]), [second]: canonical(item, depth + 1) };
    else if (part(item) === item && part(result[first]) === result[first])
      result[first] = { ...part(result[first]), ...part(canonical(item, depth + 1)) };
    else result[first] = canonical(item, depth + 1);
  }
  return result;
}
