import { afterAll, beforeAll, expect, test } from "bun:test";
import { BrowserHouse } from "./browser-house.ts";
import { CallPerson } from "./calls-person.ts";
import { until } from "./until.ts";

const ROOM = "Relief review";

let house: BrowserHouse;
let ayesha: CallPerson;
let bilal: CallPerson;
let nadia: CallPerson;
beforeAll(async () => {
  house = await BrowserHouse.open(["is", "pb"], { calls: true });
  ayesha = await CallPerson.sit(house, "ayesha");
  bilal = await CallPerson.sit(house, "bilal");
  nadia = await CallPerson.sit(house, "nadia", { phone: true });
  await ayesha.gather(ROOM, ["bilal", "nadia"]);
  for (const person of [ayesha, bilal, nadia]) await person.open(ROOM);
});
afterAll(() => house?.close());

/** Opens the list of people, where it is not open, and this person's row in it. */
async function row(host: CallPerson, name: string): Promise<void> {
  const panel = host.page.locator(".panel.people");
  if (!(await panel.isVisible())) await host.page.locator(".controls [aria-expanded]:has(.s-people)").click();
  const person = panel.locator("button.row").filter({ hasText: name });
  if ((await person.getAttribute("aria-expanded")) === "false") await person.click();
}

test("a conference with a lobby rings nobody, and who comes waits until a host lets them in", async () => {
  await ayesha.press(ayesha.words.videoCall);
  await ayesha.page.getByRole("radio", { name: ayesha.words.noRing }).check();
  await ayesha.page.getByRole("switch", { name: ayesha.words.withLobby }).click();
  await ayesha.press(ayesha.words.begin);
  await ayesha.sees(ayesha.words.aloneHere);
  await nadia.join();
  await nadia.is("lobby");
  expect((await nadia.read())?.faces.filter(({ mine }) => !mine)).toEqual([]);
  expect(await bilal.page.locator(".ring").count()).toBe(0);
  await nadia.shot("lobby-ur-phone");
  await ayesha.press(ayesha.words.look);
  await ayesha.shot("lobby-host-en");
  await ayesha.press(ayesha.words.admit);
  await Promise.all([ayesha.gets(1, 1), nadia.gets(1, 1)]);
});

test("a lobby that is opened lets the next one straight in", async () => {
  await ayesha.page.getByRole("switch", { name: ayesha.words.lobby }).click();
  await bilal.join();
  await Promise.all([ayesha, bilal, nadia].map((person) => person.gets(2, 2)));
});

test("a host mutes one across provinces, who is asked and unmutes by herself", async () => {
  await row(ayesha, "Nadia Cheema");
  await ayesha.press(ayesha.words.muteOne);
  await until(async () => !(await nadia.read())?.faces.find(({ mine }) => mine)?.on.includes("mic"), "she is muted");
  await bilal.gets(1, 2);
  await row(ayesha, "Nadia Cheema");
  await ayesha.press(ayesha.words.askToSpeak);
  await nadia.press(nadia.words.unmuteNow);
  await bilal.gets(2, 2);
});

test("a raised hand is seen, and lowered by a host", async () => {
  await bilal.press(bilal.words.raise);
  await nadia.page.locator(`[aria-label="${nadia.words.handUp}"]`).first().waitFor();
  await row(ayesha, "Bilal Qureshi");
  await ayesha.press(ayesha.words.lowerHand);
  await nadia.page.locator(`[aria-label="${nadia.words.handUp}"]`).first().waitFor({ state: "detached" });
});

test("a screen is shared with all, and taken back", async () => {
  await bilal.press(bilal.words.share);
  const screen = async (person: CallPerson) => {
    const frames = (await person.read())?.stats?.received.find(({ track }) => track === "screen")?.frames ?? 0;
    return frames > 0;
  };
  for (const person of [ayesha, nadia]) await until(() => screen(person), `${person.who} sees the screen`);
  await ayesha.shot("screen-en");
  await nadia.shot("screen-ur-phone");
  await bilal.press(bilal.words.stopShare);
  await until(async () => !(await nadia.read())?.faces.some(({ screen }) => screen), "it is gone");
});

test("who is removed stays out, a locked call takes nobody new, and a host ends it for all", async () => {
  await row(ayesha, "Bilal Qureshi");
  await ayesha.press(ayesha.words.remove);
  await ayesha.page.locator(".panel.people .danger").first().click();
  await bilal.sees(bilal.words.over.removed);
  await bilal.dismiss();
  await ayesha.page.getByRole("switch", { name: ayesha.words.lock }).click();
  await bilal.page.locator(".join-now").first().click();
  await bilal.sees(bilal.words.lockedHint);
  await ayesha.shot("host-en");
  await ayesha.press(ayesha.words.endForAll);
  await ayesha.page.locator(".host-tools .danger").first().click();
  await nadia.sees(nadia.words.over.ended);
  expect([ayesha, bilal, nadia].flatMap(({ seat }) => seat.faults)).toEqual([]);
});
