import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Entry, issuedText, provinceKeyText } from "#protocol/directory";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import { openSigner } from "../../auth/province-key.ts";
import { verifyNow } from "../../auth/verify.ts";
import { type Applied, applyRecord } from "../../domain/apply.ts";
import { HybridClock } from "../../domain/clock.ts";
import { Directory } from "../../domain/directory/directory.ts";
import { openStore } from "../../store/open.ts";
import { Importer } from "../../domain/import/importer.ts";
import { nameOf, personIdOf, postIdOf, unitIdOf } from "../../domain/import/ids.ts";
import { MemoryStore } from "../memory-store.ts";
import { type House, issue, openProvinces, person, slip, words } from "../directory-provinces.ts";

/** A province that keeps to no rule, with its own true key, and a node of another one with its files. */
let pb: House;
let is: ReturnType<typeof openStore>;
let folder: string;
beforeEach(async () => {
  [pb] = openProvinces("pb") as [House];
  folder = mkdtempSync(join(tmpdir(), "beep-adversary-"));
  is = openStore({ folder, province: "is" });
  await issue(pb, { person: person(mintId(1), "pb") });
  await bring();
});
afterEach(async () => {
  await is.close();
  rmSync(folder, { recursive: true, force: true });
});

async function bring(house = pb): Promise<Applied[]> {
  const { origin, province } = house.store;
  const have = is.heads(DIRECTORY_ROOM).get(origin)?.n ?? 0;
  const clock = new HybridClock(() => house.wall.ms);
  const answers: Applied[] = [];
  for (const record of house.store.range(DIRECTORY_ROOM, origin, have, Number.MAX_SAFE_INTEGER, 1e9))
    answers.push(await is.write(DIRECTORY_ROOM, (tx) => applyRecord(tx, record, province, is, clock, verifyNow)));
  return answers;
}

function issued(...entries: unknown[]) {
  const content = { by: "operator" as const, at: 1, entries: entries as Entry[] };
  const { sign } = openSigner(pb.store.secrets);
  return slip(pb, { issued: { ...content, signature: sign(issuedText("pb", content)) } });
}

const nested = (depth: number): unknown => {
  let value: unknown = "x";
  for (let i = 0; i < depth; i++) value = [value];
  return value;
};

const POISON: [string, () => unknown][] = [
  ["a nested entry", () => ({ person: { ...person(mintId(2), "pb"), more: nested(2_000) } })],
  ["a name of NUL", () => ({ person: person(mintId(3), "pb", { name: { en: "\u0000\u0000", ur: "\u0000" } }) })],
  ["half a letter", () => ({ person: person(mintId(4), "pb", { name: { en: "\ud800", ur: "\udfff" } }) })],
  ["a name of quotes", () => ({ person: person(mintId(5), "pb", { name: words('" OR "*" NEAR(') }) })],
  [
    "a name of marks alone",
    () => ({ person: person(mintId(6), "pb", { name: { en: "\u0301".repeat(200), ur: "\u200f".repeat(200) } }) }),
  ],
  [
    "a wave at the end of time",
    () => ({
      wave: {
        ...{ id: "w", province: "pb", place: Number.MAX_SAFE_INTEGER, name: words("w"), who: { kind: "public" } },
        ...{ quota: Number.MAX_SAFE_INTEGER, opens: Number.MAX_SAFE_INTEGER, closes: 0, gates: {}, hand: "auto" },
      },
    }),
  ],
  ["a field called __proto__", () => JSON.parse('{"person":{"__proto__":{"province":"is"},"id":"x"}}')],
];

for (const [name, poison] of POISON)
  test(`${name} stops nothing that comes behind it`, async () => {
    await issued(poison());
    const behind = person(mintId(9), "pb", { name: words("Behind") });
    await issue(pb, { person: behind });
    const answers = await bring();
    expect(answers.at(-1)).toBe("applied");
    expect(is.person(behind.id)?.name.en).toBe("Behind");
    expect(is.search("Behind", 10).map(({ id }) => id)).toEqual([behind.id]);
  });

test("a province that claims the ids of people, units and posts that another is about to import keeps nobody out", async () => {
  const name = words("Health");
  const unit = unitIdOf("is", null, name);
  const mine = { unit: { id: unit, province: "pb", parent: null, kind: "office", name: words("Mine") } };
  const office = postIdOf(unit, words("Secretary"), "");
  expect(nameOf(name)).toBe("health");
  await issued(
    mine,
    { person: person(personIdOf("is", "P-1"), "pb", { name: words("Thief") }) },
    { post: { id: office, province: "pb", unit, title: words("Mine") } },
  );
  await bring();
  const directory = new Directory(is, new HybridClock(Date.now), Date.now, () => ["is", "pb"], openSigner(is.secrets));
  const importer = new Importer(is, directory, Date.now);
  const row = { number: "P-1", name_en: "Ayesha", unit_en: "Health", post_en: "Secretary" };
  const options = { dry: false, removals: false, by: "import", actor: { operator: "x" } } as const;
  expect(await importer.take([{ line: 2, ...row }], options)).toMatchObject({ fresh: 4, refusedRows: 0 });
  const found = is.tables.offices.personByNumber("is", "P-1");
  expect(found).toMatchObject({ province: "is", name: { en: "Ayesha" } });
  expect(await importer.take([{ line: 2, ...row }], options)).toMatchObject({ fresh: 0, changed: 0, refusedRows: 0 });
});

test("a life that says again and again that it has forgotten is reminded once", async () => {
  const { key, sign } = openSigner(pb.store.secrets);
  const later = { ...pb, store: new MemoryStore({ province: "pb", life: "000000001" }) };
  const said = { province: "pb", key };
  for (let i = 0; i < 3; i++) await slip(later, { key: { ...said, signature: sign(provinceKeyText(said)) } });
  expect(await bring(later)).toEqual(["forgotten", "applied", "applied"]);
});
