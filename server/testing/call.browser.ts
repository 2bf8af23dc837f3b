import { afterAll, beforeAll, expect, test } from "bun:test";
import { BrowserHouse } from "./browser-house.ts";
import { CallPerson } from "./calls-person.ts";

let house: BrowserHouse;
let ayesha: CallPerson;
let bilal: CallPerson;
beforeAll(async () => {
  house = await BrowserHouse.open(["is"], { calls: true });
  ayesha = await CallPerson.sit(house, "ayesha");
  bilal = await CallPerson.sit(house, "bilal", { phone: true });
  await ayesha.open("bilal");
});
afterAll(() => house?.close());

test("one rings another, who accepts; both see and hear, sealed under one code", async () => {
  await ayesha.begin("video");
  await bilal.sees(bilal.words.incomingVideo);
  await bilal.shot("ringing-ur-phone");
  await ayesha.shot("calling-en");
  await bilal.press(bilal.words.acceptVideo);
  await Promise.all([ayesha.gets(1, 1), bilal.gets(1, 1)]);
  const [a, b] = [await ayesha.read(), await bilal.read()];
  expect(a).toMatchObject({ seal: "sealed", place: { mode: "one", at: "is" } });
  expect(a?.code).toMatch(/^\d{24}$/);
  expect(b?.code).toBe(a?.code as string);
  expect(a?.stats?.seal).toMatchObject({ wrong: 0 });
  expect(a?.stats?.seal.opened).toBeGreaterThan(10);
  await ayesha.shot("talking-en");
  await bilal.shot("talking-ur-phone");
});

test("camera and microphone are turned off and on, and the other is shown it", async () => {
  await ayesha.press(ayesha.words.stopCamera);
  await bilal.gets(1, 0);
  await ayesha.press(ayesha.words.startCamera);
  await bilal.gets(1, 1);
  await ayesha.press(ayesha.words.mute);
  await bilal.page.locator(`[aria-label="${bilal.words.isMuted}"]`).first().waitFor();
  await ayesha.press(ayesha.words.unmute);
  await bilal.gets(1, 1);
});

test("another camera and another microphone in the middle of it", async () => {
  await ayesha.press(ayesha.words.more);
  await ayesha.press(ayesha.words.devices);
  const choices = ayesha.page.locator(".panel.devices select");
  const second = (nth: number) => choices.nth(nth).locator("option").last().getAttribute("value");
  await choices.nth(0).selectOption((await second(0)) as string);
  await choices.nth(1).selectOption((await second(1)) as string);
  await bilal.gets(1, 1);
  await ayesha.page.keyboard.press("Escape");
});

test("a page that is loaded anew comes back into the call by itself", async () => {
  const before = (await bilal.read())?.stats?.seat;
  await bilal.page.reload();
  await bilal.is("talking");
  await Promise.all([ayesha.gets(1, 1), bilal.gets(1, 1)]);
  expect((await bilal.read())?.stats?.seat).not.toBe(before);
  expect((await ayesha.read())?.faces).toHaveLength(2);
});

test("hung up, it is in the room's log with how long it was", async () => {
  await ayesha.hangUp();
  await bilal.isOut();
  await bilal.shot("over-ur-phone");
  await bilal.dismiss();
  await ayesha.page.locator(".call-row").last().waitFor();
  await ayesha.shot("row-en");
});

test("declined, the caller is told; and one who hangs up first leaves a missed call", async () => {
  await ayesha.begin("audio");
  await bilal.press(bilal.words.decline);
  await ayesha.sees(ayesha.words.over.declined);
  await ayesha.dismiss();
  await ayesha.begin("audio");
  await bilal.sees(bilal.words.incoming);
  await ayesha.hangUp();
  await bilal.page.locator(".ring").waitFor({ state: "detached" });
  await bilal.open("ayesha");
  await bilal.sees(bilal.words.entry.missed);
  await bilal.shot("missed-ur-phone");
  expect([...ayesha.seat.faults, ...bilal.seat.faults]).toEqual([]);
});
