import { expect, test } from "bun:test";
import type { Person } from "#protocol/directory";
import { DIRECTORY_ROOM } from "#protocol/ids";
import type { ControlRequest } from "#protocol/room";
import type { Store, Tx } from "../../domain/ports.ts";
import { type Fresh, AYESHA, BILAL, id, ROOM, SANA } from "./material.ts";

const put = (store: Store, job: (tx: Tx) => void) => store.write(DIRECTORY_ROOM, (tx) => job(tx));

const people: Person[] = [
  {
    id: AYESHA,
    province: "is",
    name: { en: "Ayesha Khan", ur: "عائشہ خان" },
    post: { en: "Section Officer", ur: "سیکشن افسر" },
    unit: { en: "Cabinet Division", ur: "کابینہ ڈویژن" },
  },
  {
    id: BILAL,
    province: "pb",
    name: { en: "Bilal Ahmed", ur: "بلال احمد" },
    post: { en: "Deputy Commissioner Lahore", ur: "ڈپٹی کمشنر لاہور" },
    unit: { en: "Home Department", ur: "محکمہ داخلہ" },
  },
  {
    id: SANA,
    province: "pb",
    name: { en: "Sana Café Bilali", ur: "ثنا بلالی" },
    post: { en: "Director 19", ur: "ڈائریکٹر ۱۹" },
    unit: { en: "Khan Research Cell", ur: "خان سیل" },
  },
];

export function directoryRules(fresh: Fresh): void {
  const filled = async () => {
    const store = fresh();
    await put(store, (tx) => {
      for (const person of people) tx.putPerson(person);
    });
    return store;
  };
  const found = (store: Store, text: string, limit = 9) => store.search(text, limit).map((person) => person.id);

  test("the last put of a person and of a device stands", async () => {
    const store = await filled();
    const moved = { ...(people[0] as Person), post: { en: "Deputy Secretary", ur: "ڈپٹی سیکرٹری" } };
    await put(store, (tx) => tx.putPerson(moved));
    expect(store.person(AYESHA)).toEqual(moved);
    expect(store.person(id(9))).toBeUndefined();
    expect(store.peopleOf("pb").map((person) => person.id)).toEqual([BILAL, SANA]);
    expect([found(store, "section officer"), found(store, "deputy secretary")]).toEqual([[], [AYESHA]]);
    const device = { id: id(5), person: AYESHA, key: "k", label: "phone", revoked: false };
    const told: string[] = [];
    store.onCommit(({ devices }) => told.push(...devices));
    await put(store, (tx) => tx.putDevice(device));
    await put(store, (tx) => tx.putDevice({ ...device, revoked: true }));
    expect(store.device(id(5))).toEqual({ ...device, revoked: true });
    expect(store.device(id(6))).toBeUndefined();
    expect(told).toEqual([id(5), id(5)]);
  });

  test("people are found by beginnings of words in name, post and unit, whatever the case", async () => {
    const store = await filled();
    expect(found(store, "AYE")).toEqual([AYESHA]);
    expect(found(store, "deputy lah")).toEqual([BILAL]);
    expect(found(store, "home dep")).toEqual([BILAL]);
    expect(found(store, "ayesha lahore")).toEqual([]);
    expect(found(store, "cafe")).toEqual([SANA]);
    expect(found(store, "bilal").toSorted()).toEqual([BILAL, SANA]);
    expect(found(store, "bilal", 1)).toHaveLength(1);
  });

  test("a name is found before a unit", async () => {
    expect(found(await filled(), "khan")).toEqual([AYESHA, SANA]);
  });

  test("Urdu is found in whatever form a keyboard gives it", async () => {
    const store = await filled();
    expect(found(store, "عائشہ")).toEqual([AYESHA]);
    expect(found(store, "عايشه")).toEqual([AYESHA]); // Arabic yeh and heh, no hamza
    expect(found(store, "كابينة")).toEqual([AYESHA]); // Arabic kaf, teh marbuta
    expect(found(store, "بِلال").toSorted()).toEqual([BILAL, SANA]); // with a vowel sign
    expect(found(store, "بلا\u200cل احمد")).toEqual([BILAL]); // with a zero-width non-joiner
    expect(found(store, "ڈپٹی کمش")).toEqual([BILAL]);
    expect(found(store, "خاں").toSorted()).toEqual([AYESHA, SANA]); // noon ghunna
    expect(found(store, "ڈائریکٹر ١٩")).toEqual([SANA]); // Arabic digits
  });

  test("a search is never read as a query language", async () => {
    const store = await filled();
    for (const text of ['"', "a* OR b", "name:ayesha", "(", "ayesha AND", "NEAR(a b)", "-", "'; DROP TABLE people"]) {
      expect(Array.isArray(store.search(text, 9))).toBe(true);
    }
    expect(found(store, "")).toEqual([]);
    expect(found(store, " .,!")).toEqual([]);
    expect(found(store, 'ayesha"*')).toEqual([AYESHA]);
  });

  test("people, devices and tables are written through the directory alone", async () => {
    const store = fresh();
    expect(store.write(ROOM, (tx) => tx.putPerson(people[0] as Person))).rejects.toThrow("DIRECTORY_ROOM");
    expect(store.write(ROOM, (tx) => tx.tables.offices)).rejects.toThrow("DIRECTORY_ROOM");
  });

  test("requests are kept until they are dropped; cursors stand per file", async () => {
    const store = fresh();
    const change = { op: "rename", name: "پانی" } as const;
    const request: ControlRequest = { id: id(3), room: ROOM, change, person: AYESHA, device: id(5), signature: "s" };
    await put(store, (tx) => tx.putRequest(request));
    await put(store, (tx) => tx.putRequest({ ...request, id: id(4), expect: 2 }));
    await put(store, (tx) => tx.dropRequest(id(4)));
    expect(store.requests()).toEqual([request]);
    expect([store.request(request.id), store.request("0".repeat(32))]).toEqual([request, undefined]);
    await store.write(ROOM, (tx) => tx.setCursor("seq:pb", 7));
    await store.write(ROOM, (tx) => tx.setCursor("seq:pb", 2 ** 40));
    expect(store.cursor(store.fileOf(ROOM), "seq:pb")).toBe(2 ** 40);
    expect(store.cursor(store.files - 1, "seq:pb")).toBe(0);
  });
}
