import { expect, test } from "bun:test";
import type { Charge, Entry, Grant, Person, Photo, Post, Unit, Wave } from "#protocol/directory";
import { DIRECTORY_ROOM } from "#protocol/ids";
import type { Store, Tx } from "../../domain/ports.ts";
import { AYESHA, BILAL, type Fresh, id, SANA } from "./material.ts";

const words = (en: string) => ({ en, ur: en });
const put = (store: Store, job: (tx: Tx) => void) => store.write(DIRECTORY_ROOM, (tx) => job(tx));
const unit = (name: string, parent: string | null, province = "ba"): Unit => ({
  ...{ id: name, province, parent, kind: "department", name: words(name) },
});
const post = (name: string, of: string, province = "ba"): Post => ({
  id: name,
  province,
  unit: of,
  title: words(name),
});
const charge = (name: string, from: number, to: number | null, over: Partial<Charge> = {}): Charge => ({
  ...{ id: name, post: "dc", person: AYESHA, kind: "regular", from, to, ...over },
});
const person = (who: string, over: Partial<Person> = {}): Person => ({
  ...{ id: who, province: "ba", name: words(who), post: words(""), unit: words("") },
  ...over,
});

export function officeRules(fresh: Fresh): void {
  test("units stand in a tree, and the last put stands", async () => {
    const store = fresh();
    const { offices } = store.tables;
    const tree = [unit("home", null), unit("police", "home"), unit("range", "police"), unit("other", null, "pb")];
    await put(store, ({ tables }) => {
      for (const one of tree) tables.offices.putUnit(one);
    });
    expect(offices.units("ba").map((one) => one.id)).toEqual(["home", "police", "range"]);
    expect([...offices.unitsUnder("home")].sort()).toEqual(["home", "police", "range"]);
    expect([...offices.unitsUnder("range")]).toEqual(["range"]);
    expect([offices.levelsUnder("home"), offices.levelsUnder("range"), offices.levelsUnder("none")]).toEqual([2, 0, 0]);
    const moved = { ...unit("range", null), closed: true };
    await put(store, ({ tables }) => tables.offices.putUnit(moved));
    expect(offices.unit("range")).toEqual(moved);
    expect([...offices.unitsUnder("home")].sort()).toEqual(["home", "police"]);
  });

  test("people are counted and paged by province and by unit, but for those who were removed", async () => {
    const store = fresh();
    const { offices } = store.tables;
    const units = ["home", "police", "range"];
    const all = Array.from({ length: 12 }, (_, i) =>
      person(id(0x100 + ((i * 7) % 12)), {
        ...(i % 4 > 0 && { unitId: units[(i % 4) - 1] as string }),
        ...(i === 5 && { state: "removed" as const }),
        ...(i === 11 && { province: "pb" }),
      }),
    );
    await put(store, (tx) => {
      for (const [i, name] of units.entries()) tx.tables.offices.putUnit(unit(name, units[i - 1] ?? null));
      for (const one of all) tx.putPerson(one);
    });
    const byId = (some: Person[]) => some.map((one) => one.id).sort();
    const ids = (where: Parameters<typeof offices.peoplePage>[0], from = 0, limit = 99) =>
      offices.peoplePage(where, from, limit).map((one) => one.id);
    const isThere = ({ province, state }: Person) => province === "ba" && state !== "removed";
    const here = byId(all.filter(isThere));
    expect([offices.countPeople("ba"), offices.countPeople("pb"), offices.countPeople("sd")]).toEqual([10, 1, 0]);
    for (let from = 0; from < 13; from += 3)
      expect(ids({ province: "ba" }, from, 3)).toEqual(here.slice(from, from + 3));
    expect(offices.countByUnit("ba", "home")).toEqual([
      { unit: "home", n: 2 },
      { unit: "police", n: 3 },
      { unit: "range", n: 2 },
    ]);
    expect(offices.countByUnit("ba", "range")).toEqual([{ unit: "range", n: 2 }]);
    expect(offices.countByUnit("ba", "none")).toEqual([]);
    for (const name of units) {
      const of = byId(all.filter((one) => one.unitId === name && isThere(one)));
      expect([ids({ province: "ba", unit: name }), ids({ province: "ba", unit: name }, 1, 1)]).toEqual([
        of,
        of.slice(1, 2),
      ]);
    }
  });

  test("posts are listed page by page, closed ones only with their unit", async () => {
    const store = fresh();
    const { offices } = store.tables;
    await put(store, ({ tables }) => {
      for (const name of ["a", "b", "c"]) tables.offices.putPost(post(name, "home"));
      tables.offices.putPost({ ...post("d", "home"), closed: true });
      tables.offices.putPost(post("e", "works", "pb"));
    });
    const ids = (where: Parameters<typeof offices.posts>[0]) => offices.posts(where).map((one) => one.id);
    expect(ids({ limit: 9 })).toEqual(["a", "b", "c", "e"]);
    expect(ids({ province: "ba", after: "a", limit: 1 })).toEqual(["b"]);
    expect(ids({ unit: "home", after: "b", limit: 9 })).toEqual(["c", "d"]);
    expect(ids({ unit: "home", province: "pb", limit: 9 })).toEqual([]);
    expect(offices.post("e")).toEqual(post("e", "works", "pb"));
    expect(offices.post("f")).toBeUndefined();
  });

  test("a charge holds from its first moment up to its end, the regular one first", async () => {
    const store = fresh();
    const { offices } = store.tables;
    await put(store, (tx) => {
      for (const who of [AYESHA, BILAL, SANA]) tx.putPerson(person(who));
      tx.tables.offices.putPost(post("dc", "home"));
      tx.tables.offices.putCharge(charge("1", 100, 200));
      tx.tables.offices.putCharge(charge("2", 150, null, { person: BILAL, kind: "acting" }));
      tx.tables.offices.putCharge(charge("3", 200, null, { person: SANA }));
      tx.tables.offices.putCharge(charge("4", 120, null, { cancelled: true }));
    });
    const at = (moment: number) => offices.holders("dc", moment).map((one) => one.id);
    expect([at(99), at(100), at(199), at(200)]).toEqual([[], ["1"], ["1", "2"], ["3", "2"]]);
    expect(offices.chargesOfPost("dc").map((one) => one.id)).toEqual(["1", "2", "3"]);
    expect(offices.chargesOf(BILAL).map((one) => one.id)).toEqual(["2"]);
    expect(offices.charge("4")?.cancelled).toBe(true);
    expect([0, 100, 150, 200].map((moment) => offices.nextChange(moment))).toEqual([100, 150, 200, undefined]);
    const changing = (from: number, to: number) => offices.changing(from, to).map((one) => one.id);
    expect(changing(100, 200).sort()).toEqual(["1", "2", "3"]);
    expect(changing(99, 100)).toEqual(["1"]);
    await put(store, (tx) => tx.putPerson(person(SANA, { state: "retired" })));
    expect(at(200)).toEqual(["2"]);
    await put(store, ({ tables }) => tables.offices.putPost({ ...post("dc", "home"), closed: true }));
    expect(at(200)).toEqual([]);
  });

  test("waves stand in their place, roles with the province of their person, photos and keys with whose they are", async () => {
    const store = fresh();
    const { offices } = store.tables;
    const wave = (name: string, place: number): Wave => ({
      ...{ id: name, province: "ba", place, name: words(name), who: { kind: "employees" }, quota: null },
      ...{ opens: 1, closes: null, gates: {}, hand: "auto" },
    });
    const grant: Grant = { id: "g", person: AYESHA, role: "nodal", scope: { unit: "home" }, from: 1, to: null };
    const photo: Photo = { person: AYESHA, type: "image/webp", bytes: "AAAA" };
    await put(store, (tx) => {
      tx.putPerson(person(AYESHA));
      const { offices: into } = tx.tables;
      into.putWave(wave("later", 2));
      into.putWave(wave("first", 1));
      into.putGrant(grant);
      into.putPhoto({ ...photo, bytes: "BBBB" });
      into.putPhoto(photo);
      into.putProvinceKey("ba", "k1", 2);
      into.putProvinceKey("ba", "k2", 1);
      into.putEntered("post", "p", 5);
      into.putEntered("post", "p", 9);
      const device = { id: id(5), person: AYESHA, key: "k" };
      into.putTurn(device, "ba", 3);
      into.putTurn(device, "ba", 1);
      into.putTurn(device, "pb", 2);
    });
    expect(offices.waves("ba").map((one) => one.id)).toEqual(["first", "later"]);
    expect(offices.wave("later")).toEqual(wave("later", 2));
    expect([offices.grant("g"), offices.grantsOf(AYESHA), offices.grants("ba")]).toEqual([grant, [grant], [grant]]);
    expect([offices.grantsOf(BILAL), offices.grants("pb")]).toEqual([[], []]);
    expect([offices.photo(AYESHA), offices.photo(BILAL)]).toEqual([photo, undefined]);
    expect([offices.provinceKey("ba"), offices.provinceKey("pb")]).toEqual(["k2", undefined]);
    expect([offices.rules("ba"), offices.rules("pb")]).toEqual([2, 1]);
    expect([offices.entered("post", "p"), offices.entered("person", "p")]).toEqual([5, undefined]);
    expect(Object.fromEntries(offices.turns({ id: id(5), person: AYESHA, key: "k" }))).toEqual({ ba: 3, pb: 2 });
    expect(offices.turns({ id: id(5), person: AYESHA, key: "other" }).size).toBe(0);
  });

  test("people are found by number and contact, unless they are removed or share it", async () => {
    const store = fresh();
    const { offices } = store.tables;
    const contact = { email: "Ayesha@beep.example", mobile: "+923001234567" };
    await put(store, (tx) => {
      tx.putPerson(person(AYESHA, { number: "77", contact }));
      tx.putPerson(person(BILAL, { number: "Is-78", contact: { email: "bilal@beep.example" } }));
      tx.putPerson(person(SANA, { province: "pb", number: "77" }));
    });
    expect(offices.personByNumber("ba", "77")?.id).toBe(AYESHA);
    expect(offices.personByNumber("pb", "77")?.id).toBe(SANA);
    for (const typed of ["Is-78", "IS-78", "is-78"]) expect(offices.personByNumber("ba", typed)?.id).toBe(BILAL);
    expect(offices.personByNumber("ba", "79")).toBeUndefined();
    expect(offices.personByContact("ba", "ayesha@BEEP.example")?.id).toBe(AYESHA);
    expect(offices.personByContact("ba", "+923001234567")?.id).toBe(AYESHA);
    expect(offices.personByContact("pb", "+923001234567")).toBeUndefined();
    await put(store, (tx) => {
      tx.putPerson(person(BILAL, { contact: { email: "ayesha@beep.example" } }));
      tx.putPerson(person(SANA, { province: "pb", number: "77", state: "removed" }));
    });
    expect(offices.personByContact("ba", "ayesha@beep.example")).toBeUndefined();
    expect(offices.personByNumber("pb", "77")).toBeUndefined();
    expect(offices.peopleAfter("ba", "", 9).map((one) => one.id)).toEqual([AYESHA, BILAL]);
    expect(offices.peopleAfter("ba", AYESHA, 1).map((one) => one.id)).toEqual([BILAL]);
    expect(offices.peopleAfter("pb", "", 9).map((one) => one.id)).toEqual([SANA]);
  });

  test("what is put is told with its commit, in order; a job sees its own, and nothing stays of one that failed", async () => {
    const store = fresh();
    const told: Entry[] = [];
    store.onCommit(({ entries }) => told.push(...entries));
    const entries: Entry[] = [{ person: person(AYESHA) }, { unit: unit("home", null) }, { post: post("dc", "home") }];
    const device = { id: id(5), person: AYESHA, key: "k", label: "phone", revoked: false };
    const work = (tx: Tx) => {
      tx.putPerson(person(AYESHA));
      tx.tables.offices.putUnit(unit("home", null));
      tx.tables.offices.putPost(post("dc", "home"));
      tx.putDevice(device);
      expect(tx.tables.offices.posts({ unit: "home", limit: 9 })).toHaveLength(1);
    };
    const failing = put(store, (tx) => {
      work(tx);
      throw new Error("drawn to fail");
    });
    const beside = put(store, ({ tables }) => tables.offices.putUnit(unit("works", null)));
    expect(await failing.catch((error: Error) => error.message)).toBe("drawn to fail");
    await beside;
    expect(told).toEqual([{ unit: unit("works", null) }]);
    const { offices } = store.tables;
    expect([store.person(AYESHA), offices.unit("home"), offices.peopleAfter("ba", "", 9)]).toEqual([
      undefined,
      undefined,
      [],
    ]);
    told.length = 0;
    await put(store, work);
    expect(told).toEqual([...entries, { device }]);
  });

  test("the folder's own texts are kept, and the last one set stands", () => {
    const { secrets } = fresh();
    expect(secrets.get("key")).toBeUndefined();
    secrets.set("key", "first");
    secrets.set("key", "second");
    expect(secrets.get("key")).toBe("second");
  });
}
