import { afterAll, beforeAll, expect, test } from "bun:test";
import { en } from "../../web/locales/admin/en.ts";
import { ur } from "../../web/locales/admin/ur.ts";
import { dateOf } from "../../web/admin/time.ts";
import { wallOf } from "../../web/view/meet/pakistan-time.ts";
import { openDesk } from "../ops/desk.ts";
import { administratorOf, clerks, press } from "./administrator.ts";
import { BrowserHouse } from "./browser-house.ts";
import { until } from "./until.ts";

const DAY = 24 * 3600_000;
const PHONE = { width: 360, height: 640, locale: "ur-PK" };
const [first, second] = clerks.map(({ person }) => person.id) as [string, string];
const ahead = Date.now() + 30 * DAY;

let house: BrowserHouse;
beforeAll(async () => {
  house = await BrowserHouse.open(["is"]);
  const desk = await openDesk(house.fleet.site("is").data);
  await desk.act({ do: "put", entries: clerks });
  await desk.close();
});
afterAll(() => house?.close());

test("a retirement is given for a day, shown with the person and among the orders, and called off in Urdu (R100)", async () => {
  const farhan = await administratorOf(house, "farhan", "chromium");
  const { page } = farhan;
  const admin = `${house.address("is")}/#/admin`;
  await page.goto(`${admin}/people/${first}`);
  await press(page, en.retire);
  await page.getByText(en.willChange(1)).waitFor();
  const day = page.getByLabel(en.from);
  expect(await day.inputValue()).toBe(wallOf(Date.now()).date);
  await day.fill("2001-01-01");
  await press(page, en.carryOut);
  await page.getByText(en.badDay).waitFor();
  await day.fill(wallOf(ahead).date);
  await page.getByText(en.badDay).waitFor({ state: "detached" });
  await farhan.shot("admin-dated-sheet-en");
  await press(page, en.carryOut);
  await page.getByText(en.statesOn.retired(dateOf(ahead, "en-GB"))).waitFor();
  await farhan.shot("admin-dated-person-en");
  await page.goto(`${admin}/orders/dated`);
  await page.locator(".admin-order", { hasText: "Clerk A" }).waitFor();
  await farhan.shot("admin-dated-orders-en");

  const hina = await administratorOf(house, "hina", "chromium", PHONE);
  await hina.page.goto(`${admin}/orders/dated`);
  await hina.page.locator(".admin-order").waitFor();
  await hina.shot("admin-dated-orders-ur");
  await hina.page.goto(`${admin}/people/${second}`);
  await press(hina.page, ur.retire);
  await hina.page.getByLabel(ur.from).fill(wallOf(ahead).date);
  await hina.page.getByText(ur.willChange(1)).waitFor();
  await hina.page.evaluate(() => Promise.all(document.getAnimations().map((each) => each.finished)));
  await hina.shot("admin-dated-sheet-ur");
  await press(hina.page, ur.cancel);
  await hina.page.goto(`${admin}/people/${first}`);
  await hina.page.getByRole("button", { name: ur.callOff }).waitFor();
  await hina.shot("admin-dated-person-ur");
  await press(hina.page, ur.callOff);
  await hina.page.getByRole("button", { name: ur.callOff }).waitFor({ state: "detached" });
  await page.reload();
  await page.getByText(en.noOrders.dated).waitFor();
  expect([...farhan.faults, ...hina.faults]).toEqual([]);
});

test("the operator's is carried out by the running node when its moment comes", async () => {
  const desk = await openDesk(house.fleet.site("is").data);
  const from = Date.now() + 1500;
  const { dated } = await desk.act({ do: "state", people: [second], state: "retired", from });
  expect(dated?.from).toBe(from);
  expect(await desk.list({ list: "orders", state: "dated" })).toMatchObject([{ order: { id: dated?.order } }]);
  await until(async () => {
    const [known] = await desk.list<{ order: { id: string }; state: string }>({ list: "orders", state: "done" });
    return known?.order.id === dated?.order && known?.state === "done";
  }, "the order is carried out");
  const retired = await desk.list<{ id: string }>({ list: "people", state: "retired" });
  expect(retired.map(({ id }) => id)).toContain(second);
  await desk.close();
});
