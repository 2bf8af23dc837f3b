import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Person, PersonState } from "#protocol/directory";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { openStore } from "./open.ts";

const folder = mkdtempSync(join(tmpdir(), "beep-roster-"));
const store = openStore({ folder, province: "pb" });
const words = { en: "", ur: "" };
const NOW = 1000;

const people: [string, string | undefined, PersonState | undefined, string][] = [
  // id, own unit, state, province
  ["a", "u", undefined, "pb"],
  ["b", "u", "retired", "pb"],
  ["c", "v", "active", "pb"],
  ["d", undefined, undefined, "pb"],
  ["e", "v", undefined, "pb"],
  ["f", "u", undefined, "sd"],
  ["g", undefined, undefined, "pb"],
];

beforeAll(async () => {
  await store.write(DIRECTORY_ROOM, (tx) => {
    const { offices } = tx.tables;
    for (const [id, unitId, state, province] of people) {
      const person: Person = { id, province, name: words, post: words, unit: words };
      tx.putPerson({ ...person, ...(unitId && { unitId }), ...(state && { state }) });
    }
    offices.putPost({ id: "p", province: "pb", unit: "u", title: words });
    const held = { post: "p", kind: "regular" as const };
    offices.putCharge({ id: "1", person: "d", from: 0, to: null, ...held });
    // Whose own unit is another one belongs there, whatever post they hold; who held a post belongs there no more.
    offices.putCharge({ id: "2", person: "e", from: 0, to: null, ...held });
    offices.putCharge({ id: "3", person: "g", from: 0, to: NOW, ...held });
    for (const person of ["a", "b", "e"])
      tx.putDevice({ id: `of ${person}`, person, key: "", label: "", revoked: false });
  });
});
afterAll(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const ids = (units: "all" | string[], state: PersonState | null, after = "", limit = 100) => {
  const where = { province: "pb", units: units === "all" ? units : new Set(units), state, at: NOW };
  const found = store.tables.roster.people(where, after, limit).map(({ id }) => id);
  if (after === "" && limit === 100) expect(store.tables.roster.count(where)).toBe(found.length);
  return found.join("");
};

test("people are looked through by unit and state, and counted alike", () => {
  expect(ids("all", null)).toBe("abcdeg");
  expect(ids("all", "active")).toBe("acdeg");
  expect(ids("all", "retired")).toBe("b");
  expect(ids("all", "removed")).toBe("");
  expect(ids(["u"], null)).toBe("abd");
  expect(ids(["u"], "active")).toBe("ad");
  expect(ids(["u"], "retired")).toBe("b");
  expect(ids(["u", "v"], null)).toBe("abcde");
  expect(ids([], null)).toBe("");
});

test("they come by pages", () => {
  expect(ids("all", null, "", 2)).toBe("ab");
  expect(ids("all", null, "b", 2)).toBe("cd");
  expect(ids(["u"], "active", "a", 2)).toBe("d");
});

test("who has come in is counted among the active", () => {
  expect(store.tables.roster.inside("pb", "all", NOW)).toBe(2);
  expect(store.tables.roster.inside("pb", new Set(["u"]), NOW)).toBe(1);
  expect(store.tables.roster.inside("sd", "all", NOW)).toBe(0);
});
