import { afterAll, beforeAll, expect, test } from "bun:test";
import { janusPid } from "../ops/fleet-janus.ts";
import { BrowserHouse } from "./browser-house.ts";
import { CallPerson } from "./calls-person.ts";
import type { CallReading } from "./calls-probe.ts";
import { until } from "./until.ts";

const ROOM = "Rajanpur embankment";

let house: BrowserHouse;
let people: CallPerson[];
let here: CallPerson[];
let there: CallPerson[];
beforeAll(async () => {
  house = await BrowserHouse.open(["is", "pb"], { calls: true });
  here = [await CallPerson.sit(house, "ayesha"), await CallPerson.sit(house, "bilal")];
  there = [
    await CallPerson.sit(house, "nadia", { phone: true }),
    await CallPerson.sit(house, "usman", { phone: true }),
  ];
  people = [...here, ...there];
  await (here[0] as CallPerson).gather(ROOM, ["bilal", "nadia", "usman"]);
  for (const person of people) await person.open(ROOM);
});
afterAll(() => house?.close());

const shots = (name: string) =>
  Promise.all([here[0]?.shot(`${name}-en`), there[0]?.shot(`${name}-ur-phone`)]).then(() => {});

test("two of two provinces, then four, see and hear each other through two gateways under one code", async () => {
  const [ayesha, bilal, nadia, usman] = people as [CallPerson, CallPerson, CallPerson, CallPerson];
  await ayesha.begin("video", true);
  await nadia.press(nadia.words.acceptVideo);
  await Promise.all([ayesha.gets(1, 1), nadia.gets(1, 1)]);
  expect((await nadia.read())?.place).toEqual({ mode: "cascade" });
  await bilal.press(bilal.words.acceptVideo);
  await usman.press(usman.words.acceptVideo);
  await Promise.all(people.map((person) => person.gets(3, 3)));
  const codes = await Promise.all(people.map(async (person) => (await person.read())?.code));
  expect(codes[0]).toMatch(/^\d{24}$/);
  expect(new Set(codes).size).toBe(1);
  await shots("four");
});

test("a gateway is killed in the middle of it: its people are back, sealed as before", async () => {
  const lives = await Promise.all(here.map(async (person) => (await person.read())?.stats?.life ?? 0));
  process.kill(janusPid(house.fleet.site("is").data) as number, "SIGKILL");
  for (const [i, person] of here.entries())
    await until(async () => ((await person.read())?.stats?.life ?? 0) > (lives[i] as number), "a new life");
  await Promise.all(people.map((person) => person.gets(3, 3)));
});

test("a frozen gateway is replaced", async () => {
  const pid = janusPid(house.fleet.site("pb").data) as number;
  process.kill(pid, "SIGSTOP");
  await until(async () => ![undefined, pid].includes(janusPid(house.fleet.site("pb").data)), "another gateway");
  await Promise.all(people.map((person) => person.gets(3, 3)));
});

test("a node is killed with its gateway going on, and started again: its people are back in the same call", async () => {
  const { node } = house.fleet.site("is");
  const call = (await there[0]?.read())?.id;
  await node.kill();
  await Bun.sleep(500);
  await node.start();
  await Promise.all(people.map((person) => person.isHome(4)));
  await Promise.all(people.map((person) => person.gets(3, 3)));
  for (const person of people) expect((await person.read())?.id).toBe(call as string);
});

test("a cut link: each side goes on with its own people and says so; healed, it is one call again", async () => {
  const call = (await here[0]?.read())?.id;
  house.link("is", "pb", "cut");
  for (const person of people) {
    let has: CallReading | null = null;
    const isTold = async () => {
      has = await person.read();
      return has?.cut.length;
    };
    await until(isTold, () => `${person.who} is told of the cut (has ${JSON.stringify(has)})`);
    await person.page.locator(".notice.warn").first().waitFor();
  }
  await Promise.all(people.map((person) => person.gets(1, 1)));
  await shots("cut");
  house.link("is", "pb", "open");
  await Promise.all(people.map((person) => person.gets(3, 3)));
  for (const person of people) expect(await person.read()).toMatchObject({ cut: [], id: call as string });
  const codes = await Promise.all(people.map(async (person) => (await person.read())?.code));
  expect(new Set(codes).size).toBe(1);
});

test("who begins and who leaves last: the room's log keeps one entry, the same in both provinces", async () => {
  for (const person of people) await person.hangUp().then(() => person.isOut());
  const [ayesha, , nadia] = people as [CallPerson, CallPerson, CallPerson];
  for (const person of [ayesha, nadia]) expect(await person.page.locator("[role=log] .call-row").count()).toBe(1);
  // Who was there stands under the province that signed it, of both; the page is loaded anew, as it asks for their keys then.
  for (const person of [ayesha, nadia]) {
    await person.page.reload();
    const record = person.page.locator("[role=log] .attendance");
    await record.locator("summary").click();
    await until(async () => (await record.locator("ul").count()) === 2, "two provinces' parts are shown");
    // Whoever sat at the other province while their own node was away stands in its part, too.
    const names = await record.locator("li bdi.name").allTextContents();
    expect(new Set(names).size).toBe(people.length);
    expect(await record.textContent()).not.toContain(person.words.signedByNobody);
  }
  expect(people.flatMap(({ seat }) => seat.faults)).toEqual([]);
});
