import { expect, test } from "bun:test";
import { readTurn } from "./turn.ts";

const turn = {
  urls: ["turn:10.1.0.5:3478?transport=udp", "turns:turn.example:443?transport=tcp"],
  secret: "s".repeat(16),
};

test.each([
  [null, "urls"],
  [{ urls: [], secret: turn.secret }, "urls"],
  [{ urls: ["http://a"], secret: turn.secret }, "no TURN address"],
  [{ urls: ["turn:a:3478?transport=sctp"], secret: turn.secret }, "no TURN address"],
  [{ urls: turn.urls, secret: "short" }, "16 characters"],
])("a mistake in turn.json is named: %#", (value, words) => {
  expect(readTurn(value)).toContain(words);
});

test("a good turn.json is read, IPv6 too", () => {
  expect(readTurn(turn)).toEqual(turn);
  expect(readTurn({ urls: ["turn:[2001:db8::1]:3478", "turn:host"], secret: turn.secret })).toMatchObject({});
  expect(typeof readTurn({ urls: ["turn:[2001:db8::1]:3478"], secret: turn.secret })).toBe("object");
});
