import type { Charge, Device, Entry, Grant, Person, Photo, Post, Unit, Wave } from "#protocol/directory";
import { isId, isProvince } from "#protocol/ids";
import { MAX_TURN } from "./device-turn.ts";

/**
 * Whether an entry of the directory has the shape it claims, and nothing in it is larger than what it names. Fields that
 * this version does not know are let be, so that newer provinces may say more.
 */
type Loose<T> = { readonly [K in keyof T]?: unknown };

const MAX_NAME = 200;
const MAX_LABEL = 60;
/** of a wave by names, so that its entry fits into one body */
const MAX_NAMED = 800;
/** 20 KiB in base64 */
const MAX_PHOTO = Math.ceil((20 * 1024) / 3) * 4;

export const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
/** The last moment that a Date can name (ECMA-262, "Time Values"): whoever shows a later one fails. */
const END_OF_TIME = 8_640_000_000_000_000;
export const isTime = (value: unknown): value is number =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= END_OF_TIME;
/** An id of a unit, post, charge, wave or grant: what its province made up for it. */
export const isName = (value: unknown): value is string =>
  typeof value === "string" && /^[\x21-\x7e]{1,64}$/.test(value);

const isText = (value: unknown, most: number) => typeof value === "string" && value.length <= most;
const isOne = (value: unknown, of: readonly string[]) => of.includes(value as string);
const maybe = (value: unknown, is: (value: unknown) => boolean) => value === undefined || is(value);
const isFlag = (value: unknown) => typeof value === "boolean";
const isEnd = (value: unknown) => value === null || isTime(value);
const isGrade = (value: unknown) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 22;
const isPart = (value: unknown) => typeof value === "number" && value >= 0 && Number.isFinite(value);

function isBilingual(value: unknown): boolean {
  const text = value as Loose<{ en: string; ur: string }>;
  return isObject(value) && isText(text.en, MAX_NAME) && isText(text.ur, MAX_NAME);
}

const isNumber = (value: unknown): boolean =>
  typeof value === "string" && /^[\p{L}\p{N}][\p{L}\p{N} ./-]{0,39}$/u.test(value);
const isEmail = (value: unknown): boolean =>
  typeof value === "string" && /^[^\s@<>",;]{1,64}@[^\s@<>",;]{1,190}$/.test(value);
const isMobile = (value: unknown): boolean => typeof value === "string" && /^\+[1-9]\d{7,14}$/.test(value);

function isContact(value: unknown): boolean {
  const contact = value as Loose<{ email: string; mobile: string; office: string }>;
  return (
    isObject(value) &&
    maybe(contact.email, isEmail) &&
    maybe(contact.mobile, isMobile) &&
    maybe(contact.office, (text) => isText(text, 40))
  );
}

export const isState = (value: unknown): boolean => isOne(value, ["active", "retired", "removed"]);

export function isPerson(value: unknown): value is Person {
  const person = value as Loose<Person>;
  return (
    isObject(value) &&
    isId(person.id) &&
    isProvince(person.province) &&
    isBilingual(person.name) &&
    isBilingual(person.post) &&
    isBilingual(person.unit) &&
    maybe(person.unitId, isName) &&
    maybe(person.grade, isGrade) &&
    maybe(person.number, isNumber) &&
    maybe(person.contact, isContact) &&
    maybe(person.photo, (hash) => typeof hash === "string" && /^[0-9a-f]{64}$/.test(hash)) &&
    maybe(person.public, (value) => value === true) &&
    maybe(person.state, isState)
  );
}

const UNITS = ["ministry", "wing", "section", "province", "department", "division", "district", "office"];

function isUnit(value: unknown): value is Unit {
  const unit = value as Loose<Unit>;
  return (
    isObject(value) &&
    isName(unit.id) &&
    isProvince(unit.province) &&
    (unit.parent === null || isName(unit.parent)) &&
    isOne(unit.kind, UNITS) &&
    isBilingual(unit.name) &&
    maybe(unit.contacts, (value) => isOne(value, ["officials", "none"])) &&
    maybe(unit.closed, isFlag)
  );
}

function isPost(value: unknown): value is Post {
  const post = value as Loose<Post>;
  return (
    isObject(value) &&
    isName(post.id) &&
    isProvince(post.province) &&
    isName(post.unit) &&
    isBilingual(post.title) &&
    maybe(post.grade, isGrade) &&
    maybe(post.open, isFlag) &&
    maybe(post.closed, isFlag)
  );
}

function isCharge(value: unknown): value is Charge {
  const charge = value as Loose<Charge>;
  return (
    isObject(value) &&
    isName(charge.id) &&
    isName(charge.post) &&
    isId(charge.person) &&
    isOne(charge.kind, ["regular", "additional", "acting"]) &&
    isTime(charge.from) &&
    isEnd(charge.to) &&
    maybe(charge.order, (text) => isText(text, MAX_NAME)) &&
    maybe(charge.cancelled, isFlag)
  );
}

function isWave(value: unknown): value is Wave {
  const wave = value as Loose<Wave>;
  return (
    isObject(value) &&
    isName(wave.id) &&
    isProvince(wave.province) &&
    isTime(wave.place) &&
    isBilingual(wave.name) &&
    isWho(wave.who) &&
    isEnd(wave.quota) &&
    isTime(wave.opens) &&
    isEnd(wave.closes) &&
    isGates(wave.gates) &&
    isOne(wave.hand, ["auto", "hold", "close"])
  );
}

function isWho(value: unknown): boolean {
  const who = value as { kind?: unknown; people?: unknown; units?: unknown };
  if (!isObject(value)) return false;
  if (who.kind === "named") return isList(who.people, isId);
  return who.kind === "units" ? isList(who.units, isName) : isOne(who.kind, ["employees", "public"]);
}

const isList = (value: unknown, is: (value: unknown) => boolean) =>
  Array.isArray(value) && value.length <= MAX_NAMED && value.every(is);

function isGates(value: unknown): boolean {
  const gates = value as Loose<Wave["gates"]>;
  return isObject(value) && [gates.errors, gates.signInMs, gates.diskFree].every((gate) => maybe(gate, isPart));
}

function isPhoto(value: unknown): value is Photo {
  const photo = value as Loose<Photo>;
  return (
    isObject(value) &&
    isId(photo.person) &&
    isOne(photo.type, ["image/jpeg", "image/webp"]) &&
    typeof photo.bytes === "string" &&
    photo.bytes.length <= MAX_PHOTO &&
    /^[A-Za-z0-9+/]*={0,2}$/.test(photo.bytes)
  );
}

export function isScope(value: unknown): boolean {
  const scope = value as { province?: unknown; unit?: unknown };
  return isObject(value) && (scope.unit === undefined ? isProvince(scope.province) : isName(scope.unit));
}

export function isGrant(value: unknown): value is Grant {
  const grant = value as Loose<Grant>;
  return (
    isObject(value) &&
    isName(grant.id) &&
    isId(grant.person) &&
    isOne(grant.role, ["nodal", "provincial", "federal", "auditor", "custodian"]) &&
    isScope(grant.scope) &&
    isTime(grant.from) &&
    isEnd(grant.to) &&
    maybe(grant.ended, isFlag)
  );
}

/** A device whose turn says otherwise than `revoked` is none. */
export function isDevice(value: unknown): value is Device {
  const device = value as Loose<Device>;
  return (
    isObject(value) &&
    isId(device.id) &&
    isId(device.person) &&
    isText(device.key, 200) &&
    isText(device.label, MAX_LABEL) &&
    isFlag(device.revoked) &&
    maybe(device.turn, (n) => isTime(n) && n <= MAX_TURN && (n % 2 === 1) === device.revoked) &&
    maybe(device.undone, (value) => isList(value, isProvince)) &&
    maybe(device.linked, isLinked)
  );
}

function isLinked(value: unknown): boolean {
  const linked = value as Loose<NonNullable<Device["linked"]>>;
  return isObject(value) && isId(linked.device) && isText(linked.signature, 200);
}

const SHAPES: Record<string, (value: unknown) => boolean> = {
  person: isPerson,
  unit: isUnit,
  post: isPost,
  charge: isCharge,
  wave: isWave,
  photo: isPhoto,
  grant: isGrant,
  device: isDevice,
};

/** One of them, and whole. */
export function isEntry(value: unknown): value is Entry {
  if (!isObject(value)) return false;
  const [name = "", ...more] = Object.keys(value);
  return (
    more.length === 0 &&
    Object.hasOwn(SHAPES, name) &&
    SHAPES[name]?.((value as Record<string, unknown>)[name]) === true
  );
}
