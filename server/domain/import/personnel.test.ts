import { expect, test } from "bun:test";
import type { Person, Scope } from "#protocol/directory";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { randomOf } from "../../testing/fleet-schedule.ts";
import { MemoryStore } from "../../testing/memory-store.ts";
import { id } from "../../testing/store-contract/material.ts";
import { Personnel } from "./personnel.ts";

const words = (en: string) => ({ en, ur: en });

/** A province of so many units in a tree by chance, with people in them, beside them and elsewhere. */
async function province(seed: number, units: number, people: number) {
  const random = randomOf(seed);
  const store = new MemoryStore({ province: "is" });
  const personnel = new Personnel(store, {} as never, Date.now, () => undefined);
  const parents = Array.from({ length: units }, (_, i) => (i === 0 ? null : `u${Math.floor(random() * i)}`));
  const put = (person: Person) => store.write(DIRECTORY_ROOM, (tx) => tx.putPerson(person));
  await store.write(DIRECTORY_ROOM, (tx) => {
    for (const [i, parent] of parents.entries())
      tx.tables.offices.putUnit({ ...{ id: `u${i}`, province: "is", parent, kind: "office", name: words(`u${i}`) } });
  });
  const all = Array.from({ length: people }, (_, i): Person => {
    const none = words("");
    const unit = Math.floor(random() * (units + 2));
    const where = {
      ...{ id: id(i), province: random() < 0.1 ? "pb" : "is" },
      ...(unit < units && { unitId: `u${unit}` }),
    };
    return { ...where, name: words(`p${i}`), post: none, unit: none };
  });
  for (const person of all) await put(person);
  const isUnder = (unit: string | null | undefined, top: string): boolean =>
    unit === top || (typeof unit === "string" && isUnder(parents[Number(unit.slice(1))], top));
  const within = (scope: Scope) => (person: Person) =>
    person.province === "is" && ("province" in scope ? scope.province === "is" : isUnder(person.unitId, scope.unit));
  return { store, personnel, all, put, within, random };
}
const holder = (scope: Scope) => ({ id: "t", name: "HR", scope });

test("pages of any size bring everybody of a scope once, and count them, and nobody else (R154)", async () => {
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    const { personnel, all, within } = await province(seed, 1 + seed * 3, seed * 17);
    const scopes: Scope[] = [{ province: "is" }, { province: "pb" }, { unit: "none" }];
    for (let i = 0; i < 1 + seed * 3; i++) scopes.push({ unit: `u${i}` });
    for (const scope of scopes) {
      const due = all
        .filter(within(scope))
        .map((person) => person.id)
        .sort();
      for (const size of [1, 3, 7, 200]) {
        const got: string[] = [];
        for (let from = 0; from <= due.length; from += size) {
          const { people, total } = personnel.list(from, size, holder(scope));
          expect([scope, total, people.length]).toEqual([scope, due.length, Math.min(size, due.length - from)]);
          got.push(...people.map((person) => person.id));
        }
        expect(got.sort()).toEqual(due);
      }
      expect(personnel.list(0, 0, holder(scope))).toEqual({ people: [], total: due.length });
      for (const person of all)
        expect(personnel.person(person.id, holder(scope)) !== undefined).toBe(within(scope)(person));
    }
  }
});

test("the count follows whoever comes, moves and goes", async () => {
  const { personnel, all, put, within, random } = await province(9, 8, 40);
  const scope: Scope = { unit: "u0" };
  for (let i = 0; i < 40; i++) {
    const at = Math.floor(random() * all.length);
    const person = { ...(all[at] as Person), unitId: random() < 0.5 ? "u3" : "elsewhere" };
    all[at] = person;
    await put(person);
    const isIn = (one: Person) => one.unitId !== "elsewhere" && within(scope)(one);
    expect(personnel.list(0, 1, holder(scope)).total).toBe(all.filter(isIn).length);
  }
});

test("a page reads the people who are on it, and no others, however many the scope has (R154)", async () => {
  for (const scope of [{ province: "is" }, { unit: "u0" }] as Scope[]) {
    const pages: number[] = [];
    for (const people of [50, 400]) {
      const { store, personnel } = await province(3, 12, people);
      const { offices } = store.tables;
      const page = offices.peoplePage.bind(offices);
      let read = 0;
      offices.peoplePage = (...given) => {
        const got = page(...given);
        read += got.length;
        return got;
      };
      store.peopleOf = () => {
        throw new Error("everybody was read");
      };
      expect(personnel.list(10, 20, holder(scope)).people).toHaveLength(20);
      pages.push(read);
    }
    expect([scope, pages]).toEqual([scope, [20, 20]]);
  }
});
