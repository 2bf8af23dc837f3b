import type { Person } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import { BEEP, ENTERPRISE, list, type Loose, part, text, USER } from "./attributes.ts";
import { ScimFault } from "./fault.ts";

/** A person as personnel systems speak of one (RFC 7643 sections 4.1 and 4.3). */
export interface ScimUser {
  schemas: string[];
  id: PersonId;
  userName: string;
  displayName: string;
  name: { formatted: string; givenName?: string; familyName?: string };
  title?: string;
  active: boolean;
  emails?: { value: string; type: "work"; primary: true }[];
  phoneNumbers?: { value: string; type: "mobile" | "work" }[];
  [ENTERPRISE]?: { employeeNumber?: string; department?: string };
  [BEEP]?: { nameUr?: string; titleUr?: string; departmentUr?: string; grade?: number };
  meta: { resourceType: "User"; location: string };
}

/** @param base address of the interface, without a slash at its end */
export function userOf(person: Person, base: string, title?: Person["post"], unit?: Person["unit"]): ScimUser {
  const { id, name, number, contact, grade } = person;
  const phones = [
    ...(contact?.mobile ? [{ value: contact.mobile, type: "mobile" as const }] : []),
    ...(contact?.office ? [{ value: contact.office, type: "work" as const }] : []),
  ];
  return {
    schemas: [USER, ENTERPRISE, BEEP],
    id,
    userName: number ?? id,
    displayName: name.en,
    name: { formatted: name.en, ...partsOf(name.en) },
    ...(title?.en && { title: title.en }),
    active: (person.state ?? "active") === "active",
    ...(contact?.email && { emails: [{ value: contact.email, type: "work", primary: true }] }),
    ...(phones.length > 0 && { phoneNumbers: phones }),
    [ENTERPRISE]: { ...(number && { employeeNumber: number }), ...(unit?.en && { department: unit.en }) },
    [BEEP]: {
      nameUr: name.ur,
      ...(title?.ur && { titleUr: title.ur }),
      ...(unit?.ur && { departmentUr: unit.ur }),
      ...(grade !== undefined && { grade }),
    },
    meta: { resourceType: "User", location: `${base}/Users/${id}` },
  };
}

/** The directory keeps a name whole; the last word is the family's, as far as systems ask for it apart. */
function partsOf(name: string): { givenName?: string; familyName?: string } {
  const words = name.trim().split(/\s+/);
  const familyName = words.pop();
  return words.length > 0 && familyName ? { givenName: words.join(" "), familyName } : {};
}

/**
 * The name that a user's texts say. They may contradict each other where one of them was changed alone: the one that
 * differs from what is known counts.
 */
function nameOf(core: Loose, known: string | undefined): string {
  const { formatted, givenName, familyName } = part(core.name);
  const joined = [text(givenName), text(familyName)].join(" ").trim();
  const said = [text(core.displayName), text(formatted), joined]
    .map((name) => name.trim())
    .filter((name) => name !== "");
  return said.find((name) => name !== known) ?? said[0] ?? "";
}

/**
 * The texts of a user, as an import's row has them. Of unit, post and grade what is not there is left out, and so left
 * as it is. @param user with canonical names @param known the person's name until now
 */
export function rawOf(user: unknown, known?: string): Record<string, string> {
  const core = part(user);
  const enterprise = part(core[ENTERPRISE]);
  const beep = part(core[BEEP]);
  const phone = (type: string) =>
    text(part(list(core.phoneNumbers).find((item) => text(part(item).type).toLowerCase() === type)).value);
  const emails = list(core.emails).map(part);
  const department = text(enterprise.department);
  const steps = (path: string) => path.split(">").length;
  const all = {
    number: text(enterprise.employeeNumber) || text(core.userName),
    name_en: nameOf(core, known),
    name_ur: text(beep.nameUr),
    post_en: text(core.title),
    post_ur: text(beep.titleUr),
    unit_en: department,
    // Whoever moves a person in English alone leaves the Urdu behind.
    unit_ur: steps(text(beep.departmentUr)) === steps(department) ? text(beep.departmentUr) : "",
    grade: text(beep.grade),
    email: text((emails.find(({ primary }) => primary === true) ?? emails[0])?.value),
    mobile: phone("mobile"),
    office: phone("work"),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ""));
}

/**
 * Whether the person works there still; undefined where it is not said. Systems write it as a text, in any case, and
 * wrapped in lists and objects. What cannot be read is refused: somebody might go on who was to be shut out.
 * @throws ScimFault
 */
export function activeOf(user: unknown): boolean | undefined {
  const core = part(user);
  if (!("active" in core)) return undefined;
  let said = core.active;
  while (Array.isArray(said) ? said.length === 1 : part(said) === said && "value" in part(said))
    said = Array.isArray(said) ? said[0] : part(said).value;
  if (typeof said === "boolean") return said;
  const word = typeof said === "string" || typeof said === "number" ? String(said).trim().toLowerCase() : "";
  if (["true", "1", "yes"].includes(word)) return true;
  if (["false", "0", "no"].includes(word)) return false;
  throw new ScimFault("invalidValue", '"active" is true or false.');
}
