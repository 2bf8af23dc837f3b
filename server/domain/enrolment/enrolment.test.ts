import { expect, test } from "bun:test";
import { openHouse, refusal } from "../../testing/house-under-test.ts";

/** Somebody who has no device yet. */
async function comer(house: ReturnType<typeof openHouse>): Promise<string> {
  const words = { en: "Ayesha", ur: "عائشہ" };
  const id = "ab".repeat(16);
  await house.directory.put({ id, province: "is", name: words, post: words, unit: words });
  return id;
}

test("a code brings in one device, once, however it is typed", async () => {
  const house = openHouse();
  const ayesha = await comer(house);
  const code = await house.enrolment.issueCode(ayesha, 60_000);
  expect(code).toMatch(/^[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{4}-[2-9A-HJKMNP-TV-Z]{2}$/);
  const typed = code.toLowerCase().replaceAll("-", " ");
  const { person, device } = await house.enrolment.enrol(typed, "key", "Office desktop");
  expect(person).toBe(ayesha);
  expect(house.store.device(device)).toMatchObject({ person: ayesha, key: "key", revoked: false });
  expect(await refusal(house.enrolment.enrol(code, "other", "Thief"))).toBe("forbidden");
});

test("an expired code and a wrong one are refused in the same words", async () => {
  const house = openHouse();
  const ayesha = await comer(house);
  const code = await house.enrolment.issueCode(ayesha, 60_000);
  house.wall.ms += 60_001;
  const words = (code: string) => house.enrolment.enrol(code, "key", "").catch((error: Error) => error.message);
  expect(await words(code)).toBe((await words("2222-2222-22")) as string);
});

test("codes are for people of the own province; revoking keeps the device, marked", async () => {
  const house = openHouse();
  const nadia = await house.enter("pb", "Nadia");
  expect(await refusal(house.enrolment.issueCode(nadia, 1))).toBe("fix");
  await house.enrolment.revoke(nadia);
  expect(house.store.device(nadia)?.revoked).toBe(true);
});

test("what enters the directory goes to every other province", async () => {
  const house = openHouse();
  const words = { en: "Farhan", ur: "فرحان" };
  const person = { id: "cd".repeat(16), province: "is", name: words, post: words, unit: words };
  await house.directory.put(person);
  // The province's key goes before it.
  expect(house.store.waiting()).toEqual({ pb: 2, sd: 2 });
  expect(house.directory.find("فرحان")).toEqual([person]);
  expect(await refusal(house.directory.put({ ...person, province: "pb" }))).toBe("fix");
});
