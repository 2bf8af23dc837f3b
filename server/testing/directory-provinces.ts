import type { DirectoryBody } from "#protocol/directory-body";
import type { Device, Entry, Grant, Person } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId, type PersonId, type Province } from "#protocol/ids";
import { type Order, type OrderAct, orderText, type SignedOrder } from "#protocol/order";
import { decodeRecord, encodeRecord, KIND, placeIn, SCHEME } from "#protocol/record";
import { openSigner } from "../auth/province-key.ts";
import { verifyNow } from "../auth/verify.ts";
import { type Applied, applyRecord } from "../domain/apply.ts";
import { HybridClock } from "../domain/clock.ts";
import { deviceIdOf } from "../domain/directory/device-id.ts";
import type { Signer } from "../domain/ports.ts";
import { openHouse } from "./house-under-test.ts";

export type House = ReturnType<typeof openHouse>;

/** Houses of several provinces whose directories are carried from one to another by hand. */
export function openProvinces(...provinces: Province[]): House[] {
  return provinces.map((province) => openHouse(province, provinces));
}

/** What one province brings another: all that is new there of its own log. Answers what became of each event. */
export async function bring(from: House, to: House): Promise<Applied[]> {
  const { origin, province } = from.store;
  const have = to.store.heads(DIRECTORY_ROOM).get(origin)?.n ?? 0;
  const records = from.store.range(DIRECTORY_ROOM, origin, have, Number.MAX_SAFE_INTEGER, 1e9);
  const clock = new HybridClock(() => to.wall.ms);
  const answers: Applied[] = [];
  for (const record of records)
    answers.push(
      await to.store.write(DIRECTORY_ROOM, (tx) => applyRecord(tx, record, province, to.store, clock, verifyNow)),
    );
  return answers;
}

/** Writes a body into a house's own log as a node that keeps to no rule would, without effect at home. */
export function slip(house: House, body: DirectoryBody | Record<string, unknown>): Promise<unknown> {
  const { store, wall } = house;
  const record = encodeRecord({
    ...{ id: mintId(wall.ms), room: DIRECTORY_ROOM, sender: DIRECTORY_ROOM, device: DIRECTORY_ROOM },
    ...{ kind: KIND.directory, scheme: SCHEME.directory, body: new TextEncoder().encode(JSON.stringify(body)) },
  });
  const others = ["is", "pb", "sd"].filter((province) => province !== store.province);
  return store.write(DIRECTORY_ROOM, (tx) => tx.append(record, house.tick(), others));
}

/** The bodies of a house's own part of the log. */
export function bodiesOf({ store }: House): { n: number; size: number; body: DirectoryBody }[] {
  return store.range(DIRECTORY_ROOM, store.origin, 0, Number.MAX_SAFE_INTEGER, 1e9).map((record) => {
    const { body } = decodeRecord(record);
    return { n: placeIn(record).n, size: body.length, body: JSON.parse(new TextDecoder().decode(body)) };
  });
}

export const issue = (house: House, ...entries: Entry[]): Promise<unknown> =>
  house.store.write(DIRECTORY_ROOM, (tx) => house.directory.issue(tx, "operator", entries));

export const words = (en: string) => ({ en, ur: `${en} اردو` });
export const person = (id: PersonId, province: Province, over: Partial<Person> = {}): Person => ({
  ...{ id, province, name: words("Name"), post: words(""), unit: words("") },
  ...over,
});

/** An administrator with a device that truly signs. */
export interface Administrator {
  person: Person;
  device: Device;
  signer: Signer;
}

export function administrator(id: PersonId, province: Province): Administrator {
  const signer = openSigner(new Map());
  return { person: person(id, province), device: deviceOf(id, signer.key, { label: "desk" }), signer };
}

/** A device as its own province enters it. */
export const deviceOf = (of: PersonId, key: string, over: Partial<Device> = {}): Device => ({
  ...{ id: deviceIdOf({ person: of, key }), person: of, key, label: "phone", revoked: false },
  ...over,
});

export const provincial = (id: string, { person: { id: whom, province } }: Administrator): Grant => ({
  ...{ id, person: whom, role: "provincial", scope: { province }, from: 0, to: null },
});

export function signed({ person: { id: by }, device, signer }: Administrator, at: number, act: OrderAct): Order {
  const order = { id: mintId(at), at, person: by, device: device.id, act };
  return { ...order, signature: signer.sign(orderText(order)) };
}

export const carryOut = (house: House, order: SignedOrder): Promise<Entry[]> =>
  house.store.write(DIRECTORY_ROOM, (tx) => house.directory.carryOut(tx, order));
