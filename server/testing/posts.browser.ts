import { afterAll, beforeAll, expect, test } from "bun:test";
import type { Charge, Entry } from "#protocol/directory";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { openSigner } from "../auth/province-key.ts";
import { HybridClock } from "../domain/clock.ts";
import { Directory } from "../domain/directory/directory.ts";
import { personId, seedId, type Who } from "../ops/seed-people.ts";
import { openStore } from "../store/open.ts";
import { BrowserHouse, type Seat } from "./browser-house.ts";

const PROVINCES = ["is", "pb", "sd"];
const POST = "Deputy Commissioner Multan";
const [CUT, HELD, TAKEN] = ["It has reached the road.", "جی، ٹیم روانہ کر دی ہے۔", "I have taken charge."];

let house: BrowserHouse;
let ayesha: Seat;
let imran: Seat;

/** Punjab's own orders, as they are entered while its node is off: what passes meanwhile is made up for at the start. */
async function orders(...entries: Entry[]): Promise<void> {
  const { node, data } = house.fleet.site("pb");
  await node.kill();
  const store = openStore({ folder: data, province: "pb" });
  const clock = new HybridClock(Date.now);
  clock.restore(store.newestStamp());
  const directory = new Directory(store, clock, Date.now, () => PROVINCES, openSigner(store.secrets));
  await store.write(DIRECTORY_ROOM, (tx) => directory.issue(tx, "operator", entries));
  await store.close();
  await node.start();
}
/** The demo's own post, and who holds it. */
const charge = (who: Who, kind: Charge["kind"], to: number | null): Entry => {
  const id = who === "imran" ? seedId("charge", who) : "usman-dcm";
  return {
    charge: { id, post: seedId("post", POST), person: personId(who), kind, from: Date.now() - 86_400_000, to },
  };
};

beforeAll(async () => {
  house = await BrowserHouse.open(PROVINCES);
  await orders(charge("imran", "acting", null));
  ayesha = await house.seat("ayesha", "chromium");
  imran = await house.seat("imran", "chromium", { width: 360, height: 640, locale: "ur-PK" });
});
afterAll(() => house?.close());

const list = (seat: Seat) => seat.page.locator("nav.side ul.rooms");
const row = (seat: Seat, words: string) => list(seat).locator("a.row", { hasText: words });
const sent = "The canal has burst at Shujabad.";

/** Types into the search until it shows what crosses from another province by itself. */
async function find(seat: Seat, typed: string, shown: string): Promise<void> {
  const search = seat.page.locator("#search");
  for (let tries = 0; tries < 20; tries++) {
    await search.fill(typed);
    const seen = await list(seat)
      .getByText(shown)
      .first()
      .waitFor({ timeout: 2_000 })
      .then(
        () => true,
        () => false,
      );
    if (seen) return;
    await search.fill("");
  }
  throw new Error(`${shown} was not found.`);
}

test("a post is found by its initials, with who acts in it, and written to (R70, R75)", async () => {
  await find(ayesha, "DC Multan", "Imran Waraich, acting");
  await ayesha.shot("posts-1-search-en");
  await list(ayesha).locator("button.row", { hasText: "acting" }).first().click();
  await ayesha.page.locator("header .title", { hasText: POST }).waitFor();
  await ayesha.write(sent);
  await ayesha.stage(sent, /^(In all provinces|Delivered)/);
  await ayesha.page.locator("header .title", { hasText: "Imran Waraich, acting" }).waitFor();
  await ayesha.shot("posts-2-written-en");
});

test("its holder sees who wrote to which post, and answers", async () => {
  const letter = row(imran, "بنام ڈپٹی کمشنر ملتان");
  await letter.waitFor();
  await imran.shot("posts-3-list-ur-phone");
  await letter.click();
  await imran.sees(sent);
  await imran.write(HELD);
  await ayesha.sees(HELD);
  await imran.shot("posts-4-holder-ur-phone");
  await imran.page.goBack();
  // A private conversation of the two stands beside it.
  await find(ayesha, "Imran Waraich", "Imran Waraich");
  await list(ayesha)
    .locator("button.row, a.row", { hasText: "Imran Waraich" })
    .filter({ has: ayesha.page.locator(".avatar.direct") })
    .first()
    .click();
  await ayesha.page.locator("header .title .avatar.direct").waitFor();
  await ayesha.write("Privately: how is your son?");
  await row(imran, "Privately: how is your son?").waitFor();
});

test("transferred while Punjab is cut off, the post's room passes on when the link heals (R71)", async () => {
  house.link("is", "pb", "cut");
  await orders(charge("imran", "acting", Date.now()), charge("usman", "regular", null));
  await ayesha.page.locator("#search").fill("");
  await row(ayesha, POST).click();
  await ayesha.write(CUT);
  const usman = await house.seat("usman", "chromium", { width: 360, height: 640 });
  await usman.enter("to Deputy Commissioner Multan");
  await usman.sees(sent);
  await usman.sees(HELD);
  await usman.write(TAKEN);
  await row(imran, "بنام ڈپٹی کمشنر ملتان").waitFor({ state: "detached" });
  await row(imran, "Privately: how is your son?").waitFor();
  await imran.shot("posts-5-predecessor-ur-phone");

  house.link("is", "pb", "open");
  await usman.sees(CUT);
  await ayesha.sees(TAKEN);
  await ayesha.says(/Imran Waraich.* handed over to .*Usman Gill/);
  await ayesha.page.locator("header .title", { hasText: "Usman Gill" }).waitFor();
  await usman.shot("posts-6-successor-en-phone");
  await ayesha.shot("posts-7-passed-on-en");
  await ayesha.page.getByRole("button", { name: /Details/ }).click();
  await ayesha.page.locator("section.info").getByText("Usman Gill").first().waitFor();
  await ayesha.shot("posts-8-info-en");
});

test("a vacant post says so, and keeps what is written for whoever comes (R70)", async () => {
  await orders(charge("usman", "regular", Date.now()));
  await ayesha.says(/This post is vacant now/);
  await ayesha.write("Whoever takes charge: the gauge is broken.");
  await ayesha.stage("the gauge is broken", /^(Stored|In all provinces)/);
  await ayesha.shot("posts-9-vacant-en");
  expect([...ayesha.faults, ...imran.faults]).toEqual([]);
});
