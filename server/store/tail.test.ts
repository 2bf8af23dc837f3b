import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Origin, PersonId } from "#protocol/ids";
import { decodeRecord, KIND } from "#protocol/record";
import type { HistoryPolicy } from "#protocol/room";
import {
  at,
  AYESHA,
  BILAL,
  draft,
  foreign,
  makeRoom,
  member,
  PUNJAB,
  ROOM,
  SANA,
} from "../testing/store-contract/material.ts";
import { openStore } from "./open.ts";
import type { SqliteStore } from "./store.ts";
import { TAIL } from "./tail.ts";

// Every commit waits for the disk, and a busy one takes its time.

const base = mkdtempSync(join(tmpdir(), "beep-tail-"));
let made = 0;
afterAll(() => rmSync(base, { recursive: true }));
const open = (folder = join(base, String(++made))) => openStore({ folder, province: "is" });
const PEOPLE = [AYESHA, BILAL, SANA];

/** The same count from the records themselves. */
function counted(store: SqliteStore, person: PersonId): number {
  const room = store.room(ROOM);
  const since = room?.history === "joined" ? (room.members.get(person)?.since ?? 0) : 0;
  const read = (origin: Origin) =>
    store.marks(ROOM, person).find((mark) => mark.kind === "r" && mark.origin === origin)?.n ?? 0;
  let count = 0;
  for (const [origin, { n }] of store.heads(ROOM))
    for (const record of store.range(ROOM, origin, read(origin), n, 1e9)) {
      const { kind, sender, stamp } = decodeRecord(record);
      if (kind === KIND.message && sender !== person && stamp >= since) count++;
    }
  return Math.min(100, count);
}
const all = (store: SqliteStore) => PEOPLE.map((person) => store.unread(ROOM, person));
const fresh = (store: SqliteStore) => PEOPLE.map((person) => counted(store, person));

for (const history of ["all", "joined"] as HistoryPolicy[])
  test(`what is unread stays exact while events, marks and rollbacks come (history ${history})`, async () => {
    let seed = 7;
    const dice = (n: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed % n;
    };
    const folder = join(base, String(++made));
    let store = open(folder);
    await makeRoom(store, ["is", "is", "pb"]);
    await store.write(ROOM, (tx) => {
      tx.putRoom({ id: ROOM, kind: "group", name: "x", home: "is", history, cseq: 1 });
      tx.putMembers(ROOM, [member(SANA, "pb", at(40))]);
    });
    let tick = 0;
    let punjab = 0;
    for (let round = 0; round < 60; round++) {
      await store.write(ROOM, (tx) => {
        for (let i = dice(14); i > 0; i--) {
          const words = { sender: PEOPLE[dice(3)] as PersonId, kind: dice(5) === 0 ? KIND.control : KIND.message };
          if (dice(3) === 0) tx.apply(foreign(PUNJAB, ++punjab, at(++tick), words));
          else tx.append(draft(words), at(++tick), []);
        }
      });
      if (dice(4) === 0) {
        const failed = store.write(ROOM, (tx) => {
          tx.append(draft({ sender: SANA }), at(tick + 1), []);
          throw new Error("undone");
        });
        expect(await failed.catch((error) => error.message)).toBe("undone");
      }
      if (dice(3) === 0) {
        const [origin, head] = [...store.heads(ROOM)][dice(store.heads(ROOM).size)] ?? [];
        if (origin && head)
          await store.write(ROOM, (tx) => {
            const holder = PEOPLE[dice(2)] as PersonId;
            tx.mark([{ room: ROOM, holder, kind: "r", origin, n: Math.max(0, head.n - dice(2 * TAIL)) }], true);
          });
      }
      if (dice(20) === 0) {
        await store.close();
        store = open(folder);
      }
      expect(all(store)).toEqual(fresh(store));
    }
    expect(store.heads(ROOM).get(store.origin)?.n).toBeGreaterThan(2 * TAIL);
    // Somebody far behind: what the tail does not reach is counted in the file.
    expect(store.unread(ROOM, SANA)).toBe(100);
    await store.close();
  });

test("an origin's log that begins anew behind a base is counted from there", async () => {
  const store = open();
  await makeRoom(store, ["is", "pb"]);
  await store.write(ROOM, (tx) => tx.apply(foreign(PUNJAB, 1, at(1))));
  expect(store.unread(ROOM, AYESHA)).toBe(1);
  await store.write(ROOM, (tx) => {
    tx.rebase(ROOM, PUNJAB, 200, "00000000000000aa");
    tx.apply(foreign(PUNJAB, 201, at(2)));
  });
  expect(store.unread(ROOM, AYESHA)).toBe(counted(store, AYESHA));
  await store.close();
});
