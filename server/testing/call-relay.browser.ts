import { afterAll, beforeAll, expect, test } from "bun:test";
import { BrowserHouse } from "./browser-house.ts";
import { CallPerson } from "./calls-person.ts";

let house: BrowserHouse;
let ayesha: CallPerson;
let bilal: CallPerson;
beforeAll(async () => {
  house = await BrowserHouse.open(["is"], { calls: true, relay: true });
  ayesha = await CallPerson.sit(house, "ayesha");
  bilal = await CallPerson.sit(house, "bilal", { relayed: true });
  await ayesha.open("bilal");
});
afterAll(() => house?.close());

test("whose network lets no media through is in the call over the relay", async () => {
  await ayesha.begin("video");
  await bilal.press(bilal.words.acceptVideo);
  await Promise.all([ayesha.gets(1, 1), bilal.gets(1, 1)]);
});

test("the relay is gone: those who need none go on, and it is found again when it is back", async () => {
  const { relay } = house.fleet;
  await relay?.kill();
  expect((await ayesha.read())?.phase).toBe("talking");
  await relay?.start();
  await Promise.all([ayesha.gets(1, 1), bilal.gets(1, 1)]);
});
