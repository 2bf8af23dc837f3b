import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Page } from "playwright-core";
import { en as admin } from "../../web/locales/admin/en.ts";
import { en } from "../../web/locales/photo/en.ts";
import { ur } from "../../web/locales/photo/ur.ts";
import { PEOPLE, personId } from "../ops/seed-people.ts";
import { BrowserHouse, type Seat } from "./browser-house.ts";
import { until } from "./until.ts";

const AYESHA = PEOPLE.ayesha.name;
const SANA = PEOPLE.sana.name;

let house: BrowserHouse;
let ayesha: Seat;
let sana: Seat;

beforeAll(async () => {
  house = await BrowserHouse.open(["is", "sd"]);
  ayesha = await house.seat("ayesha", "chromium");
  sana = await house.seat("sana", "firefox", { width: 360, height: 640, locale: "ur-PK" });
});
afterAll(() => house?.close());

/** A picture as a camera takes it: large, wide, and with far more in it than 20 KiB hold; the face stands left of the middle. */
const taken = (page: Page): Promise<Buffer> =>
  page
    .evaluate(() => {
      const canvas = Object.assign(document.createElement("canvas"), { width: 1600, height: 1000 });
      const brush = canvas.getContext("2d") as CanvasRenderingContext2D;
      const noise = brush.createImageData(1600, 1000);
      for (let i = 0; i < noise.data.length; i += 4)
        noise.data.set([120 + ((i * 7919) % 60), 150 + ((i * 104_729) % 50), 140, 255], i);
      brush.putImageData(noise, 0, 0);
      const disc = (x: number, y: number, size: number, colour: string) => {
        brush.fillStyle = colour;
        brush.beginPath();
        brush.arc(x, y, size, 0, 7);
        brush.fill();
      };
      disc(560, 900, 330, "#24505c");
      disc(560, 440, 220, "#c99b78");
      disc(560, 340, 190, "#2a2320");
      disc(560, 470, 180, "#d7ab88");
      for (const x of [490, 630]) disc(x, 450, 20, "#2a2320");
      return canvas.toDataURL("image/jpeg", 0.95);
    })
    .then((address) => Buffer.from(address.slice(address.indexOf(",") + 1), "base64"));

const press = (seat: Seat, name: string) => seat.page.getByRole("button", { name, exact: true }).click();
/** Photos that are on the screen within, each by the size in which it came. */
const faces = (seat: Seat, within: string) =>
  seat.page.locator(`${within} .avatar img`).evaluateAll((images) =>
    images.flatMap((image) => {
      const { complete, naturalWidth: wide, naturalHeight: high } = image as HTMLImageElement;
      return complete && wide > 0 ? `${wide}x${high}` : [];
    }),
  );
async function showsFace(seat: Seat, within: string, is = true): Promise<void> {
  const shown = async () => (await faces(seat, within)).length > 0 === is;
  await until(shown, `${within} ${is ? "shows a photo" : "shows no photo any more"}`);
}

async function editor(seat: Seat, w: typeof en): Promise<void> {
  await seat.page.locator(".side button.me").click();
  await seat.page.locator(".dialog .row.self", { hasText: w.yours }).click();
  await seat.page.getByRole("heading", { name: w.yours }).waitFor();
}
const row = (name: string) => `nav.side ul.rooms li:has-text("${name}")`;

test("a person chooses a picture, and it is small when it leaves the browser", async () => {
  const { page } = ayesha;
  await editor(ayesha, en);
  await page.getByText(en.none).waitFor();
  await ayesha.shot("photo-1-none-en");
  const words = { name: "letter.png", mimeType: "image/png", buffer: Buffer.from("no picture") };
  await page.locator("input[type=file]").first().setInputFiles(words);
  await page.getByRole("alert").getByText(en.unread).waitFor();
  const buffer = await taken(page);
  expect(buffer.length).toBeGreaterThan(100_000);
  await page.locator("input[type=file]").first().setInputFiles({ name: "me.jpg", mimeType: "image/jpeg", buffer });
  const zoom = page.getByLabel(en.zoom);
  await zoom.waitFor();
  // The keyboard is where the work goes on.
  await page.waitForFunction(() => (document.activeElement as HTMLInputElement | null)?.type === "range");
  for (let i = 0; i < 20; i++) await page.keyboard.press("ArrowRight");
  expect(Number(await zoom.inputValue())).toBeCloseTo(1.2);
  await page.getByLabel(en.across).focus();
  for (let i = 0; i < 8; i++) await page.keyboard.press("ArrowLeft");
  const canvas = await page.locator("canvas").boundingBox();
  if (!canvas) throw new Error("There is no preview.");
  await page.mouse.move(canvas.x + 100, canvas.y + 60);
  await page.mouse.down();
  await page.mouse.move(canvas.x + 110, canvas.y + 70, { steps: 3 });
  await page.mouse.up();
  await ayesha.shot("photo-2-crop-en");
  await press(ayesha, en.save);
  await showsFace(ayesha, ".dialog .row.self");
  expect(await faces(ayesha, ".dialog .row.self")).toEqual(["256x256"]);
  await ayesha.shot("photo-3-settings-en");
  await page.keyboard.press("Escape");
  await showsFace(ayesha, ".side button.me");
});

test("another province's person sees it in list, header and details, without asking again", async () => {
  const { page } = sana;
  await showsFace(sana, row(AYESHA.ur));
  await sana.shot("photo-4-list-ur-phone");
  await page.locator(`${row(AYESHA.ur)} a`).click();
  await showsFace(sana, ".chat header");
  await sana.shot("photo-5-header-ur-phone");
  await page.locator(".chat header .title button").click();
  await showsFace(sana, ".info");
  await sana.shot("photo-6-info-ur-phone");
  // It is kept on the device, once, by its hash.
  const kept = await page.evaluate(
    () =>
      new Promise<string[]>((done, fail) => {
        const opening = indexedDB.open("beep");
        opening.onerror = fail;
        opening.onsuccess = () => {
          const reading = opening.result.transaction("meta").objectStore("meta").getAllKeys();
          reading.onsuccess = () => done((reading.result as string[]).filter((key) => key.startsWith("photo ")));
        };
      }),
  );
  expect(kept).toEqual([expect.stringMatching(/^photo [0-9a-f]{64}$/)]);
  await page.goto(house.address("sd"));
  await showsFace(sana, row(AYESHA.ur));
});

test("she takes it away, and initials stand again everywhere", async () => {
  await editor(ayesha, en);
  await ayesha.page.getByText(en.present).waitFor();
  await press(ayesha, en.remove);
  await ayesha.page.getByText(en.removeSure).waitFor();
  await ayesha.shot("photo-7-remove-en");
  await ayesha.page.getByRole("alertdialog").getByRole("button", { name: en.remove }).click();
  await showsFace(ayesha, ".dialog .row.self", false);
  await sana.page.goto(house.address("sd"));
  await showsFace(sana, row(AYESHA.ur), false);
});

test("an administrator puts somebody's photo by an order, and takes it back by one button (R98)", async () => {
  const farhan = await house.seat("farhan", "chromium");
  const { page } = farhan;
  await page.goto(`${house.address("is")}/#/admin/people/${personId("bilal")}`);
  await page.getByRole("heading", { name: PEOPLE.bilal.name.en, level: 1 }).waitFor();
  await press(farhan, admin.kind.photo);
  await page.getByText(en.none).waitFor();
  const buffer = await taken(page);
  await page.locator("input[type=file]").first().setInputFiles({ name: "bilal.jpg", mimeType: "image/jpeg", buffer });
  await press(farhan, en.save);
  await showsFace(farhan, ".admin-card");
  await showsFace(ayesha, row(PEOPLE.bilal.name.en));
  await farhan.shot("photo-10-admin-en");
  await press(farhan, admin.undo);
  await showsFace(farhan, ".admin-card", false);
  await showsFace(ayesha, row(PEOPLE.bilal.name.en), false);
  expect(farhan.faults).toEqual([]);
});

test("in Urdu, on a phone, in Firefox", async () => {
  const { page } = sana;
  await editor(sana, ur);
  const buffer = await taken(page);
  await page.locator("input[type=file]").first().setInputFiles({ name: "me.jpg", mimeType: "image/jpeg", buffer });
  await page.getByLabel(ur.zoom).waitFor();
  await sana.shot("photo-8-crop-ur-phone");
  await press(sana, ur.save);
  await showsFace(sana, ".dialog .row.self");
  await showsFace(ayesha, row(SANA.en));
  await ayesha.shot("photo-9-list-en");
  expect([ayesha.faults, sana.faults]).toEqual([[], []]);
});
