import { expect, test } from "bun:test";
import type { AppError } from "../domain/error.ts";
import { Turnstile } from "./turnstile.ts";

function door() {
  let now = 1_000_000;
  const turnstile = new Turnstile(() => now);
  /** the time that passed until the device was in, asking again when it was told to */
  const ask = (device: string, turn?: string) => {
    try {
      turnstile.pass(device, turn);
      return undefined;
    } catch (error) {
      return (error as AppError).options as { retryAfter: number; place: number; turn: string };
    }
  };
  return { turnstile, ask, pass: (ms: number) => (now += ms), now: () => now };
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

test("a turn is good for its device, at this node, for ten minutes; nobody jumps the queue with it", () => {
  const { ask, pass } = door();
  for (let i = 0; i < 1_000; i++) ask(`d${i}`);
  const told = ask("a") as { turn: string; place: number };
  const again = ask("a", told.turn) as { turn: string; place: number };
  expect(again).toMatchObject({ turn: told.turn, place: told.place });
  for (const forged of [told.turn.replace(/^[^.]+/, "1"), `${told.turn}0`, "", "1.1.00", told.turn.toUpperCase()])
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
