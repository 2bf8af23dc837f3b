import { expect, test } from "bun:test";
import type { Entry, Person } from "#protocol/directory";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { openHouse } from "../../testing/house-under-test.ts";
import { markPublic } from "./mark-public.ts";

const two = (en: string) => ({ en, ur: en });
const id = (n: number) => String(n).repeat(32);
const person = (n: number, more: Partial<Person> = {}): Entry => ({
  person: { id: id(n), province: "is", name: two(`P${n}`), post: two(""), unit: two(""), ...more },
});
const wave = (name: string, kind: "public" | "employees"): Entry => ({
  wave: {
    ...{ id: name, province: "is", place: 1, name: two(name), who: { kind }, quota: null, opens: 0, closes: null },
    ...{ gates: {}, hand: "auto" },
  },
});

test("who came by a public wave before is marked once, but for those who are officials since (R131)", async () => {
  const { store, directory } = openHouse();
  const said = new Map<string, string>();
  const secrets = {
    get: (name: string) => said.get(name),
    set: (name: string, text: string) => void said.set(name, text),
  };
  await store.write(DIRECTORY_ROOM, (tx) => {
    const entries = [person(1), person(2, { number: "7" }), person(3), person(4)];
    directory.issue(tx, "operator", [wave("all", "public"), wave("staff", "employees"), ...entries]);
    for (const n of [1, 2]) tx.tables.invitations.cameIn(id(n), "all", 1);
    tx.tables.invitations.cameIn(id(3), "staff", 1);
  });
  const marked = () => [1, 2, 3, 4].filter((n) => store.person(id(n))?.public === true);
  expect(await markPublic(store, directory, secrets)).toBe(1);
  expect(marked()).toEqual([1]);
  // Two administrators took the mark away: it does not come back.
  await store.write(DIRECTORY_ROOM, (tx) => directory.issue(tx, "operator", [person(1)]));
  expect(await markPublic(store, directory, secrets)).toBe(0);
  expect(marked()).toEqual([]);
});
