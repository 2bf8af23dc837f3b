import { expect, test } from "bun:test";
import { Nonces, VALID_MS } from "./nonces.ts";
import { Tickets } from "./tickets.ts";

const person = "a".repeat(32);
const device = "b".repeat(32);

test("a ticket is good once and for 30 seconds", () => {
  let now = 1_000_000;
  const tickets = new Tickets(() => now);
  const ticket = tickets.issue({ person, device });
  expect(tickets.redeem(ticket)).toEqual({ person, device });
  expect(tickets.redeem(ticket)).toBeUndefined();
  const late = tickets.issue({ person, device });
  now += VALID_MS;
  expect(tickets.redeem(late)).toBeUndefined();
});

test("tickets that nobody uses are forgotten, and their number is bounded", () => {
  let now = 0;
  const tickets = new Tickets(() => now);
  for (let i = 0; i < 50_100; i++) tickets.issue({ person, device });
  expect(tickets.size).toBeLessThanOrEqual(50_000);
  now += VALID_MS;
  tickets.issue({ person, device });
  expect(tickets.size).toBe(1);
});

test("a nonce is bound to process, device and time, and is spent once", () => {
  let now = 1_000_000;
  const nonces = new Nonces(() => now);
  const nonce = nonces.issue(device);
  expect(nonces.holds(nonce, device)).toBe(true);
  expect(nonces.holds(nonce, person)).toBe(false);
  expect(new Nonces(() => now).holds(nonce, device)).toBe(false);
  expect(nonces.spend(nonce)).toBe(true);
  expect(nonces.spend(nonce)).toBe(false);
  expect(nonces.holds(nonce, device)).toBe(false);
  const late = nonces.issue(device);
  now += VALID_MS + 1;
  expect(nonces.holds(late, device)).toBe(false);
  for (const junk of ["", "..", late.toUpperCase(), `${late}0`]) expect(nonces.holds(junk, device)).toBe(false);
});
