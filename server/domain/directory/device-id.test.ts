import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { type Device, type Entry, issuedText, provinceKeyText } from "#protocol/directory";
import { openSigner } from "../../auth/province-key.ts";
import { random } from "../../testing/cluster-fuzz.ts";
import { bring, deviceOf, type House, issue, openProvinces, person, slip } from "../../testing/directory-provinces.ts";
import { refusal } from "../../testing/house-under-test.ts";
import { MAX_TURN } from "./device-turn.ts";

const id = (n: number) => n.toString(16).padStart(32, "a");
const [ASAD, BANO, CHAND] = [id(1), id(2), id(3)] as const;
const three = () => openProvinces("is", "pb", "sd") as [House, House, House];

/** Signed by the house's key, whatever it says, and without effect at home. */
function say(house: House, ...entries: Entry[]): Promise<unknown> {
  const content = { by: "enrolment" as const, at: 1, entries };
  const signature = openSigner(house.store.secrets).sign(issuedText(house.store.province, content));
  return slip(house, { issued: { ...content, signature } });
}

/** The province's key as a node of before says it, so that its word is judged by older rules (R101). */
function sayKey(house: House, rules?: number): Promise<unknown> {
  const signer = openSigner(house.store.secrets);
  const key = { province: house.store.province, key: signer.key };
  return slip(house, { key: { ...key, signature: signer.sign(provinceKeyText(key)), ...(rules && { rules }) } });
}

test("a device's id is the first 16 bytes of SHA-256 over its person and key (R206)", async () => {
  const text = `beep device v1\n${ASAD}\nkey`;
  expect(deviceOf(ASAD, "key").id).toBe(createHash("sha256").update(text).digest("hex").slice(0, 32));
  const [is] = three();
  await issue(is, { person: person(ASAD, "is") });
  const { device } = await is.enrolment.enrol(await is.enrolment.issueCode(ASAD, 60_000), "key", "phone");
  expect(device).toBe(deviceOf(ASAD, "key").id);
});

test("a new device under another id is refused at home and by every replica (R206)", async () => {
  const [is, pb] = three();
  await issue(is, { person: person(ASAD, "is") }, { person: person(BANO, "is") });
  const right = deviceOf(ASAD, "key");
  const wrong: Device[] = [
    { ...right, id: id(9) },
    { ...right, id: "0".repeat(32) },
    { ...right, person: BANO },
    { ...right, key: "other" },
    { ...right, id: deviceOf(BANO, "key").id },
    { ...right, id: right.id.slice(0, 31) + (right.id.endsWith("0") ? "1" : "0") },
  ];
  for (const device of wrong) {
    expect(await refusal(issue(is, { device }))).toBe("fix");
    await say(is, { device });
  }
  const [, , ...answers] = await bring(is, pb);
  expect(answers).toEqual(wrong.map(() => "refused"));
  for (const device of wrong)
    expect([is.store.device(device.id), pb.store.device(device.id)]).toEqual([undefined, undefined]);
});

test("devices from before stay as they are, also where their province says more of them (R206)", async () => {
  for (const rules of [undefined, 2]) {
    const [is, pb] = three();
    const old: Device = { ...deviceOf(ASAD, "old key"), id: id(9) };
    await sayKey(is, rules);
    await say(is, { person: person(ASAD, "is") }, { device: old });
    await sayKey(is, 3);
    await say(is, { device: { ...old, label: "desk" } });
    await say(is, { device: { ...old, revoked: true, turn: 1 } });
    await say(is, { device: { ...old, id: id(8) } });
    await say(is, { device: deviceOf(ASAD, "new key") });
    expect((await bring(is, pb)).slice(-5)).toEqual(["applied", "applied", "applied", "refused", "applied"]);
    expect(pb.store.device(id(9))).toMatchObject({ key: "old key", revoked: true, turn: 1 });
    expect(pb.store.device(deviceOf(ASAD, "new key").id)).toBeDefined();
  }
});

test("nobody takes a new device's id, whoever is heard first and by whatever rules they speak (R206)", async () => {
  for (let seed = 1; seed <= 60; seed++) {
    const rng = random(seed);
    const houses = three();
    const [is, pb, sd] = houses;
    const mine = deviceOf(ASAD, "the true key", { label: "phone" });
    await issue(is, { person: person(ASAD, "is") }, { device: mine });
    await sayKey(pb, rng() < 0.5 ? 3 : undefined);
    await say(pb, { person: person(BANO, "pb") }, { person: person(CHAND, "pb") });
    // Punjab heard of the device before Sindh does, and knows all of it.
    const thefts: Device[] = [
      { ...mine, person: BANO },
      { ...mine, person: BANO, key: "theirs" },
      { ...mine, person: CHAND, key: "theirs", revoked: true, turn: 1 },
      { ...mine, key: "theirs" },
      { ...mine, key: "theirs", revoked: true, turn: MAX_TURN },
    ];
    for (const device of thefts) if (rng() < 0.7) await say(pb, { device });
    const steps = [() => bring(pb, sd), () => bring(is, sd), () => bring(pb, is)];
    for (const step of steps.sort(() => rng() - 0.5)) await step();
    await bring(pb, sd);
    for (const { store } of [is, sd]) expect([seed, store.device(mine.id)]).toEqual([seed, mine]);
    expect([seed, sd.store.devicesOf(ASAD).length, sd.store.devicesOf(BANO).length]).toEqual([seed, 1, 0]);
    // A word that is meant for the true device counts wherever it is heard, and when.
    await issue(is, { device: { ...mine, revoked: true, turn: 1 } });
    await bring(is, sd);
    expect(sd.store.device(mine.id)?.revoked).toBe(true);
  }
});

test("another province's shutting out waits for the true device, past one that is after its id (R205, R206)", async () => {
  const [is, pb, sd] = three();
  const mine = deviceOf(ASAD, "the true key");
  await issue(is, { person: person(ASAD, "is") }, { device: mine });
  await sayKey(pb);
  await say(pb, { person: person(BANO, "pb") }, { device: { ...mine, person: BANO, key: "theirs" } });
  await bring(pb, sd);
  expect(sd.store.device(mine.id)?.person).toBe(BANO);
  await say(pb, { device: { ...mine, revoked: true, turn: 1 } });
  expect(await bring(pb, sd)).toEqual(["applied"]);
  expect(sd.store.device(mine.id)).toMatchObject({ person: BANO, revoked: false });
  await bring(is, sd);
  expect(sd.store.device(mine.id)).toEqual({ ...mine, revoked: true, turn: 1 });
});

test("a key that was let in once comes in no second time, shut out or not, and nobody else comes in as its device (R206)", async () => {
  const [is] = three();
  await issue(is, { person: person(ASAD, "is") }, { person: person(BANO, "is") });
  const enrol = async (who: string) => is.enrolment.enrol(await is.enrolment.issueCode(who, 60_000), "key", "phone");
  const { device } = await enrol(ASAD);
  is.wall.ms += 48 * 3600_000;
  const code = await is.enrolment.issueCode(ASAD, 60_000);
  is.wall.ms += 24 * 3600_000;
  expect(await refusal(is.enrolment.enrol(code, "key", "phone"))).toBe("fix");
  await is.enrolment.revoke(device);
  expect(await refusal(is.enrolment.enrol(code, "key", "phone"))).toBe("fix");
  expect(is.store.device(device)?.revoked).toBe(true);
  expect((await is.enrolment.enrol(code, "another key", "phone")).device).not.toBe(device);
  expect((await enrol(BANO)).device).not.toBe(device);
});
