import { expect, test } from "bun:test";
import { MAX_SEATS } from "#protocol/call";
import { AWAY_MS } from "./leg.ts";
import { id, legOf, opening, rule, ruling, seatId, sit } from "./legs-under-test.ts";

const code = (work: () => unknown): string => {
  try {
    work();
    return "";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

test("a person has one place: a second device takes it, with its hand and its time", () => {
  const leg = legOf("pb");
  const first = sit(leg, 1, id("bilal"));
  leg.change(first.id, { hand: 5 });
  const second = sit(leg, 2, id("bilal"));
  expect([...leg.seats.keys()]).toEqual([second.id]);
  expect(second).toMatchObject({ at: first.at, hand: 5, device: id("d-2") });
});

test("away for half a minute, then expired; only its own device resumes it", () => {
  const leg = legOf("pb");
  const { id: seat, device } = sit(leg, 1, id("bilal"));
  leg.lost(seat, 10_000);
  expect(leg.seats.get(seat)?.seat.state).toBe("away");
  expect(code(() => leg.resume(seat, id("other")))).toBe("conflict");
  expect(leg.expired(10_000 + AWAY_MS - 1)).toEqual([]);
  expect(leg.expired(10_000 + AWAY_MS)).toEqual([seat]);
  expect(leg.resume(seat, device).state).toBe("in");
  expect(leg.expired(10_000 + AWAY_MS)).toEqual([]);
});

test("one who waits in the lobby leaves when the socket is lost", () => {
  const leg = legOf("pb");
  rule(leg, { do: "lobby", on: true });
  const { id: seat, state } = sit(leg, 1, id("bilal"));
  expect(state).toBe("lobby");
  leg.lost(seat, 0);
  expect(leg.seats.size).toBe(0);
});

test("lobby and lock hold up members, not hosts, cohosts and those who come back", () => {
  const leg = legOf("pb");
  rule(leg, { do: "lobby", on: true });
  expect(sit(leg, 1, id("a"), { rank: "host" }).state).toBe("in");
  expect(sit(leg, 2, id("b"), { rank: "cohost" }).state).toBe("in");
  expect(sit(leg, 3, id("c"), { returns: true }).state).toBe("in");
  expect(sit(leg, 4, id("d")).state).toBe("lobby");
  rule(leg, { do: "lock", on: true });
  expect(code(() => sit(leg, 5, id("e")))).toBe("forbidden");
  // Waiting at the door is not being inside.
  expect(code(() => sit(leg, 6, id("d")))).toBe("forbidden");
  expect(code(() => sit(leg, 7, id("c")))).toBe("");
});

test("admitted once, and whoever was removed waits", () => {
  const leg = legOf("pb");
  const first = sit(leg, 1, id("bilal"));
  expect(leg.admit(first.id)).toBe(false);
  leg.remove(first.id);
  const second = sit(leg, 2, id("bilal"));
  expect(second.state).toBe("lobby");
  expect(leg.admit(second.id)).toBe(true);
  leg.leave(second.id);
  expect(sit(leg, 3, id("bilal")).state).toBe("in");
});

test("full is full, but one's own place is free for oneself", () => {
  const leg = legOf("pb");
  expect(code(() => sit(leg, 1, id("a"), { total: MAX_SEATS }))).toBe("wait");
  sit(leg, 2, id("b"));
  expect(code(() => sit(leg, 3, id("b"), { total: MAX_SEATS }))).toBe("");
});

test("a sealed call takes no browser that cannot encrypt; an unsealed one does", () => {
  const leg = legOf("pb");
  const open = { joining: { key: null, on: [] } };
  expect(code(() => sit(leg, 1, id("a"), open))).toBe("forbidden");
  rule(leg, { do: "unseal" });
  expect(sit(leg, 2, id("a"), open).key).toBeNull();
});

test("what is ordered changes the leg once, and is told with it", () => {
  const leg = legOf("sd");
  rule(leg, { do: "rank", person: id("a"), rank: "cohost" });
  rule(leg, { do: "lock", on: true });
  expect(leg.rules).toMatchObject({ locked: true, ranks: { [id("a")]: "cohost" } });
  const { version } = leg;
  leg.follow({ rules: { ...leg.rules }, orders: [...leg.orders] });
  expect(leg.version).toBe(version);
  expect(leg.news(version).orders).toHaveLength(2);
});

test("news is the difference since a version, and everything for one who is too far behind", () => {
  const leg = legOf("pb");
  sit(leg, 1, id("a"));
  const { version } = leg;
  sit(leg, 2, id("b"));
  leg.leave(seatId(1));
  const news = leg.news(version);
  expect(news.seats.map(({ seat }) => seat.id)).toEqual([seatId(2)]);
  expect(news.gone).toEqual([seatId(1)]);
  expect(leg.news(leg.version)).toMatchObject({ seats: [], gone: [], since: leg.version });
  for (let n = 10; n < 500; n++) {
    sit(leg, n, id("c"));
    leg.leave(seatId(n));
  }
  expect(leg.news(version).since).toBe(0);
});

test("a leg that is taken over brings its orders, and how its call began, into the other one (R54)", () => {
  const leg = legOf("pb", id("m"));
  const other = legOf("sd", id("b"), seatId(0xf1), opening(id("b"), id("bilal")));
  rule(leg, { do: "lock", on: true });
  leg.join(other);
  leg.follow(ruling(leg.opening, leg.orders));
  expect(leg).toMatchObject({ opening: { id: id("b"), by: id("bilal") }, rules: { locked: true } });
  // Its former host's word is none in the other call; the other's host decides for both, by an order that names both.
  rule(leg, { do: "lock", on: false });
  expect(leg.rules.locked).toBe(false);
});
