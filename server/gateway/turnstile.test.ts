import { expect, test } from "bun:test";
import type { AppError } from "../domain/error.ts";
import { Turnstile } from "./turnstile.ts";
import { type Whence, whence } from "./whence.ts";

function door() {
  let now = 1_000_000;
  const turnstile = new Turnstile(() => now);
  /** the time that passed until the device was in, asking again when it was told to */
  const ask = (device: string, turn?: string, from: Whence = OFFICE) => told(() => turnstile.pass(device, from, turn));
  /** the device proves itself with its turn */
  const prove = (device: string, turn: string, person = device) =>
    told(() => {
      const given = turnstile.provable(device, turn);
      if (given) turnstile.passProven(device, person, given);
      else turnstile.pass(device, OFFICE, turn);
    });
  return { turnstile, ask, prove, pass: (ms: number) => (now += ms), now: () => now };
}
const OFFICE: Whence = whence("203.0.113.7");

function told(work: () => void): Told | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return (error as AppError).options as Told;
  }
}
interface Told {
  retryAfter: number;
  place: number;
  turn: string;
  prove?: true;
}

test("where nobody waits everybody comes in at once, up to a burst", () => {
  const { ask, pass } = door();
  for (let i = 0; i < 50; i++) expect(ask(`d${i}`)).toBeUndefined();
  expect(ask("late")).toMatchObject({ place: 1 });
  pass(10_000);
  for (let i = 0; i < 50; i++) expect(ask(`e${i}`)).toBeUndefined();
});

test("a crowd comes in by the order in which it came, each no later than it was told (R153)", () => {
  const { ask, pass, now, turnstile } = door();
  const from = now();
  const waiting: { id: number; at: number; turn: string }[] = [];
  const entered: { id: number; at: number }[] = [];
  for (let id = 0; id < 3_000; id++) {
    const told = ask(`d${id}`);
    if (told) waiting.push({ id, at: now() + told.retryAfter, turn: told.turn });
    else entered.push({ id, at: now() });
  }
  const first = [...waiting];
  while (waiting.length > 0 && now() - from < 120_000) {
    pass(50);
    for (const one of waiting.splice(0)) {
      if (one.at > now()) waiting.push(one);
      else {
        const told = ask(`d${one.id}`, one.turn);
        if (told) waiting.push({ ...one, at: now() + told.retryAfter, turn: told.turn });
        else entered.push({ id: one.id, at: now() });
      }
    }
  }
  expect(entered).toHaveLength(3_000);
  expect(turnstile.waiting).toBe(0);
  for (const { id, at } of first) expect((entered.find((one) => one.id === id)?.at ?? 0) - at).toBeLessThanOrEqual(50);
  const late = entered.slice(50).map(({ id }) => id);
  for (let i = 100; i < late.length; i++) expect((late[i] as number) - (late[i - 100] as number)).toBeGreaterThan(0);
});

test("a turn is good for its device and at this node alone; nobody jumps the queue with it", () => {
  const { ask, pass } = door();
  for (let i = 0; i < 1_000; i++) ask(`d${i}`);
  const told = ask("a") as { turn: string; place: number };
  const again = ask("a", told.turn) as { turn: string; place: number };
  expect(again).toMatchObject({ turn: told.turn, place: told.place });
  const forgeries = [told.turn.replace("u.", "p."), told.turn.replace(/^u\.[^.]+/, "u.1"), told.turn.toUpperCase()];
  for (const forged of [...forgeries, `${told.turn}0`, "", "1.1.00"])
    expect((ask("a", forged) as { place: number }).place).toBeGreaterThan(told.place);
  expect((ask("b", told.turn) as { place: number }).place).toBeGreaterThan(told.place);
  expect((door().ask("a", told.turn) ?? { place: 0 }).place).toBe(0);
  pass(30_000);
  expect(ask("a", told.turn)).toBeUndefined();
});

test("when those inside feel it, fewer are let in; when they do not, more", () => {
  const { turnstile, ask } = door();
  for (let i = 0; i < 300; i++) ask(`d${i}`);
  const usual = turnstile.rate;
  turnstile.felt(20);
  turnstile.felt(20);
  expect(turnstile.rate).toBeLessThan(usual * 0.8);
  for (let i = 0; i < 50; i++) turnstile.felt(20);
  expect(turnstile.rate).toBeGreaterThan(10);
  for (let i = 0; i < 300; i++) turnstile.felt(0);
  expect(turnstile.rate).toBeGreaterThan(usual);
});

test("a turn runs out ten minutes after it was called, however long it waited before (R153)", () => {
  for (const waiting of [500, 5_000, 30_000]) {
    const { ask, pass, turnstile } = door();
    for (let i = 0; i < waiting; i++) ask(`d${i}`);
    const { turn } = ask("late") as Told;
    let called = 0;
    for (; turnstile.waiting > 0; called += 1000) pass(1000);
    expect(ask("late", turn)).toBeUndefined();
    pass(590_000);
    expect(ask("late", turn)).toBeUndefined();
    for (let i = 0; i < 60; i++) ask(`e${i}`);
    expect(ask("late", turn)).toBeUndefined();
    // Noted every few seconds, it may be good a little longer.
    pass(30_000);
    for (let i = 0; i < 60; i++) ask(`f${i}`);
    expect(ask("late", turn)?.turn).not.toBe(turn);
  }
});

/** Strangers who come at a steady rate, whatever they are told. */
const FLOODS: Record<string, (i: number) => string> = {
  "three IPv4 addresses": (i) => `198.51.${i % 3}.9`,
  "two IPv6 lines": (i) => `2001:db8:${i % 2}:2::${(i % 65_000).toString(16)}`,
  "one rented block": (i) => `2001:db8:5:${(i % 65_000).toString(16)}::1`,
  "two neighbourhoods": (i) => `198.51.${i % 2}.${i % 256}`,
};

for (const [flood, address] of Object.entries(FLOODS))
  test(`a flood from ${flood} waits behind those who come from elsewhere, with a proof or without (R153, R171)`, () => {
    const { ask, prove, pass, turnstile } = door();
    for (let i = 0; i < 60; i++) turnstile.felt(0);
    let came = 0;
    const flooding = (ms: number) => {
      for (let at = 0; at < ms; at += 20) {
        for (let i = 0; i < 12; i++) ask(`x${came}`, undefined, whence(address(came++)));
        pass(20);
      }
    };
    flooding(40_000);
    expect(turnstile.waiting).toBeGreaterThan(10_000);
    const comers = { old: false, proves: true };
    for (const [name, proves] of Object.entries(comers)) {
      let answer = ask(name, undefined, whence("192.0.2.77"));
      if (answer && proves) answer = prove(name, answer.turn);
      let waited = 0;
      while (answer && waited < 60_000) {
        flooding(answer.retryAfter);
        waited += answer.retryAfter;
        answer = ask(name, answer.turn, whence("192.0.2.77"));
      }
      expect([flood, name, answer]).toEqual([flood, name, undefined]);
      expect(waited).toBeLessThan(proves ? 2_000 : 10_000);
    }
  });

test("an office of thousands behind one address comes in beside a flood as fast as without it, once it proves itself", () => {
  const times: number[] = [];
  for (const flooded of [false, true]) {
    const { ask, prove, pass, now } = door();
    let came = 0;
    if (flooded)
      for (let i = 0; i < 12_000; i++) ask(`x${came}`, undefined, whence(`2001:db8:${came % 2}:2::${came++}`));
    else for (let i = 0; i < 60; i++) ask(`w${i}`);
    const from = now();
    const waiting: { device: string; at: number; turn: string }[] = [];
    for (let i = 0; i < 4_000; i++) {
      const first = ask(`d${i}`);
      const told = first && prove(`d${i}`, first.turn);
      if (told) waiting.push({ device: `d${i}`, at: now() + told.retryAfter, turn: told.turn });
    }
    while (waiting.length > 0 && now() - from < 600_000) {
      pass(100);
      if (flooded) for (let i = 0; i < 30; i++) ask(`x${came}`, undefined, whence(`2001:db8:${came % 2}:2::${came++}`));
      for (const one of waiting.splice(0)) {
        const told = one.at > now() ? undefined : ask(one.device, one.turn);
        if (one.at > now()) waiting.push(one);
        else if (told) waiting.push({ ...one, at: now() + told.retryAfter });
      }
    }
    expect(waiting).toEqual([]);
    times.push(now() - from);
  }
  expect((times[1] as number) / (times[0] as number)).toBeLessThan(1.3);
});

test("proving twice, or with many turns, gives one place; a person's devices come one in a round", () => {
  const { ask, prove, pass, turnstile } = door();
  for (let i = 0; i < 400; i++) ask(`x${i}`);
  const turns = Array.from({ length: 20 }, () => (ask("greedy") as Told).turn);
  const before = turnstile.waiting;
  const places = turns.map((turn) => prove("greedy", turn) as Told);
  expect(new Set(places.map(({ turn }) => turn)).size).toBe(1);
  expect(prove("greedy", turns[0] as string)).toMatchObject({ place: 1 });
  // Its place among the strangers is free for the next one.
  expect(turnstile.waiting).toBe(before);
  const own = Array.from(
    { length: 8 },
    (_, i) => prove(`own${i}`, (ask(`own${i}`) as Told).turn, "one person") as Told,
  );
  const other = prove("other", (ask("other") as Told).turn) as Told;
  expect(own.map(({ place }) => place)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  expect(other.place).toBe(3);
  for (const { turn, prove: asked } of [...own, other]) expect([turn[0], asked]).toEqual(["p", undefined]);
  pass(60_000);
  expect(ask("greedy", places[0]?.turn)).toBeUndefined();
});

test("whoever cannot prove comes in beside those who can", () => {
  const { ask, prove, pass } = door();
  let answer: Told | undefined;
  for (let i = 0; i < 60; i++) ask(`x${i}`);
  let came = 0;
  const proven = () => {
    const told = ask(`p${came}`);
    if (told) prove(`p${came}`, told.turn);
    came++;
  };
  for (let i = 0; i < 3_000; i++) proven();
  answer = ask("old", undefined, whence("192.0.2.77"));
  let waited = 0;
  for (; answer && waited < 60_000; waited += 100) {
    pass(100);
    for (let i = 0; i < 20; i++) proven();
    answer = ask("old", answer.turn);
  }
  expect(answer).toBeUndefined();
});
