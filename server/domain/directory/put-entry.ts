import type { Device, Entry } from "#protocol/directory";
import type { Province } from "#protocol/ids";
import type { Store, Tx } from "../ports.ts";
import { atTurn, turnOf } from "./device-turn.ts";

/** Puts an entry that `province` may put (see `whyNot`) into the directory. */
export function putEntry(tx: Tx, entry: Entry, province: Province, store: Store): void {
  const { offices } = tx.tables;
  if ("person" in entry) tx.putPerson(entry.person);
  else if ("unit" in entry) offices.putUnit(entry.unit);
  else if ("post" in entry) offices.putPost(entry.post);
  else if ("charge" in entry) offices.putCharge(entry.charge);
  else if ("wave" in entry) offices.putWave(entry.wave);
  else if ("grant" in entry) offices.putGrant(entry.grant);
  else if ("photo" in entry) offices.putPhoto(entry.photo);
  else putDevice(tx, entry.device, province, store);
}

/**
 * Merges: the higher turn stands, and all else is as the device's own province says, whichever of the two comes first.
 * Another province's word of a device that is not known yet is kept until the device comes.
 */
function putDevice(tx: Tx, device: Device, province: Province, store: Store): void {
  const present = store.device(device.id);
  const isHome = store.person(device.person)?.province === province;
  const before = present ? turnOf(present) : tx.tables.offices.turnBefore(device);
  const turn = Math.max(before, turnOf(device));
  if (isHome) tx.putDevice(atTurn(device, turn));
  else if (!present) tx.tables.offices.putTurnBefore(device, turn);
  else if (turn > before) tx.putDevice(atTurn(present, turn));
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
