import { expect, test } from "bun:test";
import { Keyer, type Member } from "./keyer.ts";
import { dice, KeyerTown } from "./testing/keyer-town.ts";

const SEEDS = Number(process.env.BEEP_SEEDS ?? 60);
const secret = () => crypto.getRandomValues(new Uint8Array(32));
const seat = (id: string, at: number, here = true): Member => ({ id, at, here });
const roster = (...members: Member[]) => ({ name: members.map(({ id }) => id).join(), members });
const [a, b, c] = [seat("a", 1), seat("b", 2), seat("c", 3)];

function town(seed: number): KeyerTown {
  const random = dice(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const town = new KeyerTown(random, random() * 0.4, [0, seed % 2 ? 0 : random() * 20_000 - 10_000]);
  town.join(0);
  for (let turn = 0; turn < 40; turn++) {
    const present = [...town.clients.values()];
    const roll = random();
    if (roll < 0.3 && present.length < 8) town.join(random() < 0.5 ? 0 : 1);
    else if (roll < 0.5 && present.length > 1) town.leave(pick(present).member.id);
    else if (roll < 0.6) town.setCut(random() < 0.5);
    else if (roll < 0.75) town.here(pick(present).member.id, random() < 0.6);
    town.run(random() < 0.5 ? random() * 600 : random() * 6_000);
  }
  for (const { member } of town.clients.values()) town.here(member.id, true);
  town.setCut(false);
  return town;
}

test(
  "whatever comes, goes, is cut and lost: in the end all present share one epoch, and nobody else ever could",
  () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { clients, came, faults, made, ...rest } = settle(seed);
      expect({ seed, faults, inUse: rest.shared.length, none: rest.shared.includes("-") }).toEqual({
        seed,
        faults: [],
        inUse: 1,
        none: false,
      });
      for (const { at, view, readers } of made.values())
        for (const reader of readers) {
          // Who had left is not in the maker's view; who came later had not come when it was made.
          expect({ seed, known: view.has(reader), early: (came.get(reader) as number) > at }).toEqual({
            seed,
            known: true,
            early: false,
          });
        }
      expect(clients.size).toBeGreaterThan(0);
    }
  },
  60_000 + SEEDS * 50,
);

function settle(seed: number) {
  const one = town(seed);
  one.run(90_000);
  return { clients: one.clients, came: one.came, faults: one.faults, made: one.made, shared: one.inUse() };
}

test("a quiet call makes no epochs and sends nothing", () => {
  const one = new KeyerTown(dice(5), 0);
  for (let i = 0; i < 4; i++) one.join(0);
  one.run(20_000);
  const { boxes } = one;
  const epochs = one.made.size;
  one.run(120_000);
  expect(one.boxes).toBe(boxes);
  expect(one.made.size).toBe(epochs);
});

test("the first in line makes the epoch at once, and those who come together share one", () => {
  const keyer = new Keyer("a", secret);
  keyer.sit(roster(a), 0);
  expect(keyer.step(0).use?.n).toBe(1);
  keyer.sit(roster(a, b), 100);
  const early = keyer.step(100);
  expect(early).toMatchObject({ seal: [], wake: 500 });
  keyer.sit(roster(a, b, c), 300);
  const made = keyer.step(500);
  expect(made.seal).toMatchObject([{ epoch: { n: 5, keyer: "a" }, roster: "a,b,c", to: ["b", "c"] }]);
});

test("a new epoch is sent with after a while when somebody came, and at once when somebody left", () => {
  const keyer = new Keyer("a", secret);
  keyer.sit(roster(a, b), 0);
  keyer.step(0);
  keyer.sit(roster(a, b, c), 1_000);
  expect(keyer.step(1_000)).toMatchObject({ use: { n: 1 }, hold: [{ n: 1 }, { n: 10 }], wake: 1_300 });
  expect(keyer.step(1_299).use?.n).toBe(1);
  expect(keyer.step(1_300).use?.n).toBe(10);
  keyer.sit(roster(a, b), 2_000);
  expect(keyer.step(2_000)).toMatchObject({ use: { n: 20 }, hold: [{ n: 1 }, { n: 10 }, { n: 20 }] });
  for (let at = 2_000; at < 13_000; at += 500) keyer.step(at);
  expect(keyer.step(13_000).hold).toMatchObject([{ n: 20 }]);
});

test("the next in line waits its turn, and takes over when nothing has come", () => {
  const keyer = new Keyer("c", secret);
  keyer.sit(roster(a, b, c), 0);
  expect(keyer.step(0)).toMatchObject({ use: null, seal: [], wake: 3_000 });
  expect(keyer.step(2_999).seal).toEqual([]);
  expect(keyer.step(3_000).seal).toMatchObject([{ epoch: { n: 30, keyer: "c" }, to: ["a", "b"] }]);
  // Who is away has no turn.
  const second = new Keyer("c", secret);
  second.sit(roster({ ...a, here: false }, b, c), 0);
  expect(second.step(0).wake).toBe(1_500);
});

test("a box is sent again until its arrival is told, and at once to who is back", () => {
  const keyer = new Keyer("a", secret);
  keyer.sit(roster(a, b, { ...c, here: false }), 0);
  expect(keyer.step(0).seal).toMatchObject([{ to: ["b"] }]);
  expect(keyer.step(699).seal).toEqual([]);
  expect(keyer.step(700).seal).toMatchObject([{ epoch: { n: 1 }, to: ["b"] }]);
  keyer.acknowledge("b", 1, 1, 800);
  expect(keyer.step(9_000)).toMatchObject({ seal: [], wake: null });
  keyer.sit(roster(a, b, c), 9_500);
  expect(keyer.step(9_500).seal).toMatchObject([{ epoch: { n: 1 }, to: ["c"] }]);
});

test("an epoch for the present seats beats a larger number that is not for them", () => {
  const keyer = new Keyer("c", secret);
  keyer.sit(roster(b, c), 0);
  keyer.receive({ n: 9, keyer: "b", secret: secret() }, "b,c", 10);
  expect(keyer.step(10)).toMatchObject({ use: { n: 9 }, acks: [{ to: "b", n: 9 }] });
  keyer.sit(roster(a, b, c), 1_000);
  keyer.receive({ n: 4, keyer: "a", secret: secret() }, "a,b,c", 1_100);
  keyer.receive({ n: 10, keyer: "b", secret: secret() }, "b,c", 1_200);
  keyer.step(1_200);
  expect(keyer.step(1_400).use).toMatchObject({ n: 4, keyer: "a" });
});

test("an epoch that comes twice, or after its successor, changes nothing and is told to have come", () => {
  const keyer = new Keyer("b", secret);
  keyer.sit(roster(a, b), 0);
  const second = { n: 2, keyer: "a", secret: secret() };
  keyer.receive(second, "a,b", 0);
  keyer.receive({ ...second, secret: secret() }, "a,b", 1);
  keyer.receive({ n: 1, keyer: "a", secret: secret() }, "a,b", 1);
  const step = keyer.step(1);
  expect(step.hold).toEqual([second]);
  expect(step.acks.map(({ n }) => n)).toEqual([2, 2, 1]);
});

test("who leaves and is back at once meets a new epoch, not the former one", () => {
  const keyer = new Keyer("a", secret);
  keyer.sit(roster(a, b), 0);
  keyer.step(0);
  keyer.sit(roster(a, b, c), 600);
  keyer.step(600);
  keyer.sit(roster(a, b), 700);
  keyer.step(700);
  expect(keyer.step(1_100).use?.n).toBe(11);
});

test("a number out of all measure is not counted on from", () => {
  const keyer = new Keyer("a", secret);
  keyer.sit(roster(a, b), 0);
  keyer.step(0);
  keyer.receive({ n: 2 ** 40, keyer: "b", secret: secret() }, "x", 1);
  keyer.receive({ n: 2 ** 41, keyer: "b", secret: secret() }, "x", 1);
  keyer.sit(roster(a, b, c), 1_000);
  expect(keyer.step(1_000).seal[0]?.epoch.n).toBe(10);
});

test("a keyer that hears of a larger number than its own makes a larger one still, if nothing else explains it", () => {
  const keyer = new Keyer("a", secret);
  keyer.sit(roster(a, b), 0);
  keyer.step(0);
  keyer.acknowledge("b", 1, 7, 100);
  expect(keyer.step(100).wake).toBe(1_100);
  expect(keyer.step(1_100).seal).toMatchObject([{ epoch: { n: 11 }, to: ["b"] }]);
  keyer.acknowledge("b", 11, 11, 1_200);
  expect(keyer.step(1_400)).toMatchObject({ use: { n: 11 }, wake: 11_400 });
});

test("of two epochs for the same seats the later one is used, and the first in line is told to make one for all", () => {
  const keyer = new Keyer("c", secret);
  keyer.sit(roster(a, b, c), 0);
  keyer.receive({ n: 1, keyer: "a", secret: secret() }, "a,b,c", 10);
  keyer.step(10);
  keyer.receive({ n: 2, keyer: "b", secret: secret() }, "a,b,c", 20);
  expect(keyer.step(20).acks).toEqual([
    { to: "b", n: 2, newest: 2 },
    { to: "a", n: 1, newest: 2 },
  ]);
  const first = new Keyer("a", secret);
  first.sit(roster(a, b, c), 0);
  first.step(0);
  first.receive({ n: 2, keyer: "b", secret: secret() }, "a,b,c", 20);
  expect(first.step(20)).toMatchObject({ seal: [], wake: 320 });
  expect(first.step(1_020).seal).toMatchObject([{ epoch: { n: 10, keyer: "a" } }]);
});
