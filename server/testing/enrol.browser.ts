import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { URI } from "otpauth";
import type { Page } from "playwright-core";
import type { Person } from "#protocol/directory";
import { mintId } from "#protocol/ids";
import { en as enter } from "../../web/locales/enter/en.ts";
import { ur as enterUr } from "../../web/locales/enter/ur.ts";
import { en as own } from "../../web/locales/security/en.ts";
import { ur as ownUr } from "../../web/locales/security/ur.ts";
import { openDesk } from "../ops/desk.ts";
import { BrowserHouse, type Seat } from "./browser-house.ts";
import { OidcIssuer } from "./oidc-issuer.ts";
import { readQr } from "./qr-on-screen.ts";

const AXE = readFileSync(new URL(import.meta.resolve("axe-core/axe.min.js")), "utf8");
const PHONE = { width: 360, height: 640 };

const folder = mkdtempSync(join(tmpdir(), "beep-enrol-"));
const issuer = new OidcIssuer();
let house: BrowserHouse;
beforeAll(async () => {
  await issuer.listen();
  const oidc = join(folder, "oidc.json");
  writeFileSync(oidc, JSON.stringify({ ...issuer.settings, claim: "sub", field: "number" }), { mode: 0o600 });
  house = await BrowserHouse.open(["is"], { name: "localhost", env: { BEEP_OIDC: oidc } });
  issuer.serve([`${house.address("is")}/v1/oidc/back`]);
});
afterAll(async () => {
  await house?.close();
  await issuer.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** The code of an invitation for somebody whom the directory knows by that name. */
async function invited(name: string): Promise<string> {
  const desk = await openDesk(house.fleet.site("is").data);
  const person = (await desk.people(name)).find((each) => each.name.en === name) as Person;
  const code = await desk.code(person.id, 600_000);
  await desk.close();
  return code;
}

const press = (page: Page, name: string) => page.getByRole("button", { name, exact: true }).click();
const inside = (page: Page) => page.locator("nav.side").waitFor();

/** The screen as it is kept to look at, once it is found usable by all and to fit. */
async function seen(seat: Seat, name: string): Promise<void> {
  await seat.page.evaluate(() => Promise.all(document.getAnimations().map(({ finished }) => finished)));
  await seat.shot(`enrol-${name}`);
  await seat.page.evaluate(AXE);
  const found = await seat.page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } };
    const { violations } = await axe.run();
    const wide = document.documentElement.scrollWidth > innerWidth;
    return [...violations.map(({ id }) => id), ...(wide ? ["wider than the screen"] : [])];
  });
  expect([name, found]).toEqual([name, []]);
}

/** Recovery codes are shown once, and not left before they are kept. */
async function keepCodes(seat: Seat, w: typeof own, name: string): Promise<string[]> {
  const { page } = seat;
  await page.locator(".codes li").first().waitFor();
  const codes = await page.locator(".codes li").allInnerTexts();
  expect(new Set(codes).size).toBe(10);
  await page.keyboard.press("Escape");
  expect(await page.getByRole("button", { name: w.done, exact: true }).isDisabled()).toBe(true);
  await seen(seat, name);
  await page.getByRole("checkbox", { name: w.codesKept }).check();
  await press(page, w.done);
  return codes;
}

let first: Seat;

test("a new person comes in by the address of an invitation, makes a passkey, and comes back by it", async () => {
  const code = await invited("Zainab Malik");
  const cspFaults: string[] = [];
  const seat = await house.visitor("chromium", `${house.address("is")}/#/join/${code}`, {
    ...PHONE,
    prepare: async (page) => {
      page.on(
        "console",
        (message) => /Content Security Policy/i.test(message.text()) && cspFaults.push(message.text()),
      );
      const cdp = await page.context().newCDPSession(page);
      await cdp.send("WebAuthn.enable");
      await cdp.send("WebAuthn.addVirtualAuthenticator", {
        options: {
          ...{ protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true },
          ...{ isUserVerified: true, automaticPresenceSimulation: true },
        },
      });
    },
  });
  const { page } = seat;
  await page.getByLabel(enter.code).waitFor();
  expect(await page.getByLabel(enter.code).inputValue()).toBe(code);
  expect(new URL(page.url()).hash).toBe("#/");
  await seen(seat, "invited-phone-en");
  await press(page, enter.signIn);
  await inside(page);
  await page.getByRole("heading", { name: own.protect }).waitFor();
  await seen(seat, "protect-phone-en");
  await page.getByRole("button", { name: own.protectPasskey }).click();
  await keepCodes(seat, own, "codes-phone-en");
  await press(page, own.goOn);
  await page.locator(".dialog").waitFor({ state: "detached" });

  // The browser forgets everything but the passkey.
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Storage.clearDataForOrigin", { origin: house.address("is"), storageTypes: "all" });
  await page.goto(house.address("is"));
  await page.reload();
  await press(page, enter.otherWays);
  await seen(seat, "ways-phone-en");
  await page.getByRole("button", { name: enter.ways.passkey }).click();
  await seen(seat, "passkey-phone-en");
  await press(page, enter.passkeyUse);
  await inside(page);
  expect(cspFaults).toEqual([]);
  expect(seat.faults).toEqual([]);
  first = seat;
});

test("where there are no passkeys, PIN and authenticator do; a used code is refused in Urdu", async () => {
  const code = await invited("Kamran Yousafzai");
  const seat = await house.visitor("firefox", house.address("is"), { locale: "ur-PK" });
  const { page } = seat;
  await page.getByLabel(enterUr.code).fill("2222-2222-22");
  await press(page, enterUr.signIn);
  await page.getByText(enterUr.refused.code).waitFor();
  await seen(seat, "refused-desktop-ur");
  expect(await page.getByLabel(enterUr.code).inputValue()).toBe("2222-2222-22");
  await page.getByLabel(enterUr.code).fill(code);
  await press(page, enterUr.signIn);
  await inside(page);
  await page.getByRole("heading", { name: ownUr.protect }).waitFor();
  await seen(seat, "protect-desktop-ur");
  await page.getByRole("button", { name: ownUr.pin }).click();
  const totp = URI.parse(await readQr(page.locator(".qr")));
  await seen(seat, "pin-desktop-ur");
  await page.locator("input[name=pin]").fill("740319");
  await page.locator("input[name=again]").fill("740319");
  await page.locator("input[name=totp]").fill(totp.generate());
  await press(page, ownUr.setUp);
  await keepCodes(seat, ownUr, "codes-desktop-ur");
  await press(page, ownUr.goOn);
  await page.goto(`${house.address("is")}/#/settings`);
  await page.locator(".dialog .secondary.wide").click();
  await page.locator(".confirm .danger").click();

  // This browser used the PIN last: it is asked for first.
  await page.locator("input[name=name]").fill("RW-1010");
  await page.locator("input[name=pin]").fill("740319");
  await page.locator("input[name=totp]").fill(totp.generate({ timestamp: Date.now() + 30_000 }));
  await seen(seat, "pin-in-desktop-ur");
  await press(page, enterUr.signIn);
  await inside(page);
  expect(seat.faults).toEqual([]);
});

test("a second browser is linked by the QR code on the first, and is out within seconds once it is lost", async () => {
  const { page } = first;
  await page.goto(`${house.address("is")}/#/security/link`);
  await page.locator(".qr").waitFor();
  await seen(first, "link-phone-en");
  const second = await house.visitor("firefox", await readQr(page.locator(".qr")), { ...PHONE, locale: "ur-PK" });
  await second.page.locator(".digits").waitFor();
  const digits = await second.page.locator(".digits").innerText();
  await seen(second, "link-waits-phone-ur");
  await page.getByText(own.linkYou).waitFor();
  expect(await page.locator(".digits").innerText()).toBe(digits);
  expect(await page.locator(".dialog").innerText()).toContain("Firefox on Linux");
  await seen(first, "link-asks-phone-en");
  await press(page, own.allow);
  await inside(second.page);

  await page.goto(`${house.address("is")}/#/security`);
  const lost = page.locator(".thing", { hasText: "Firefox on Linux" });
  await lost.waitFor();
  await seen(first, "devices-phone-en");
  await lost.getByRole("button", { name: own.shutOut }).click();
  await seen(first, "shut-out-phone-en");
  await page.locator(".confirm .danger").click();
  await second.page.locator(".sign-in").waitFor();
  await second.shot("enrol-lost-phone-ur");
  expect([...first.faults, ...second.faults]).toEqual([]);
});

test("with the ministry's account one goes to its page, comes back, and is inside", async () => {
  const seat = await house.visitor("chromium", house.address("is"), {
    ...PHONE,
    // The provider's own page would fetch its letters from far away.
    prepare: async (page) => {
      await page.route(/googleapis/, (route) => route.abort());
    },
  });
  const { page } = seat;
  await press(page, enter.otherWays);
  await page.getByRole("button", { name: issuer.settings.name }).click();
  await seen(seat, "account-phone-en");
  await press(page, enter.oidcUse(issuer.settings.name));
  await page.locator("input[name=login]").fill("RW-1002");
  await page.locator("input[name=password]").fill("x");
  await page.locator("button[type=submit]").click();
  await page.getByText("Continue").click();
  await inside(page);
  expect(new URL(page.url()).origin).toBe(house.address("is"));
  expect(page.url()).not.toContain("oidc");
  expect(seat.faults).toEqual([]);
});

test("whose turn has not come is told kindly when it does, in both languages, and keeps the invitation", async () => {
  const name = { en: "Sana Iqbal", ur: "ثنا اقبال" };
  const desk = await openDesk(house.fleet.site("is").data);
  const post = { en: "Clerk", ur: "کلرک" };
  await desk.addPerson({ id: mintId(Date.now()), name, post, unit: { en: "Record Room", ur: "ریکارڈ روم" } });
  await desk.close();
  const code = await invited(name.en);
  const seat = await house.visitor("chromium", house.address("is"), PHONE);
  const { page } = seat;
  await page.getByLabel(enter.code).fill(code);
  await press(page, enter.signIn);
  await page.getByRole("heading", { name: enter.notYet }).waitFor();
  expect(await page.locator(".when").innerText()).toMatch(
    /^Beep opens for you on \w+day,? \d+ \w+( \d{4})? at \d\d:\d\d, Pakistan time\.$/,
  );
  await seen(seat, "not-yet-phone-en");
  await press(page, "اردو");
  await page.getByRole("heading", { name: enterUr.notYet }).waitFor();
  await seen(seat, "not-yet-phone-ur");
  await press(page, enterUr.again);
  expect(await page.getByLabel(enterUr.code).inputValue()).toBe(code);
  expect(seat.faults).toEqual([]);
});
