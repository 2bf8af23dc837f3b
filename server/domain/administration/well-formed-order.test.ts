import { expect, test } from "bun:test";
import { mintId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import { isWellFormedAct, isWellFormedAsk, isWellFormedOrder } from "./well-formed-order.ts";

const id = () => mintId(Date.now());
const words = { en: "", ur: "" };
const person = { id: id(), province: "pb", name: words, post: words, unit: words };
const DAY = 24 * 3600_000;

const good: OrderAct[] = [
  { do: "put", entries: [{ person }] },
  { do: "put", entries: [{ person }], undoes: id() },
  { do: "state", people: [id()], state: "active" },
  { do: "grant", grant: { id: "g", person: id(), role: "nodal", scope: { unit: "u" }, from: 0, to: 1 } },
  { do: "ungrant", grant: "g" },
  { do: "revoke", devices: [id()] },
  { do: "unrevoke", devices: [id()] },
  { do: "invite", people: [id()], validMs: 30 * DAY, way: "sms" },
  { do: "uninvite", invitations: ["i"] },
  { do: "export", what: "audit" },
  { do: "token", name: "HR", scope: { province: "pb" }, validMs: 366 * DAY },
  { do: "untoken", token: "t" },
  { do: "approve", order: id() },
  { do: "refuse", order: id() },
];

test("each act is taken as it is, and with anything more it is not (R90)", () => {
  for (const act of good) {
    expect(isWellFormedAct(act)).toBe(true);
    expect(isWellFormedAct({ ...act, more: 1 })).toBe(false);
    for (const key of Object.keys(act))
      if (key !== "undoes") expect(isWellFormedAct({ ...act, [key]: undefined })).toBe(false);
  }
});

test("sizes and times are bounded (R90)", () => {
  const twice = id();
  const bad: unknown[] = [
    { do: "put", entries: [] },
    { do: "put", entries: [{ device: { id: id() } }] },
    { do: "put", entries: [{ grant: { id: "g" } }] },
    { do: "state", people: [], state: "active" },
    { do: "state", people: [twice, twice], state: "active" },
    { do: "state", people: Array.from({ length: 501 }, id), state: "active" },
    { do: "grant", grant: { id: "g", person: id(), role: "nodal", scope: { unit: "u" }, from: 1, to: 1 } },
    { do: "invite", people: [id()], validMs: 30 * DAY + 1, way: "show" },
    { do: "invite", people: [id()], validMs: 1, way: "show" },
    { do: "invite", people: [id()], validMs: DAY, way: "pigeon" },
    { do: "token", name: " ", scope: { province: "pb" }, validMs: DAY },
    { do: "token", name: "HR", scope: { province: "pb" }, validMs: 367 * DAY },
    { do: "toString" },
    null,
    "put",
  ];
  for (const act of bad) expect(isWellFormedAct(act)).toBe(false);
  const order = { id: id(), at: 0, person: id(), device: id(), act: good[0], signature: "" };
  expect(isWellFormedOrder(order)).toBe(true);
  expect(isWellFormedOrder({ ...order, second: order })).toBe(false);
  const many = Array.from({ length: 100 }, (_, i) => ({
    person: { ...person, name: { en: "x".repeat(190), ur: `${i}` } },
  }));
  expect(isWellFormedOrder({ ...order, act: { do: "put", entries: many } })).toBe(false);
});

test("questions are exactly those that there are (R96)", () => {
  for (const ask of ["overview", "units", "waves", "grants", "tokens"]) {
    expect(isWellFormedAsk({ ask })).toBe(true);
    expect(isWellFormedAsk({ ask, limit: 10 })).toBe(false);
  }
  const bad = [null, [], {}, { ask: "constructor" }, { ask: "people", limit: 0 }, { ask: "sessions", limit: 1.5 }];
  for (const ask of bad) expect(isWellFormedAsk(ask)).toBe(false);
});
