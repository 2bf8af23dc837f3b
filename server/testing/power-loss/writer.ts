/**
 * A process that writes to a store until it is killed, and says on its standard output what was acknowledged: one line
 * `room n id` an event. Arguments: folder, seed, and the synchronous setting to run with, FULL unless told.
 */
import { writeSync } from "node:fs";
import { mintId } from "#protocol/ids";
import { openStore } from "../../store/open.ts";
import { at, draft, id, makeRoom } from "../store-contract/material.ts";

const [folder, seed, synchronous = "FULL"] = process.argv.slice(2) as [string, string, string?];
let state = Number(seed) + 1;
/** 0 … below-1 (Lehmer's generator): the run is told by its seed, its timing is not */
const draw = (below: number): number => {
  state = (state * 48271) % 0x7fffffff;
  return state % below;
};

const store = openStore({ folder, province: "is", files: 2 });
// Reaches past the doors on purpose: other settings show that the test would notice, and with a short log it is folded
// into the file many times a second, which is where most can go wrong.
const { list } = store as unknown as { list: { db: { run(sql: string): void } }[] };
for (const { db } of list) {
  db.run(`PRAGMA synchronous = ${synchronous}`);
  db.run("PRAGMA wal_autocheckpoint = 40");
}
const rooms = Array.from({ length: 6 }, (_, i) => id(i + 1));
await Promise.all(rooms.map((room) => makeRoom(store, ["is", "pb"], room)));

let stamp = store.newestStamp();
for (let turn = 0; ; turn++) {
  const acks = await Promise.all(
    Array.from({ length: 1 + draw(20) }, () => {
      const room = rooms[draw(rooms.length)] as string;
      const record = draft({ room, id: mintId(Date.now()), text: "x".repeat(draw(2000)) });
      stamp = Math.max(stamp + 1, at(turn));
      return store.write(room, (tx) => ({ room, ...tx.append(record, stamp, ["pb"]) }));
    }),
  );
  writeSync(1, acks.map((ack) => `${ack.room} ${ack.n} ${ack.id}\n`).join(""));
  const room = rooms[draw(rooms.length)] as string;
  const n = store.heads(room).get(store.origin)?.n ?? 0;
  if (draw(4) === 0) {
    await store.write(room, (tx) =>
      tx.mark([{ room, holder: "pb", kind: "s", origin: store.origin, n: draw(n + 1) }], false),
    );
  }
}
