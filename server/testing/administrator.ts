import type { Page } from "playwright-core";
import { mintId } from "#protocol/ids";
import { en } from "../../web/locales/admin/en.ts";
import { unitId } from "../ops/seed-offices.ts";
import type { Who } from "../ops/seed-people.ts";
import type { BrowserHouse, Seat } from "./browser-house.ts";
import type { Engine } from "./browsers.ts";

const NOW = Date.now();
const two = (name: string, inUrdu: string) => ({ en: name, ur: inUrdu });

export const FINANCE = unitId("finance");

/** Clerks of the finance wing, as many as no administrator removes alone. */
export const clerks = Array.from({ length: 12 }, (_, i) => ({
  person: {
    id: mintId(NOW + i),
    province: "is",
    name: two(`Clerk ${"ABCDEFGHIJKL"[i]}`, `کلرک ${i + 1}`),
    post: two("", ""),
    unit: two("", ""),
    unitId: FINANCE,
    number: `FW-${100 + i}`,
  },
}));

/** An administrator before the administration, come by way of the settings. */
export async function administratorOf(
  house: BrowserHouse,
  who: Who,
  engine: Engine,
  options: Parameters<BrowserHouse["seat"]>[2] = {},
): Promise<Seat> {
  const seat = await house.seat(who, engine, options);
  await seat.page.goto(`${house.address("is")}/#/settings`);
  await seat.page.locator(".dialog a[href='#/admin']").click();
  await seat.page.locator(".admin-figures").waitFor();
  return seat;
}

export const press = (page: Page, name: string): Promise<void> =>
  page.getByRole("button", { name, exact: true }).click();

/** Opens a section from the menu. */
export async function go(page: Page, section: keyof typeof en.sections, w = en): Promise<void> {
  const title = w.sections[section];
  await page.getByRole("navigation").getByRole("link", { name: title, exact: true }).click();
  await page.getByRole("heading", { name: title, level: 1 }).waitFor();
}

/** The waiting order is seen by the other administrator, with whom it touches, and approved. */
export async function approve(house: BrowserHouse, seat: Seat, what: string, whom = "Clerk A"): Promise<void> {
  const { page } = seat;
  await page.goto(`${house.address("is")}/#/admin`);
  await go(page, "orders");
  const waiting = page.locator(".admin-order", { hasText: what });
  await waiting.getByText(whom).first().waitFor();
  await seat.shot(`admin-node-approve-${what.replace(/\W+/g, "-")}`);
  await waiting.getByRole("button", { name: en.approve }).click();
  await waiting.waitFor({ state: "detached" });
}
