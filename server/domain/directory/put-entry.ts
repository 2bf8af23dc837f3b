import { createHash } from "node:crypto";
import type { Device, Entry, Person, Photo } from "#protocol/directory";
import type { Province } from "#protocol/ids";
import { SECOND_HAND_RULES } from "../administration/second-hand.ts";
import type { Store, Tx } from "../ports.ts";
import { followsFromKey, isSameDevice } from "./device-id.ts";
import { standingDevice, turnOf } from "./device-turn.ts";

/** Puts an entry that `province` may put (see `whyNot`) into the directory. @param at when its province says that it did */
export function putEntry(tx: Tx, entry: Entry, province: Province, store: Store, at: number): void {
  const { offices } = tx.tables;
  // Who was there before these rules counts as having been there for long, at every replica alike.
  if (offices.rules(province) >= SECOND_HAND_RULES) {
    if ("person" in entry && !store.person(entry.person.id)) offices.putEntered("person", entry.person.id, at);
    if ("post" in entry && !offices.post(entry.post.id)) offices.putEntered("post", entry.post.id, at);
  }
  if ("person" in entry) tx.putPerson(withPhoto(entry.person, store.person(entry.person.id)?.photo));
  else if ("unit" in entry) offices.putUnit(entry.unit);
  else if ("post" in entry) offices.putPost(entry.post);
  else if ("charge" in entry) offices.putCharge(entry.charge);
  else if ("wave" in entry) offices.putWave(entry.wave);
  else if ("grant" in entry) offices.putGrant(entry.grant);
  else if ("photo" in entry) putPhoto(tx, entry.photo, store);
  else putDevice(tx, entry.device, province, store, at);
}

/** A person's photo is what their photo's own entry says: a card that was written beside an older one does not bring it back. */
function withPhoto({ photo: _, ...person }: Person, hash: string | undefined): Person {
  return hash === undefined ? person : { ...person, photo: hash };
}

function putPhoto(tx: Tx, photo: Photo, store: Store): void {
  const person = store.person(photo.person);
  if (!person) return;
  const hash = createHash("sha256").update(photo.bytes, "base64").digest("hex");
  tx.tables.offices.putPhoto(photo);
  tx.putPerson(withPhoto(person, photo.bytes === "" ? undefined : hash));
}

/**
 * Merges: what each province said of it counts as R205 has it, and all else is as the device's own province says, in
 * whatever order the words come. Another province's word of a device that is not known yet is kept until the device comes.
 */
function putDevice(tx: Tx, device: Device, province: Province, store: Store, at: number): void {
  const { offices } = tx.tables;
  const found = store.device(device.id);
  const present = found && isSameDevice(found, device) ? found : undefined;
  const isHome = store.person(device.person)?.province === province;
  offices.putTurn(device, province, turnOf(device));
  if (!isHome && !present) return;
  if (!present && followsFromKey(device)) offices.putEntered("device", device.id, at);
  const said = isHome ? withUndone(device, present) : (present as Device);
  const stands = standingDevice(said, offices.turns(said));
  if (isHome || turnOf(stands) !== turnOf(said)) tx.putDevice(stands);
}

/** What its home undid once stays undone, whatever a later entry leaves out. */
function withUndone(device: Device, present: Device | undefined): Device {
  const undone = [...new Set([...(present?.undone ?? []), ...(device.undone ?? [])])].sort();
  return { ...device, ...(undone.length > 0 && { undone }) };
}

/** The entry as it stands before another one is put in its place; undefined where that one is new. */
export function standing(entry: Entry, tx: Tx, store: Store): Entry | undefined {
  const { offices } = tx.tables;
  const found = <T, K extends string>(name: K, value: T | undefined) =>
    value === undefined ? undefined : ({ [name]: value } as unknown as Entry);
  if ("person" in entry) return found("person", store.person(entry.person.id));
  if ("unit" in entry) return found("unit", offices.unit(entry.unit.id));
  if ("post" in entry) return found("post", offices.post(entry.post.id));
  if ("charge" in entry) return found("charge", offices.charge(entry.charge.id));
  if ("wave" in entry) return found("wave", offices.wave(entry.wave.id));
  if ("grant" in entry) return found("grant", offices.grant(entry.grant.id));
  if ("photo" in entry) return found("photo", offices.photo(entry.photo.person));
  return found("device", store.device(entry.device.id));
}
