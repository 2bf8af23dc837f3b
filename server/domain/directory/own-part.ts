import type { Device, Entry, Grant, Person, Unit } from "#protocol/directory";
import type { DeviceId, PersonId, Province } from "#protocol/ids";
import type { Offices } from "./ports.ts";
import { DEVICE_ID_RULES, followsFromKey, isSameDevice } from "./device-id.ts";
import { turnOf } from "./device-turn.ts";
import { whyNoPicture } from "./picture.ts";

/** Levels of units, the topmost included. */
const MAX_DEPTH = 12;

/** The directory as it stands. */
export interface Standing {
  offices: Offices;
  person(id: PersonId): Person | undefined;
  device(id: DeviceId): Device | undefined;
}

/**
 * Why a province may not put an entry, in words; undefined where it may. A province enters its own people, units, posts,
 * charges, waves and roles and says more of them later, and takes nothing over from another. It rests on what the same
 * province put before and on nothing else, so that every replica of its log comes to the same answer. Only a device may
 * be shut out by any province.
 */
export function whyNot(entry: Entry, province: Province, now: Standing): string | undefined {
  const isOwn = (person: PersonId) => now.person(person)?.province === province;
  const isOwnUnit = (unit: string) => now.offices.unit(unit)?.province === province;
  const { offices } = now;
  if ("person" in entry) return whyNotPerson(entry.person, province, now);
  if ("unit" in entry) return whyNotUnit(entry.unit, province, offices);
  if ("post" in entry) {
    const { id, unit } = entry.post;
    if (entry.post.province !== province) return "The post is of another province.";
    if ((offices.post(id)?.province ?? province) !== province) return "Another province has a post of this id.";
    return isOwnUnit(unit) ? undefined : "The post's unit is not known in its province.";
  }
  if ("charge" in entry) {
    const { id, post, person, from, to } = entry.charge;
    const before = offices.charge(id);
    if (before && offices.post(before.post)?.province !== province) return "Another province has a charge of this id.";
    if (offices.post(post)?.province !== province) return "The post is not known in this province.";
    if (!isOwn(person)) return "The person is not known in this province.";
    return to !== null && to <= from ? "The charge ends before it begins." : undefined;
  }
  if ("wave" in entry) {
    if (entry.wave.province !== province) return "The wave is of another province.";
    const before = offices.wave(entry.wave.id)?.province ?? province;
    return before === province ? undefined : "Another province has a wave of this id.";
  }
  if ("grant" in entry) return whyNotGrant(entry.grant, province, now);
  if ("photo" in entry)
    return isOwn(entry.photo.person) ? whyNoPicture(entry.photo) : "The person is not known in this province.";
  return whyNotDevice(entry.device, province, now);
}

function whyNotPerson(person: Person, province: Province, { offices, person: known }: Standing): string | undefined {
  if (person.province !== province) return `People of ${person.province} are entered in ${person.province}.`;
  if ((known(person.id)?.province ?? province) !== province) return "Another province has a person of this id.";
  if (person.unitId !== undefined && offices.unit(person.unitId)?.province !== province)
    return "The person's unit is not known in this province.";
  if (person.number === undefined || person.state === "removed") return undefined;
  const holder = offices.personByNumber(province, person.number);
  return holder && holder.id !== person.id ? `Somebody else has the personal number ${person.number}.` : undefined;
}

function whyNotUnit(unit: Unit, province: Province, offices: Offices): string | undefined {
  if (unit.province !== province) return "The unit is of another province.";
  if ((offices.unit(unit.id)?.province ?? province) !== province) return "Another province has a unit of this id.";
  let depth = 1 + offices.levelsUnder(unit.id);
  for (let above = unit.parent; above !== null; ) {
    const parent = offices.unit(above);
    if (parent?.province !== province) return "The unit above is not known in this province.";
    if (parent.id === unit.id) return "A unit cannot stand below itself.";
    if (++depth > MAX_DEPTH) return `Units stand at most ${MAX_DEPTH} deep.`;
    above = parent.parent;
  }
  return undefined;
}

function whyNotGrant({ id, person, role, scope }: Grant, province: Province, now: Standing): string | undefined {
  const isOwn = (whom: PersonId) => now.person(whom)?.province === province;
  const before = now.offices.grant(id);
  if (before && !isOwn(before.person)) return "Another province has a role of this id.";
  if (!isOwn(person)) return "The person is not known in this province.";
  if (role === "federal" && province !== "is") return "Federal administrators are people of is.";
  const at = "unit" in scope ? now.offices.unit(scope.unit)?.province : scope.province;
  return at === province ? undefined : "The role's scope is not of this province.";
}

/**
 * A device's key and person never change. Of two under one id, whichever was heard first, that one stands whose id follows
 * from its key: whoever entered the other one was after the id.
 */
function whyNotDevice(device: Device, province: Province, now: Standing): string | undefined {
  const found = now.device(device.id);
  const present = found && isSameDevice(found, device) ? found : undefined;
  if (found && !present && !followsFromKey(device)) return "A device of this id has another key or person.";
  if (now.person(device.person)?.province === province) {
    const isSound = present || followsFromKey(device) || now.offices.rules(province) < DEVICE_ID_RULES;
    return isSound ? undefined : "A new device's id follows from its person and key.";
  }
  if (present?.undone?.includes(province)) return "The device's own province undid what this one said of it.";
  return turnOf(device) % 2 === 1 ? undefined : "Only the device's own province enters it or lets it back in.";
}
