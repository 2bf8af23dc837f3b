import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { en } from "../locales/admin/en.ts";
import { idOf } from "../view/testing/people.ts";
import { openPreviewPages } from "../view/testing/preview-pages.ts";
import { hindrances } from "../view/testing/usable.ts";
import { LOOKS } from "../view/testing/looks.ts";

const SHOTS = process.env.BEEP_SHOTS;
const AYESHA = idOf(0);

const PLACES: [string, string][] = [
  ["overview", ""],
  ["people", "people"],
  ["person", `people/${AYESHA}`],
  ["person-new", "people/new"],
  ["person-edit", `people/${AYESHA}/edit`],
  ["charge", `people/${AYESHA}/charge`],
  ["handover", `people/${AYESHA}/handover/c1`],
  ["import", "import"],
  ["units", "units/u2"],
  ["posts", "posts"],
  ["waves", "waves"],
  ["wave", "waves/w2"],
  ["invitations", "invitations"],
  ["sessions", "sessions"],
  ["reports", "reports"],
  ["orders", "orders"],
  ["orders-dated", "orders/dated"],
  ["orders-done", "orders/done"],
  ["grants", "grants"],
  ["tokens", "tokens"],
];

let pages: Awaited<ReturnType<typeof openPreviewPages>>;
beforeAll(async () => {
  pages = await openPreviewPages();
});
afterAll(() => pages?.close());

async function show(page: Page, look: string, place: string): Promise<void> {
  await pages.show(page, `${look}#/admin/${place}`);
  await page.locator(".admin-page").waitFor();
  await page.waitForFunction(() => !document.querySelector(".admin-page [aria-busy=true]"));
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();

/** What is amiss with the screen as it stands; it is kept to look at. */
async function amiss(page: Page, name: string): Promise<string[]> {
  if (SHOTS) await page.screenshot({ path: join(SHOTS, `admin-${name}.png`) });
  const found = await hindrances(page);
  const wide = await page.evaluate(() => {
    const body = document.querySelector(".admin-page");
    return body !== null && body.scrollWidth > body.clientWidth + 1;
  });
  return wide ? [...found, "wider than its page"] : found;
}

for (const [width, height, look, name] of LOOKS)
  test(`every section is usable by all and fits, ${name}`, async () => {
    await pages.withPage(width, height, async (page, faults) => {
      for (const [what, place] of PLACES) {
        await show(page, `${look}&admin=provincial`, place);
        expect([what, await amiss(page, `${what}-${name}`)]).toEqual([what, []]);
      }
      await show(page, `${look}&admin=auditor`, "audit");
      expect(await amiss(page, `audit-${name}`)).toEqual([]);
      for (const what of ["people", "units", "posts", "waves", "invitations", "orders", "tokens"]) {
        await show(page, `${look}&admin=provincial&bare`, what);
        expect([what, await amiss(page, `bare-${what}-${name}`)]).toEqual([what, []]);
      }
      expect(faults).toEqual([]);
    });
  });

test("each role sees its own sections, and no other", async () => {
  await pages.withPage(1280, 800, async (page) => {
    const menu = async (role: string) => {
      await show(page, `lang=en&admin=${role}`, "");
      return (await page.locator(".admin-menu li").allInnerTexts()).map((text) => text.trim());
    };
    expect(await menu("custodian")).toEqual(["Overview"]);
    expect(await menu("nodal")).toEqual([
      "Overview",
      "People",
      "Import",
      "Invitations",
      "Sessions",
      "Reports",
      "Orders",
    ]);
    expect(await menu("provincial")).not.toContain("Audit log");
    expect(await menu("auditor")).toContain("Audit log");
    await show(page, "lang=en&admin=nodal", "audit");
    await page.getByText(en.notYours).waitFor();
    await show(page, "lang=en&admin=provincial&connection=away", "people");
    await page.getByText(en.away, { exact: true }).waitFor();
    await show(page, "lang=en&admin=auditor", `people/${AYESHA}`);
    expect(await page.getByRole("button", { name: en.remove }).count()).toBe(0);
  });
});

test("people are ticked, seen in a preview, retired, and brought back by one button", async () => {
  await pages.withPage(1280, 800, async (page, faults) => {
    await show(page, "lang=en&admin=provincial", "people");
    await page.getByLabel(en.findPeople).fill("Maryam Bhatti");
    await page.getByText(en.shownOf(3, 3)).waitFor();
    await page.getByText(en.tickAll(3)).click();
    await page.getByText(en.ticked(3)).waitFor();
    await press(page, en.retire);
    await page.getByText(en.willChange(3)).waitFor();
    await page.getByText(en.canUndo).waitFor();
    expect(await amiss(page, "preview-desktop-en")).toEqual([]);
    await press(page, en.carryOut);
    await page.getByText("Done: retire 3 people.").first().waitFor();
    await page.getByText(en.nobodyFound).waitFor();
    expect(await amiss(page, "undo-desktop-en")).toEqual([]);
    await press(page, en.undo);
    await page.getByText(en.undone).first().waitFor();
    await page.getByText(en.shownOf(3, 3)).waitFor();
    expect(faults).toEqual([]);
  });
});

test("a hand-over says beforehand that a second administrator is needed, once a successor is chosen (R102)", async () => {
  await pages.withPage(360, 640, async (page, faults) => {
    await show(page, "lang=en&admin=provincial", `people/${AYESHA}/handover/c1`);
    expect(await page.getByText(en.needsSecond).count()).toBe(0);
    await page.locator(".admin-picker .row").nth(2).click();
    await page.getByText(en.needsSecond).waitFor();
    expect(await amiss(page, "handover-second-phone-en")).toEqual([]);
    await page.getByText(en.pickAnother).click();
    await page.getByText(en.needsSecond).waitFor({ state: "detached" });
    expect(faults).toEqual([]);
  });
});

test("many at once wait for a second administrator", async () => {
  await pages.withPage(360, 640, async (page) => {
    await show(page, "lang=en&admin=provincial", "people");
    await page.getByText(en.tickAll(131)).click();
    await page.getByText(en.ticked(131)).waitFor();
    await press(page, en.remove);
    await page.getByText(en.needsSecond).waitFor();
    await page.getByText("This person is of another unit.").waitFor();
    await press(page, en.submitForSecond);
    await page
      .getByText(/Waits for a second administrator/)
      .first()
      .waitFor();
  });
});

test("invitations on paper carry a QR code and both languages, one sheet a person", async () => {
  await pages.withPage(1280, 800, async (page, faults) => {
    await show(page, "lang=en&admin=provincial", "people");
    for (const i of [0, 1, 2]) await page.locator(".admin-person input").nth(i).check();
    await press(page, en.invite);
    await press(page, en.preview);
    await press(page, en.carryOut);
    await page.locator(".admin-paper").first().waitFor();
    expect(await page.locator(".admin-paper").count()).toBe(3);
    expect(await page.locator(".admin-paper").first().innerText()).toContain("BEEP-7F3K");
    expect(await page.locator(".admin-paper [lang=ur]").count()).toBe(6);
    expect(await amiss(page, "paper-desktop-en")).toEqual([]);
    if (SHOTS) {
      await page.emulateMedia({ media: "print" });
      await page.screenshot({ path: join(SHOTS, "admin-paper-print.png"), fullPage: true });
      await page.emulateMedia({ media: null });
    }
    const pdf = await page.pdf({ preferCSSPageSize: true });
    expect(
      Buffer.from(pdf)
        .toString("latin1")
        .match(/\/Type\s*\/Page\b/g)?.length,
    ).toBe(3);
    await press(page, en.putAway);
    await page.getByText(en.invitationsNote).waitFor();
    expect(faults).toEqual([]);
  });
});

test("a file is read and shown, its refused rows can be saved, and it is entered by pieces", async () => {
  await pages.withPage(360, 640, async (page, faults) => {
    await show(page, "lang=en&admin=provincial", "import");
    const csv = "number,name_en,name_ur\n1,A,ا\n";
    await page.setInputFiles("input[type=file]", { name: "staff.csv", mimeType: "text/csv", buffer: Buffer.from(csv) });
    await page.getByText(en.refusedRows(2)).first().waitFor();
    expect(await amiss(page, "imported-phone-en")).toEqual([]);
    const coming = page.waitForEvent("download");
    await press(page, en.saveRefused);
    const file = await coming;
    expect(file.suggestedFilename()).toBe("staff-refused.csv");
    expect(readFileSync((await file.path()) as string, "utf8")).toContain(
      '19,"name_ur","The name in Urdu is missing."',
    );
    await press(page, en.importNow(40));
    await page.getByText(en.imported(0, 40)).waitFor();
    expect(faults).toEqual([]);
  });
});

test("by keyboard: the menu leads to a section, its heading is spoken, a sheet holds the focus and gives it back", async () => {
  await pages.withPage(1280, 800, async (page) => {
    await show(page, "lang=en&admin=provincial", "");
    await page.locator(".admin-menu a").nth(3).focus();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.activeElement?.tagName === "H1");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Units");
    expect(await page.title()).toBe("Units – Beep");
    const opener = page.getByRole("button", { name: en.addUnit, exact: true });
    await opener.focus();
    await page.keyboard.press("Enter");
    await page.locator(".dialog").waitFor();
    for (let i = 0; i < 12; i++) await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.closest(".dialog") !== null)).toBe(true);
    await page.keyboard.press("Escape");
    await page.locator(".dialog").waitFor({ state: "detached" });
    await page.waitForFunction((element) => element === document.activeElement, await opener.elementHandle());
    await page.keyboard.press("Escape");
    await page.getByRole("heading", { name: "Overview" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator("nav.side").waitFor();
  });
});
