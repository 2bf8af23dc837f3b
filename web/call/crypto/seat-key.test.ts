import { expect, test } from "bun:test";
import { memoryVault } from "../../platform/memory.ts";
import { securityCode } from "./code.ts";
import { checkSeatKey, DevicePins } from "./seat-key.ts";
import { CALL, ROOM, sitter } from "./testing/sitters.ts";

test("a seat's key holds for its room, person, device and device key alone", async () => {
  const [{ seat, own }, other] = [await sitter(1), await sitter(2)];
  expect(own.secret.extractable).toBe(false);
  expect(await checkSeatKey(ROOM, seat)).not.toBeNull();
  expect(await checkSeatKey(CALL, seat)).toBeNull();
  expect(await checkSeatKey(ROOM, { ...seat, person: other.seat.person })).toBeNull();
  expect(await checkSeatKey(ROOM, { ...seat, device: other.seat.device })).toBeNull();
  expect(await checkSeatKey(ROOM, { ...seat, key: { ...own.key, agree: other.own.key.agree } })).toBeNull();
  expect(await checkSeatKey(ROOM, { ...seat, key: { ...own.key, spki: other.own.key.spki } })).toBeNull();
  for (const broken of ["", "AAAA", "%", own.key.proof.slice(4)])
    for (const part of ["spki", "agree", "proof"])
      expect(await checkSeatKey(ROOM, { ...seat, key: { ...own.key, [part]: broken } })).toBeNull();
  expect(await checkSeatKey(ROOM, { ...seat, key: null })).toBeNull();
});

test("a device is known by the key it was first seen with", async () => {
  const vault = memoryVault();
  const pins = new DevicePins(vault);
  expect(await pins.holds("p", "d", "one")).toBe(true);
  expect(await pins.holds("p", "d", "one")).toBe(true);
  expect(await new DevicePins(vault).holds("p", "d", "two")).toBe(false);
  expect(await pins.holds("p", "e", "two")).toBe(true);
});

test("the security code is the same in any order, and another when anything in it is", async () => {
  const [a, b] = [(await sitter(1)).seat, (await sitter(2)).seat];
  const code = await securityCode(CALL, [a, b]);
  expect(code).toMatch(/^\d{24}$/);
  expect(await securityCode(CALL, [b, a, { ...a, key: null }])).toBe(code);
  const key = b.key as NonNullable<typeof b.key>;
  const others = [
    securityCode(ROOM, [a, b]),
    securityCode(CALL, [a]),
    securityCode(CALL, [a, { ...b, person: a.person }]),
    securityCode(CALL, [a, { ...b, device: a.device }]),
    securityCode(CALL, [a, { ...b, key: { ...key, spki: "x" } }]),
    securityCode(CALL, [a, { ...b, key: { ...key, agree: "x" } }]),
  ];
  expect(new Set([code, ...(await Promise.all(others))]).size).toBe(7);
});

test("the security code's digits are pinned: two versions of the program must show the same", async () => {
  const seat = { person: "p", device: "d", key: { spki: "s", agree: "a", proof: "" } };
  expect(await securityCode("c", [seat])).toBe("195773603659766257583102");
});
