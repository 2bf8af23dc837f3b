import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { en } from "../../web/locales/admin/en.ts";
import { ur } from "../../web/locales/admin/ur.ts";
import { openDesk } from "../ops/desk.ts";
import { unitId } from "../ops/seed-offices.ts";
import { personId } from "../ops/seed-people.ts";
import { administratorOf, approve, clerks, FINANCE, go, press } from "./administrator.ts";
import { BrowserHouse, type Seat } from "./browser-house.ts";

const PHONE = { width: 360, height: 640 };
const WAITS = /Waits for a second administrator/;
const ADMINISTRATION = unitId("administration");

let house: BrowserHouse;
beforeAll(async () => {
  house = await BrowserHouse.open(["is"]);
  const desk = await openDesk(house.fleet.site("is").data);
  await desk.act({ do: "put", entries: clerks });
  await desk.close();
});
afterAll(() => house?.close());

let farhan: Seat;
let hina: Seat;

test("an administrator adds a person, invites them on paper, and they come in by the sheet's code", async () => {
  farhan = await administratorOf(house, "farhan", "chromium");
  const { page } = farhan;
  await farhan.shot("admin-node-overview-en");
  await go(page, "people");
  await press(page, en.addPerson);
  await page.getByLabel(en.inEnglish(en.name)).fill("Zubair Khan");
  await page.getByLabel(en.inUrdu(en.name)).fill("زبیر خان");
  await page.locator("select").first().selectOption(ADMINISTRATION);
  await page.getByLabel(en.number).fill("AW-7");
  await page.getByLabel(en.mobile).fill("0300 1234567");
  await press(page, en.save);
  await page.getByRole("heading", { name: "Zubair Khan", level: 1 }).waitFor();
  await page.getByText("+923001234567").waitFor();
  await press(page, en.invite);
  await press(page, en.preview);
  await page.getByText(en.willChange(1)).waitFor();
  await press(page, en.carryOut);
  const sheet = page.locator(".admin-paper");
  await sheet.locator(".admin-qr").waitFor();
  await farhan.shot("admin-node-paper-en");
  const code = (await sheet.locator(".admin-code").innerText()).trim();
  const zubair = await house.visitor("chromium", `${house.address("is")}/#/join/${code}`, PHONE);
  await zubair.page.getByRole("button", { name: "Sign in", exact: true }).click();
  await zubair.page.locator("nav.side").waitFor();
  expect(zubair.faults).toEqual([]);
  await zubair.page.context().close();
  await press(page, en.putAway);
});

test("a post is handed over in one order by two hands, and back the same way", async () => {
  const { page } = farhan;
  await go(page, "posts");
  await page.getByRole("link", { name: "Ayesha Rahman" }).click();
  await press(page, en.handOver);
  await page.getByLabel(en.findPeople).fill("Zubair");
  await page.locator(".admin-picker .row", { hasText: "Zubair Khan" }).click();
  await page.getByLabel(en.orderNumber).fill("F.1(3)/2026-Admn");
  // Beforehand, not only once it waits: the post was held by somebody.
  await farhan.page.getByText(en.needsSecond).waitFor();
  await farhan.shot("admin-node-handover-en");
  await press(page, en.handOver);
  await page.getByRole("heading", { name: "Zubair Khan", level: 1 }).waitFor();
  await page.getByText(WAITS).first().waitFor();
  await farhan.shot("admin-node-handover-waits-en");
  hina = await administratorOf(house, "hina", "firefox");
  await approve(house, hina, "Enter or change", "Zubair Khan");
  await page.reload();
  await page.getByText("F.1(3)/2026-Admn").waitFor();
  await farhan.shot("admin-node-handed-over-en");
  await go(page, "posts");
  await page.getByRole("link", { name: "Zubair Khan" }).waitFor();
  await page.goto(`${house.address("is")}/#/admin/orders/done`);
  const done = page.locator(".admin-rows > li", { hasText: "Enter or change" }).first();
  await done.getByRole("button", { name: en.undo }).click();
  await page.getByText(en.needsSecond).waitFor();
  await press(page, en.submitForSecond);
  await page.locator(".dialog").waitFor({ state: "detached" });
  await approve(house, hina, en.acts.putBack(2), "Ayesha Rahman");
  await go(page, "posts");
  await page.getByRole("link", { name: "Ayesha Rahman" }).waitFor();
  expect([...farhan.faults, ...hina.faults]).toEqual([]);
});

test("a nodal officer sees the people of the own unit alone, in Urdu on a phone", async () => {
  const bilal = await administratorOf(house, "bilal", "chromium", { ...PHONE, locale: "ur-PK" });
  const { page } = bilal;
  await bilal.shot("admin-node-nodal-ur");
  const menu = (await page.locator(".admin-menu li").allInnerTexts()).map((text) => text.trim());
  expect(menu.filter(Boolean)).not.toContain(ur.sections.grants);
  await go(page, "people", ur);
  await page.getByText("کلرک 12", { exact: true }).waitFor();
  expect(await page.locator(".admin-people").innerText()).not.toContain("زبیر خان");
  await bilal.shot("admin-node-nodal-people-ur");
  await page.goto(`${house.address("is")}/#/admin/people/${personId("ayesha")}`);
  await page.locator(".admin-trouble").waitFor();
  await page.goto(`${house.address("is")}/#/admin/grants`);
  await page.getByText(ur.notYours).waitFor();
  expect(bilal.faults).toEqual([]);
  await page.context().close();
});

test("a removal of twelve waits for a second administrator in another browser, and is undone the same way", async () => {
  const { page } = farhan;
  await page.goto(`${house.address("is")}/#/admin/people`);
  await page.locator(".admin-filters select").first().selectOption(FINANCE);
  await page.getByText("Clerk A").waitFor();
  for (const { person } of clerks) await page.getByLabel(en.tick(person.name.en), { exact: true }).check();
  await press(page, en.remove);
  await page.getByText(en.needsSecond).waitFor();
  await farhan.shot("admin-node-remove-en");
  await press(page, en.submitForSecond);
  await page.getByText(WAITS).first().waitFor();
  await page.getByText("Clerk A").first().waitFor();
  await approve(house, hina, en.acts.removed(12));
  await page.locator(".admin-filters select").nth(1).selectOption("removed");
  await page.locator(".admin-people").getByText("Clerk L").waitFor();
  await page.goto(`${house.address("is")}/#/admin/orders/done`);
  await page
    .locator(".admin-rows > li", { hasText: en.acts.removed(12) })
    .getByRole("button", { name: en.undo })
    .click();
  await page.getByText(en.needsSecond).waitFor();
  await press(page, en.submitForSecond);
  await page.locator(".dialog").waitFor({ state: "detached" });
  await approve(house, hina, en.acts.active(12));
  await page.goto(`${house.address("is")}/#/admin/people`);
  await page.locator(".admin-filters select").nth(1).selectOption("active");
  await page.locator(".admin-people").getByText("Clerk L").waitFor();
  expect([...farhan.faults, ...hina.faults]).toEqual([]);
});

test("a file of people is read first, its faults named, and then entered; again it changes nothing", async () => {
  const { page } = farhan;
  const rows = [
    "number,name_en,name_ur,unit_en,unit_ur,post_en,post_ur,mobile",
    "IM-1,Noreen Akhtar,نورین اختر,Audit Wing,شعبۂ آڈٹ,Auditor,آڈیٹر,+923001110001",
    "IM-2,Shahid Mir,شاہد میر,Audit Wing,شعبۂ آڈٹ,Clerk,کلرک,not a number",
    "IM-3,Lubna Aziz,لبنیٰ عزیز,Audit Wing,شعبۂ آڈٹ,Clerk,کلرک,+923001110003",
  ];
  const choose = () =>
    page.setInputFiles("input[type=file]", {
      ...{ name: "staff.csv", mimeType: "text/csv" },
      buffer: Buffer.from(rows.join("\n")),
    });
  await page.goto(`${house.address("is")}/#/admin/import`);
  await choose();
  await page.getByText(en.refusedRows(1)).first().waitFor();
  expect(await page.locator(".admin-table tbody").innerText()).toMatch(/^3\s+mobile/);
  await farhan.shot("admin-node-import-en");
  await page.getByRole("button", { name: /^Enter \d+ entr/ }).click();
  await page.getByText(/Done: \d+ new, 0 changed/).waitFor();
  await press(page, en.otherFile);
  await choose();
  await page.getByText(en.refusedRows(1)).first().waitFor();
  expect(await page.locator(".admin-figures li").first().innerText()).toMatch(/^0\s/);
  await go(page, "people");
  await page.locator(".admin-filters select").first().selectOption("");
  await page.getByLabel(en.findPeople).fill("لبنی");
  await page.locator(".admin-people").getByText("Lubna Aziz").waitFor();
  expect(farhan.faults).toEqual([]);
});

test("a wave is held back by hand and let go on, and a unit is added below another", async () => {
  const { page } = farhan;
  await go(page, "waves");
  const wave = page.locator(".admin-wave", { hasText: "First departments" });
  await wave.getByRole("button", { name: en.hands.hold }).click();
  await page.getByText(en.willChange(1)).waitFor();
  await press(page, en.carryOut);
  await wave.getByText(en.waveStates.held, { exact: true }).waitFor();
  await farhan.shot("admin-node-waves-en");
  await press(page, en.undo);
  await wave.getByText(en.waveStates.open, { exact: true }).waitFor();
  await go(page, "units");
  await page.getByText("Finance Wing").click();
  await press(page, en.addBelow);
  await page.getByLabel(en.inEnglish(en.name)).fill("Pension Section");
  await page.getByLabel(en.inUrdu(en.name)).fill("پنشن سیکشن");
  await press(page, en.save);
  await page.locator(".admin-tree").getByText("Pension Section").waitFor();
  expect(farhan.faults).toEqual([]);
});

test("an export waits for the second administrator, and its file is fetched once", async () => {
  const { page } = farhan;
  await page.goto(`${house.address("is")}/#/admin/people`);
  await press(page, en.exportPeople);
  await page.getByText(en.needsSecond).waitFor();
  await press(page, en.submitForSecond);
  await page.locator(".dialog").waitFor({ state: "detached" });
  await hina.page.goto(`${house.address("is")}/#/admin`);
  await go(hina.page, "orders");
  await hina.page.locator(".admin-order", { hasText: en.acts.exportPeople }).getByText(en.approve).click();
  await hina.page.getByText(en.noOrders.waiting).waitFor();
  await page.goto(`${house.address("is")}/#/admin/orders/done`);
  const coming = page.waitForEvent("download");
  await press(page, en.fetchFile);
  const file = readFileSync(await (await coming).path(), "utf8");
  expect(file).toContain("Clerk A");
  expect(file).toContain("زبیر خان");
  await press(page, en.fetchFile);
  await page.locator(".trouble[role=alert]").waitFor();
});

test("a token is shown once, to the second administrator", async () => {
  const { page } = farhan;
  await go(page, "tokens");
  await press(page, en.makeToken);
  await page.getByLabel(en.tokenName).fill("HR, Establishment Division");
  await press(page, en.preview);
  await press(page, en.submitForSecond);
  await page.locator(".dialog").waitFor({ state: "detached" });
  await hina.page.goto(`${house.address("is")}/#/admin`);
  await go(hina.page, "orders");
  await press(hina.page, en.approve);
  const token = (await hina.page.locator(".admin-secret .admin-code").innerText()).trim();
  expect(token.length).toBeGreaterThan(20);
  await go(hina.page, "tokens");
  await hina.page.locator(".admin-rows").getByText("HR, Establishment Division").waitFor();
  expect(hina.faults).toEqual([]);
});

test("the auditor finds all of it in the log, in words, and changes nothing", async () => {
  const saima = await administratorOf(house, "saima", "chromium");
  const { page } = saima;
  await go(page, "audit");
  await page.locator(".admin-rows > li", { hasText: en.auditKinds.order }).first().waitFor();
  await saima.shot("admin-node-audit-en");
  await page.getByLabel(en.auditKind).selectOption("order-waiting");
  await press(page, en.find);
  await page.waitForFunction(() => document.querySelectorAll(".admin-rows > li").length === 6);
  const waited = await page.locator(".admin-rows").innerText();
  expect(waited).toContain("Farhan Siddiqui");
  expect(waited).toContain("Clerk A");
  await page.getByLabel(en.auditKind).selectOption("order");
  await press(page, en.find);
  await page.locator(".admin-rows > li", { hasText: "Hina Durrani" }).first().waitFor();
  const done = await page.locator(".admin-rows").innerText();
  expect(done).toContain(en.doNames.invite as string);
  await page.getByLabel(en.auditKind).selectOption("read");
  await press(page, en.find);
  await page.locator(".admin-rows > li", { hasText: "Saima Noor" }).first().waitFor();
  await page.goto(`${house.address("is")}/#/admin/people/${personId("ayesha")}`);
  await page.getByRole("heading", { name: "Ayesha Rahman", level: 1 }).waitFor();
  expect(await page.getByRole("button", { name: en.remove, exact: true }).count()).toBe(0);
  expect(saima.faults).toEqual([]);
});
