import { expect, test } from "bun:test";
import type { Charge, Entry, Unit } from "#protocol/directory";
import { issue, openProvinces, person, type House } from "../../testing/directory-provinces.ts";

const id = (n: number) => n.toString(16).padStart(32, "a");
const [ASAD, BANO, CHAND] = [id(1), id(2), id(3)] as const;
const unit = (name: string, kind: Unit["kind"], parent: string | null, en: string, ur: string): Entry => ({
  unit: { id: name, province: "is", parent, kind, name: { en, ur } },
});
const post = (name: string, of: string, en: string, ur: string): Entry => ({
  post: { id: name, province: "is", unit: of, title: { en, ur } },
});
const charge = (name: string, of: string, whom: string, over: Partial<Charge> = {}): Entry => ({
  charge: { id: name, post: of, person: whom, kind: "regular", from: 0, to: null, ...over },
});

async function ministry(): Promise<House> {
  const [is] = openProvinces("is") as [House];
  await issue(
    is,
    unit("ministry", "ministry", null, "Ministry of Relief", "وزارتِ امداد"),
    unit("finance", "wing", "ministry", "Finance Wing", "شعبۂ مالیات"),
    unit("budget", "section", "finance", "Budget Section", "سیکشن بجٹ"),
    unit("district", "district", "ministry", "District Quetta", "ضلع کوئٹہ"),
    post("so", "budget", "Section Officer", "سیکشن افسر"),
    post("dc", "district", "Deputy Commissioner Quetta", "ڈپٹی کمشنر کوئٹہ"),
  );
  for (const whom of [ASAD, BANO, CHAND])
    await issue(is, {
      person: person(whom, "is", { post: { en: "As entered", ur: "جیسا لکھا" }, unit: { en: "Old", ur: "پرانا" } }),
    });
  return is;
}

test("post and unit follow from the charges held now, the regular one first, in both languages (R85)", async () => {
  const is = await ministry();
  const now = is.wall.ms;
  expect(is.directory.person(ASAD)).toMatchObject({ post: { en: "As entered" }, unit: { en: "Old" } });
  await issue(
    is,
    charge("1", "dc", ASAD, { kind: "acting" }),
    charge("2", "so", ASAD),
    charge("3", "dc", BANO, { to: now }),
    charge("4", "dc", CHAND, { from: now + 1, kind: "additional" }),
    charge("5", "so", CHAND, { cancelled: true }),
  );
  expect(is.directory.person(ASAD)).toMatchObject({
    post: {
      en: "Section Officer · Deputy Commissioner Quetta (acting)",
      ur: "سیکشن افسر · ڈپٹی کمشنر کوئٹہ (قائم مقام)",
    },
    unit: {
      en: "Ministry of Relief · Finance Wing · Budget Section · District Quetta",
      ur: "وزارتِ امداد · شعبۂ مالیات · سیکشن بجٹ · ضلع کوئٹہ",
    },
  });
  // A charge that is over leaves no words behind; one that lies ahead does not count yet.
  expect(is.directory.people([BANO])).toMatchObject([{ post: { en: "", ur: "" }, unit: { en: "", ur: "" } }]);
  is.wall.ms = now + 1;
  expect(is.directory.person(CHAND)?.post).toEqual({
    en: "Deputy Commissioner Quetta (additional charge)",
    ur: "ڈپٹی کمشنر کوئٹہ (اضافی چارج)",
  });
  expect(
    is.directory
      .find("Name")
      .map(({ post: { en } }) => en.slice(0, 7))
      .sort(),
  ).toEqual(["", "Deputy ", "Section"]);
});

test("who holds no charge belongs to their own unit; who is not active, and a closed post, count for nothing", async () => {
  const is = await ministry();
  await issue(
    is,
    { person: person(BANO, "is", { unitId: "finance" }) },
    charge("1", "dc", ASAD),
    charge("2", "so", ASAD),
  );
  expect(is.directory.person(BANO)?.unit.en).toBe("Ministry of Relief · Finance Wing");
  expect(is.directory.scopeOf(BANO)).toEqual(["finance"]);
  expect(is.directory.scopeOf(ASAD).sort()).toEqual(["budget", "district"]);
  expect([...is.directory.unitsUnder("finance")].sort()).toEqual(["budget", "finance"]);
  const [card] = is.directory.postCards(["dc", "none"]);
  expect(card).toMatchObject({ unit: { en: "District Quetta" }, holders: [{ kind: "regular", person: { id: ASAD } }] });
  await issue(is, { post: { id: "so", province: "is", unit: "budget", title: { en: "SO", ur: "" }, closed: true } });
  expect(is.directory.person(ASAD)?.post.en).toBe("Deputy Commissioner Quetta");
  await issue(is, { person: person(ASAD, "is", { state: "retired" }) });
  expect(is.directory.person(ASAD)?.post.en).toBe("");
  expect(is.directory.scopeOf(ASAD)).toEqual([]);
  expect(is.directory.postCards(["dc"])).toMatchObject([{ holders: [] }]);
});
