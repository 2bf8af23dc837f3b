import type { Person } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";

/** A person as personnel systems speak of one (RFC 7643 sections 4.1 and 4.3). */
export interface ScimUser {
  schemas: string[];
  id: PersonId;
  userName: string;
  externalId?: string;
  displayName: string;
  name: { formatted: string };
  title?: string;
  active: boolean;
  emails?: { value: string; type: "work"; primary: true }[];
  phoneNumbers?: { value: string; type: "mobile" | "work" }[];
  [ENTERPRISE]?: { employeeNumber?: string; department?: string };
  [BEEP]?: { nameUr?: string; titleUr?: string; departmentUr?: string; grade?: number };
  meta: { resourceType: "User"; location: string };
}

export const USER = "urn:ietf:params:scim:schemas:core:2.0:User";
export const ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
export const BEEP = "urn:beep:params:scim:schemas:extension:official:2.0:User";

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
    name: { formatted: name.en },
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

type Loose = Record<string, unknown>;
const part = (value: unknown): Loose => (typeof value === "object" && value !== null ? (value as Loose) : {});
const text = (value: unknown): string => (typeof value === "string" || typeof value === "number" ? String(value) : "");

/** The texts of a user, as an import's row has them. What is not there is left out, and so left as it is. */
export function rawOf(user: unknown): Record<string, string> {
  const core = part(user);
  const enterprise = part(core[ENTERPRISE]);
  const beep = part(core[BEEP]);
  const phone = (type: string) => text(part(list(core.phoneNumbers).find((item) => part(item).type === type)).value);
  const emails = list(core.emails).map(part);
  const department = text(enterprise.department);
  const steps = (path: string) => path.split(">").length;
  const all = {
    number: text(enterprise.employeeNumber) || text(core.userName),
    name_en: text(core.displayName) || text(part(core.name).formatted) || joined(part(core.name)),
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

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const joined = ({ givenName, familyName }: Loose): string => [text(givenName), text(familyName)].join(" ").trim();

/** `active`, which some systems send as a text; undefined where it is not said. */
export function activeOf(user: unknown): boolean | undefined {
  const { active } = part(user);
  if (typeof active === "boolean") return active;
  return typeof active === "string" ? active.toLowerCase() === "true" : undefined;
}
