import { expect, test } from "bun:test";
import { createHmac } from "node:crypto";
import { iceServers } from "./turn.ts";

const turn = {
  urls: ["turn:10.1.0.5:3478?transport=udp", "turns:turn.example:443?transport=tcp"],
  secret: "s".repeat(16),
};

test("a credential is the name's HMAC-SHA1 under the shared secret, and ends in six hours", () => {
  const now = Date.UTC(2026, 10, 22, 9);
  const [server] = iceServers(turn, now, "word");
  expect(server?.urls).toEqual(turn.urls);
  expect(server?.username).toBe(`${now / 1000 + 6 * 3600}:word`);
  expect(server?.credential).toBe(createHmac("sha1", turn.secret).update(`${server?.username}`).digest("base64"));
});

test("the known answer of RFC 2202's second case", () => {
  // The key of that case is shorter than readTurn allows; the arithmetic is the same.
  const [server] = iceServers({ urls: [], secret: "Jefe" }, 0, "x");
  expect(createHmac("sha1", "Jefe").update("what do ya want for nothing?").digest("hex")).toBe(
    "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
  );
  expect(server?.credential).toBe(createHmac("sha1", "Jefe").update("21600:x").digest("base64"));
});

test("two clients have two names, and without a relay there is nothing to name", () => {
  const names = [iceServers(turn, 0), iceServers(turn, 0)].map(([server]) => server?.username);
  expect(new Set(names).size).toBe(2);
  expect(iceServers(undefined, 0)).toEqual([]);
});
