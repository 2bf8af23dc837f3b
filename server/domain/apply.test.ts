import { expect, test } from "bun:test";
import type { DirectoryBody } from "#protocol/directory-body";
import { DIRECTORY_ROOM, mintId, type Province } from "#protocol/ids";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import { stampOf } from "#protocol/stamp";
import { verifyNow } from "../auth/verify.ts";
import { openHouse } from "../testing/house-under-test.ts";
import { applyRecord } from "./apply.ts";
import { HybridClock } from "./clock.ts";

const words = { en: "Sana", ur: "ثنا" };
const open = async () => {
  const house = openHouse("is");
  const sana = await house.enter("pb", "Sana");
  const ayesha = await house.enter("is", "Ayesha");
  const heads: Record<string, number> = {};
  /** What province `from` brings of its own making, or of what it says that `of` made. */
  const bring = (from: Province, body: unknown, of = from) => {
    const n = (heads[of] ?? 0) + 1;
    const record = encodeRecord({
      ...{ id: mintId(house.wall.ms), room: DIRECTORY_ROOM, sender: sana, device: DIRECTORY_ROOM },
      ...{ kind: KIND.directory, scheme: SCHEME.directory, body: new TextEncoder().encode(JSON.stringify(body)) },
      ...{ origin: `${of}-000000001`, n, stamp: stampOf(house.wall.ms) + n },
    });
    if (from === of) heads[of] = n;
    const clock = new HybridClock(() => house.wall.ms);
    return house.store.write(DIRECTORY_ROOM, (tx) => applyRecord(tx, record, from, house.store, clock, verifyNow));
  };
  return { house, sana, ayesha, bring };
};

test("a province brings only what its own nodes accepted", async () => {
  const { house, bring } = await open();
  const person = { id: mintId(7), province: "sd", name: words, post: words, unit: words };
  expect(await bring("pb", { person }, "sd")).toBe("refused");
  expect(house.store.person(person.id)).toBeUndefined();
  expect(await bring("sd", { person })).toBe("applied");
  expect(house.store.person(person.id)).toEqual(person);
});

test("a province enters its own people and devices, and no other's", async () => {
  const { house, ayesha, bring } = await open();
  const person = { id: ayesha, province: "pb", name: words, post: words, unit: words };
  expect(await bring("pb", { person })).toBe("refused");
  expect(await bring("pb", { person: { ...person, id: mintId(8), province: "is" } })).toBe("refused");
  expect(house.store.person(ayesha)?.province).toBe("is");
  const device = { id: mintId(9), person: ayesha, key: "theirs", label: "", revoked: false };
  expect(await bring("pb", { device })).toBe("refused");
  expect(house.store.device(device.id)).toBeUndefined();
});

test("any province shuts a device out; none gives it another key, another person or its rights back", async () => {
  const { house, sana, ayesha, bring } = await open();
  const device = house.store.device(ayesha);
  expect(await bring("pb", { device: { ...device, key: "theirs", revoked: true } })).toBe("refused");
  expect(await bring("pb", { device: { ...device, person: sana, revoked: true } })).toBe("refused");
  expect(house.store.device(ayesha)?.revoked).toBe(false);
  expect(await bring("pb", { device: { ...device, revoked: true } })).toBe("applied");
  expect(await bring("pb", { device: { ...device, revoked: false } })).toBe("refused");
  expect(house.store.device(ayesha)?.revoked).toBe(true);
});

test("a device's own province may say more of it, in fields that this version does not know; others may not (R38)", async () => {
  const { house, sana, ayesha, bring } = await open();
  const more = { capabilities: ["sealed.v1"] };
  const said = (id: string) => house.store.device(id) as unknown as DirectoryBody;
  expect(await bring("pb", { device: { ...house.store.device(sana), ...more } })).toBe("applied");
  expect(said(sana)).toMatchObject(more);
  expect(await bring("pb", { device: { ...house.store.device(ayesha), ...more } })).toBe("refused");
  expect(said(ayesha)).not.toMatchObject(more);
  expect(await bring("pb", { device: { ...house.store.device(sana), revoked: true } })).toBe("applied");
  expect(await bring("pb", { device: { ...house.store.device(sana), revoked: false } })).toBe("refused");
  expect(house.store.device(sana)?.revoked).toBe(true);
});

test("a record of a later kind and scheme is kept and read out as it came (R38)", async () => {
  const { house, sana, ayesha } = await open();
  const room = await house.group(ayesha, [sana]);
  const sealed = encodeRecord({
    ...{
      id: mintId(house.wall.ms),
      room,
      sender: sana,
      device: sana,
      kind: 4,
      scheme: 4,
      body: Uint8Array.of(1, 2, 3),
    },
    ...{ origin: "pb-000000001", n: 1, stamp: stampOf(house.wall.ms) + 9 },
  });
  const clock = new HybridClock(() => house.wall.ms);
  const applied = await house.store.write(room, (tx) => applyRecord(tx, sealed, "pb", house.store, clock, verifyNow));
  expect(applied).toBe("applied");
  expect(house.store.page(room, {}, 1, 0).records[0]).toEqual(sealed);
});
