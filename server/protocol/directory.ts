import type { DeviceId, Origin, PersonId, Province } from "./ids.ts";

export type UnitId = string;
export type PostId = string;
export type ChargeId = string;
export type GrantId = string;
export type WaveId = string;

/** A text in both languages of the house. */
export interface Bilingual {
  en: string;
  ur: string;
}

export interface Person {
  id: PersonId;
  province: Province;
  name: Bilingual;
  /** the post now held, in words: "Deputy Commissioner Quetta". A node fills it in from the person's charges, where there are any */
  post: Bilingual;
  /** the unit in words; filled in likewise */
  unit: Bilingual;
  /** where the person belongs while holding no post; what an administrator's scope goes by */
  unitId?: UnitId;
  /** basic pay scale, 1 to 22 */
  grade?: number;
  /** personal number in the employer's books: unique in the province; what one signs in with beside a PIN */
  number?: string;
  contact?: Contact;
  /** SHA-256 of the photo's bytes, hex: follows from the photo's entry alone. The photo is asked for by itself */
  photo?: string;
  /** came by a public wave: shown so everywhere, and looks nobody up */
  public?: true;
  /** absent: active. Who is not active has no session and no charge */
  state?: PersonState;
}

export type PersonState = "active" | "retired" | "removed";

export interface Contact {
  email?: string;
  /** international form, digits with a plus: +923001234567 */
  mobile?: string;
  /** desk telephone */
  office?: string;
}

/** An office of government, in a tree: ministry → wing → section; province → department → district office. */
export interface Unit {
  id: UnitId;
  province: Province;
  parent: UnitId | null;
  kind: "ministry" | "wing" | "section" | "province" | "department" | "division" | "district" | "office";
  name: Bilingual;
  /** who sees mobile and e-mail of its people; absent: those near to them (SPEC R130) */
  contacts?: "officials" | "none";
  /** it is no more: kept for what refers to it */
  closed?: boolean;
}

/** A post in a unit, whoever holds it. */
export interface Post {
  id: PostId;
  province: Province;
  unit: UnitId;
  title: Bilingual;
  grade?: number;
  /** the public may write to it */
  open?: boolean;
  closed?: boolean;
}

/**
 * A person's charge of a post for a period, by a dated order. Several people may hold charge of one post at a time
 * (a regular holder on leave, one acting), and one person of several posts.
 */
export interface Charge {
  id: ChargeId;
  post: PostId;
  person: PersonId;
  kind: "regular" | "additional" | "acting";
  /** milliseconds since 1970; it may lie ahead */
  from: number;
  /** exclusive; null: until further orders */
  to: number | null;
  /** number and date of the office order, as written on it */
  order?: string;
  cancelled?: boolean;
}

/** A post as it is found and shown: with its unit in words and who holds charge of it now. */
export interface PostCard {
  post: Post;
  unit: Bilingual;
  holders: { person: Person; kind: Charge["kind"] }[];
}

export interface Device {
  id: DeviceId;
  person: PersonId;
  /** P-256 public key, SPKI, base64 */
  key: string;
  label: string;
  revoked: boolean;
  /** counts revocations and their lifting: odd is revoked, the higher one stands, so all replicas agree. Absent: 1 if revoked, else 0 */
  turn?: number;
  /** provinces that had shut it out, which its home undid: they are not heard about it any more (SPEC R205) */
  undone?: Province[];
  /** an older device of the same person that let it in: its signature over `linkText` */
  linked?: { device: DeviceId; signature: string };
}

/** What a device's id is the first 16 bytes of, SHA-256: who has another key, or is somebody else, cannot take it. */
export const deviceIdText = ({ person, key }: Pick<Device, "person" | "key">): string =>
  ["beep device v1", person, key].join("\n");

/** A small picture of a person, at most 20 KiB and 512 by 512 pixels. */
export interface Photo {
  person: PersonId;
  type: "image/jpeg" | "image/webp";
  /** base64; empty: the person has no photo (any more) */
  bytes: string;
}

/** Who may come in when: the trial, the departments, all employees, the public. */
export interface Wave {
  id: WaveId;
  province: Province;
  /** waves open in this order */
  place: number;
  name: Bilingual;
  who:
    | { kind: "named"; people: PersonId[] }
    | { kind: "units"; units: UnitId[] }
    | { kind: "employees" }
    | { kind: "public" };
  /** most people that it lets in; null: no limit */
  quota: number | null;
  /** milliseconds since 1970 */
  opens: number;
  closes: number | null;
  /** while one of these is not met, the wave stays shut, however the calendar stands */
  gates: WaveGates;
  /** an administrator's hand on the door: `auto` goes by dates and gates */
  hand: "auto" | "hold" | "close";
}

export interface WaveGates {
  /** at most this part of requests failed within the last ten minutes, 0 to 1 */
  errors?: number;
  /** 99 of 100 sign-ins took at most so many milliseconds */
  signInMs?: number;
  /** at least so many bytes free on the disk of the data */
  diskFree?: number;
}

/** What somebody may do beyond their own affairs, where, and from when to when. */
export interface Grant {
  id: GrantId;
  person: PersonId;
  role: AdminRole;
  scope: Scope;
  from: number;
  to: number | null;
  ended?: boolean;
}

/**
 * `nodal`: lets people of a unit in. `provincial`: all of a province's own part. `federal`: the federal part, kept by
 * `is`. `auditor`: reads everything, the audit log too, and changes nothing. `custodian`: keeps the official record.
 */
export type AdminRole = "nodal" | "provincial" | "federal" | "auditor" | "custodian";
export type Scope = { province: Province } | { unit: UnitId };

/** One thing of the directory; the last one per id stands. */
export type Entry =
  | { person: Person }
  | { unit: Unit }
  | { post: Post }
  | { charge: Charge }
  | { wave: Wave }
  | { photo: Photo }
  | { grant: Grant }
  | { device: Device };

/** The key with which a province's nodes sign what they issue themselves. The first one stands; the next is signed by it. */
export interface ProvinceKey {
  province: Province;
  /** P-256 public key, SPKI, base64 */
  key: string;
  /** over `provinceKeyText`, by the former key, or by itself where it is the first */
  signature: string;
  /** earlier lives of the province's data folder, and the n of each up to which what follows rests on them */
  follows?: Record<Origin, number>;
  /** by which rules orders behind it are judged (SPEC R101); absent: 1 */
  rules?: number;
}
export const provinceKeyText = ({ province, key }: Omit<ProvinceKey, "signature">): string =>
  JSON.stringify(["beep province key v1", province, key]);

/** What a province's node puts in without an administrator's hand on it. */
export interface Issued {
  /** who had it done: the operator, an import, the interface for personnel systems, somebody's coming in or shutting a device out */
  by: "operator" | "import" | "scim" | "enrolment" | "revocation";
  at: number;
  entries: Entry[];
  /** by the province's key, over `issuedText` */
  signature: string;
}
export const issuedText = (province: Province, { by, at, entries }: Omit<Issued, "signature">): string =>
  JSON.stringify(["beep issued v1", province, by, at, entries]);
