import { afterAll, beforeAll, expect, test } from "bun:test";
import { until } from "./until.ts";
import { hindrances, watchFetching } from "../../web/view/testing/usable.ts";
import { BrowserHouse, type Seat } from "./browser-house.ts";

const PHONE = {
  width: 360,
  height: 640,
  prepare: async (page: Parameters<typeof watchFetching>[0]) => watchFetching(page),
};

let house: BrowserHouse;
beforeAll(async () => {
  house = await BrowserHouse.open(["is", "pb"]);
});
afterAll(() => house?.close());

/** Begins a conversation with somebody found by name, and writes. */
async function contact(seat: Seat, name: string, words: string): Promise<void> {
  await seat.page.locator("#search").fill(name);
  await seat.page.locator(".rooms .row", { hasText: name }).last().click();
  await seat.page.locator("textarea").waitFor();
  await seat.write(words);
  await seat.stage(words, /^(Stored|In all provinces)/);
}

const list = (seat: Seat) => seat.page.locator(".rooms").innerText();

test("a stranger's first words wait as a request; accepted they are a conversation, blocked they are nothing (R190 to R193)", async () => {
  // Of another province, and of a unit that stands far from hers: with both she is in a channel alone.
  const hina = await house.seat("hina", "chromium", PHONE);
  const usman = await house.seat("usman", "chromium");
  const bilal = await house.seat("bilal", "chromium");
  const before = await hina.page.title();
  await contact(usman, "Hina", "May I have the list of the delegation?");
  await contact(bilal, "Hina", "Sign this at https://example.org today");
  await until(
    async () => (await hina.page.locator(".contacts-row").innerText()).includes("2 requests"),
    "two requests",
  );
  for (const words of ["delegation?", "Sign this"]) expect(await list(hina)).not.toContain(words);
  expect(await hina.page.title()).toBe(before);
  await hina.page.locator(".contacts-row").click();
  await hina.page.locator(".found .row", { hasText: "Usman" }).click();
  await hina.says(/May I have the list/);
  expect(await hindrances(hina.page)).toEqual([]);
  await hina.shot("contacts-request-phone");
  // Looking tells the other nothing.
  await usman.stage("May I have the list", /^(Stored|In all provinces)/);
  expect(await usman.page.getByRole("button", { name: /^(Delivered|Read)/ }).count()).toBe(0);

  await hina.page.getByRole("button", { name: "Accept" }).click();
  await hina.sees("May I have the list of the delegation?");
  await hina.write("Certainly, by noon.");
  await usman.sees("Certainly, by noon.");
  await usman.stage("May I have the list", /^(Delivered|Read)/);

  await hina.page.goBack();
  await hina.page.locator(".found .row", { hasText: "Bilal" }).click();
  await hina.page.getByRole("button", { name: "Block" }).click();
  expect(await hindrances(hina.page)).toEqual([]);
  await hina.page.locator(".confirm .danger").click();
  await hina.page.getByText("No requests").waitFor();
  await bilal.write("Are you there?");
  await bilal.stage("Are you there?", /^(Stored|In all provinces)/);
  await hina.page.reload();
  await hina.page.locator("nav.side").waitFor();
  await hina.says(/Delegation visit/);
  expect(await hina.page.locator(".contacts-row").count()).toBe(0);
  for (const words of ["Sign this", "Are you there"]) expect(await list(hina)).not.toContain(words);
  expect([...hina.faults, ...usman.faults, ...bilal.faults]).toEqual([]);
});
