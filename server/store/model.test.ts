import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Origin } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import type { Store, Tx } from "../domain/ports.ts";
import { MemoryStore } from "../testing/memory-store.ts";
import {
  AYESHA,
  at,
  BILAL,
  draft,
  foreign,
  id,
  member,
  PUNJAB,
  SANA,
  SINDH,
} from "../testing/store-contract/material.ts";
import { openStore } from "./open.ts";
import { verifyFile } from "./verify.ts";

const base = mkdtempSync(join(tmpdir(), "beep-model-"));
afterAll(() => rmSync(base, { recursive: true }));

const ROOMS = [1, 2, 3, 4, 5].map(id);
const PEOPLE = [AYESHA, BILAL, SANA];
const PROVINCES = ["is", "pb", "sd", "kp"];
const OLD_LIFE: Origin = "is-000000old";

type Step = (tx: Tx) => unknown;

/** Draws jobs; each can be run on any number of stores, as it makes its records anew. */
class Dice {
  private stamp = 0;
  constructor(
    private state: number,
    private readonly own: Origin,
  ) {}

  below(n: number): number {
    this.state = (this.state * 48271) % 0x7fffffff;
    return this.state % n;
  }

  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  some<T>(list: readonly T[]): T[] {
    return list.filter(() => this.below(2) === 0);
  }

  /** A job of one to four steps on one room; now and then it fails at its end. */
  job(): { room: string; run: Step } {
    const room = this.pick(ROOMS);
    const steps = Array.from({ length: 1 + this.below(4) }, () => this.step(room));
    const fails = this.below(8) === 0;
    const run = (tx: Tx) => {
      const answers = steps.map((step) => step(tx));
      if (fails) throw new Error("drawn to fail");
      return answers;
    };
    return { room, run };
  }

  private step(room: string): Step {
    const stamp = at(++this.stamp);
    const event = id(1000 + this.below(5000));
    const sender = this.pick(PEOPLE);
    const origin = this.pick([PUNJAB, SINDH, OLD_LIFE]);
    const dests = this.some(PROVINCES.slice(1));
    const people = this.some(PEOPLE);
    const n = this.below(30);
    const ahead = this.pick([0, 1, 1, 1, 1, 1, 2]);
    const person: Mark = {
      room,
      holder: sender,
      kind: this.pick(["d", "r"]),
      origin: this.pick([origin, this.own]),
      n,
    };
    const stored: Mark = { room, holder: this.pick(PROVINCES), kind: "s", origin: this.pick([OLD_LIFE, this.own]), n };
    const local = this.below(2) === 0;
    const members = people.map((who) => member(who, this.pick(PROVINCES), stamp));
    const from = this.pick([0, stamp, at(this.below(this.stamp))]);
    const history = this.pick(["all", "joined"] as const);
    const steps: Step[] = [
      (tx) => tx.find(room, event) ?? tx.append(draft({ room, id: event, sender }), stamp, dests),
      (tx) => tx.find(room, event) ?? tx.append(draft({ room, id: event, sender }), stamp, dests),
      (tx) => tx.apply(foreign(origin, tx.head(room, origin).n + ahead, stamp, { room, id: event, sender })),
      (tx) => tx.apply(foreign(origin, tx.head(room, origin).n + ahead, stamp, { room, id: event, sender })),
      (tx) => tx.mark([person], local),
      (tx) => tx.mark([stored], false),
      (tx) => tx.putRoom({ id: room, kind: "group", name: `Room ${n}`, home: "is", history, cseq: n }),
      (tx) => tx.putMembers(room, members),
      (tx) => tx.removeMembers(room, people),
      (tx) => n < 10 && tx.grant(room, "pb", from),
      (tx) => n < 2 && tx.rebase(room, SINDH, tx.head(room, SINDH).n + n, "00000000deadbeef"),
      (tx) => tx.setCursor("seq:pb", n),
    ];
    return this.pick(steps);
  }
}

const sorted = (list: readonly unknown[]) => list.map((value) => JSON.stringify(value)).sort();

/** All that can be read of a store, positions and versions left out: only their order means something. */
function look(store: Store, before: Record<Origin, number>, since: number) {
  const rooms = ROOMS.map((room) => ({
    room: store.room(room) && { ...store.room(room), members: sorted([...(store.room(room)?.members.values() ?? [])]) },
    heads: sorted([...store.heads(room)]),
    marks: sorted(store.marks(room)),
    page: store.page(room, before, 9, since),
    unread: PEOPLE.map((person) => store.unread(room, person)),
    bases: [...store.heads(room).keys()].sort().map((origin) => store.baseFor(room, origin, "pb")),
    hashes: [...store.heads(room)]
      .map(([origin, { base, n }]) => `${origin} ${store.hashAt(room, origin, (base + n) >> 1)}`)
      .sort(),
    latest: store.latest(room),
  }));
  const files = Array.from({ length: store.files }, (_, file) => ({
    outbox: store.outbox(file, 0, 1e6).map(({ dest, record }) => `${dest} ${Bun.hash(record)}`),
    told: PROVINCES.map((province) =>
      sorted(store.marksSince(file, province, 0, 1e6).marks.map(({ version: _, ...m }) => m)),
    ),
    cursor: store.cursor(file, "seq:pb"),
  }));
  return {
    rooms,
    files: files.map(({ outbox, ...rest }) => ({ ...rest, outbox: sorted(outbox) })),
    waiting: PROVINCES.map((province) => store.waiting()[province] ?? 0),
    newest: store.newestStamp(),
    of: [
      ...PEOPLE.map((person) => store.roomsOf(person).toSorted()),
      ...PROVINCES.map((p) => store.roomsWith(p).toSorted()),
    ],
  };
}

for (const seed of [1, 2, 3, 4]) {
  test(`whatever is done to both, SQLite and memory answer alike (seed ${seed})`, async () => {
    const folder = join(base, String(seed));
    let real = openStore({ folder, province: "is", files: 2 });
    const model = new MemoryStore({ province: "is", files: 2, life: real.origin.slice(3) });
    const dice = new Dice(seed * 7919, real.origin);
    const told = { real: [] as unknown[], model: [] as unknown[] };
    for (let round = 0; round < 30; round++) {
      const jobs = Array.from({ length: 1 + dice.below(12) }, () => dice.job());
      const run = (store: Store) =>
        Promise.allSettled(jobs.map(({ room, run }) => store.write(room, (tx) => run(tx) as object)));
      const stops = [
        real.onCommit(({ records, left }) => told.real.push(...records.map((r) => Bun.hash(r)), ...left)),
        model.onCommit(({ records, left }) => told.model.push(...records.map((r) => Bun.hash(r)), ...left)),
      ];
      const [mine, expected] = [await run(real), await run(model)];
      for (const stop of stops) stop();
      expect(sorted(mine)).toEqual(sorted(expected));
      expect(told.real.map(String).sort()).toEqual(told.model.map(String).sort());
      const before = { [real.origin]: dice.below(40), [PUNJAB]: dice.below(40) };
      const since = dice.pick([0, 0, at(dice.below(300))]);
      expect(look(real, before, since)).toEqual(look(model, before, since));
      if (dice.below(8) > 0) continue;
      // What was kept in memory must be what is in the files.
      await real.close();
      real = openStore({ folder, province: "is" });
      expect(look(real, before, since)).toEqual(look(model, before, since));
    }
    await real.close();
    expect([0, 1].map((index) => verifyFile(join(folder, `shard-0${index}.db`)))).toEqual([undefined, undefined]);
  });
}
