import { expect, test } from "bun:test";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { type Fresh, AYESHA, at, BILAL, makeRoom, ROOM, roomIn, SANA } from "./material.ts";

export function contactRules(fresh: Fresh): void {
  const asked = { by: SANA, at: at(1), state: "asked" } as const;

  test("how somebody stands to a room is kept with it, found by the person, and taken away", async () => {
    const store = fresh("is", 2);
    const [one, other] = [roomIn(store, 0), roomIn(store, 1)];
    for (const room of [one, other]) await makeRoom(store, ["is", "pb"], room);
    expect(store.room(one)?.contacts).toBeUndefined();
    const told: unknown[] = [];
    store.onCommit(({ regarded, rooms }) => told.push([regarded, rooms]));
    for (const room of [one, other])
      await store.write(room, (tx) => {
        expect(tx.contact(room, AYESHA)).toBeUndefined();
        tx.putContact(room, AYESHA, asked);
        expect(tx.contact(room, AYESHA)).toEqual(asked);
        expect(tx.room(room)?.contacts?.get(AYESHA)).toEqual(asked);
      });
    expect(told).toEqual([one, other].map((room) => [[{ room, person: AYESHA }], []]));
    expect([...store.contactsOf(AYESHA)].sort()).toEqual([one, other].sort());
    const before = store.room(one);
    await store.write(one, (tx) => tx.putContact(one, AYESHA, { ...asked, state: "declined" }));
    await store.write(other, (tx) => tx.putContact(other, AYESHA, undefined));
    expect(before?.contacts?.get(AYESHA)).toEqual(asked);
    expect(store.room(one)?.contacts?.get(AYESHA)?.state).toBe("declined");
    expect(store.room(other)?.contacts).toBeUndefined();
    expect(store.contactsOf(AYESHA)).toEqual([]);
  });

  test("it may be there before the room is, and goes with a job that fails", async () => {
    const store = fresh();
    await store.write(ROOM, (tx) => tx.putContact(ROOM, AYESHA, { ...asked, state: "begun" }));
    expect(store.room(ROOM)).toBeUndefined();
    await makeRoom(store, ["is", "pb"]);
    expect(store.room(ROOM)?.contacts?.get(AYESHA)?.state).toBe("begun");
    const failing = store.write(ROOM, (tx) => {
      tx.putContact(ROOM, BILAL, asked);
      tx.putContact(ROOM, AYESHA, undefined);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect([...(store.room(ROOM)?.contacts?.keys() ?? [])]).toEqual([AYESHA]);
    expect(store.contactsOf(BILAL)).toEqual([]);
  });

  test("blocks and reports are the directory's, and whom they regard is told after the commit", async () => {
    const store = fresh();
    const { contacts } = store.tables;
    const told: unknown[] = [];
    store.onCommit(({ regarded }) => told.push(...regarded));
    await store.write(DIRECTORY_ROOM, (tx) => {
      tx.tables.contacts.block(AYESHA, SANA, 5);
      tx.tables.contacts.block(AYESHA, BILAL, 7);
      tx.tables.contacts.block(AYESHA, SANA, 9);
      tx.regard(AYESHA, [ROOM]);
    });
    expect(told).toEqual([{ room: ROOM, person: AYESHA }]);
    expect([contacts.blocks(AYESHA, SANA), contacts.blocks(SANA, AYESHA)]).toEqual([true, false]);
    expect(contacts.blocked(AYESHA)).toEqual([
      { person: BILAL, at: 7 },
      { person: SANA, at: 5 },
    ]);
    await store.write(DIRECTORY_ROOM, (tx) => tx.tables.contacts.unblock(AYESHA, SANA));
    expect(contacts.blocks(AYESHA, SANA)).toBe(false);
    const report = { by: AYESHA, person: SANA, room: ROOM, kind: "group", name: "Cell", messages: ["AAAA"] } as const;
    for (let i = 1; i <= 3; i++)
      await store.write(DIRECTORY_ROOM, (tx) =>
        tx.tables.contacts.addReport({ ...report, messages: [...report.messages], id: `r${i}`, at: i }),
      );
    expect(contacts.reports(undefined, 2).map(({ id }) => id)).toEqual(["r3", "r2"]);
    expect(contacts.reports("r2", 2)).toMatchObject([{ ...report, id: "r1", at: 1 }]);
    expect([contacts.reportsBy(AYESHA, 1), contacts.reportsBy(SANA, 0)]).toEqual([2, 0]);
  });
}
