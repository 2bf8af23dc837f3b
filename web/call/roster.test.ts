import { expect, test } from "bun:test";
import { type CallHead, MAX_FEEDS, MAX_SEATS, MAX_VIDEOS, type Seat } from "#protocol/call";
import { facesOf } from "./faces.ts";
import { changes, inOrder, type Roster, seated, spoke } from "./roster.ts";
import { MAX_VOICES, wants } from "./want.ts";

const id = (n: number): string => n.toString(16).padStart(16, "0");
const seat = (n: number, more: Partial<Seat> = {}): Seat => ({
  ...{ id: id(n), person: n.toString(16).padStart(32, "a"), device: "d".repeat(32), province: "is", at: n },
  ...{ state: "in", rank: "member", on: ["mic", "camera"], sends: ["mic", "camera"], life: 1 },
  ...{ hand: null, key: null, recording: false, network: 3, ...more },
});
const roster = (...seats: Seat[]): Roster => new Map(seats.map((each) => [each.id, each]));
const said = (seats: Seat[], gone: string[] = [], full = false) =>
  ({ t: "seats", room: "r", full, seats, gone }) as const;

test("seats come, change and go, and a full list stands for all", () => {
  let all = seated(roster(), said([seat(2), seat(1)], [], true));
  expect(inOrder(all).map((each) => each.id)).toEqual([id(1), id(2)]);
  all = seated(all, said([seat(1, { on: [] }), seat(3)], [id(2)]));
  expect(inOrder(all).map(({ id, on }) => [id, on.length])).toEqual([
    [id(1), 0],
    [id(3), 2],
  ]);
  expect([...seated(all, said([seat(9)], [], true)).keys()]).toEqual([id(9)]);
});

test("no more seats are taken than two full calls have, but those that are known still change", () => {
  const flood = Array.from({ length: 10_000 }, (_, n) => seat(n));
  const all = seated(roster(), said(flood, [], true));
  expect(all.size).toBe(2 * MAX_SEATS);
  expect(seated(all, said([seat(5, { hand: 1 }), seat(20_000)])).get(id(5))?.hand).toBe(1);
  expect(seated(all, said([seat(20_000)], [id(7)])).has(id(20_000))).toBe(true);
});

test("people come and go, not their devices, and waiting in the lobby is neither", () => {
  const before = roster(seat(1), seat(2));
  const other = seat(3, { person: seat(2).person });
  expect(changes(before, roster(seat(1), other))).toEqual([]);
  expect(changes(before, roster(seat(1), seat(2), seat(4, { state: "lobby" })))).toEqual([]);
  expect(changes(before, roster(seat(1, { recording: true }), seat(5)))).toEqual([
    { is: "recording", person: seat(1).person, on: true },
    { is: "came", person: seat(5).person },
    { is: "went", person: seat(2).person },
  ]);
  expect(changes(roster(seat(1, { recording: true })), roster()).map(({ is }) => is)).toEqual(["recording", "went"]);
});

test("who speaks comes first, who speaks on stays, oneself and who left are not there", () => {
  const all = roster(seat(1), seat(2), seat(3), seat(4));
  let list = spoke([], [id(2)], all, id(1));
  list = spoke(list, [id(3), id(1)], all, id(1));
  expect(list).toEqual([id(3), id(2)]);
  list = spoke(list, [id(2), id(3)], all, id(1));
  expect(list).toEqual([id(3), id(2)]);
  expect(spoke(list, [id(4)], roster(seat(2), seat(4)), id(1))).toEqual([id(4), id(2)]);
});

const wish = (all: Roster, more: Partial<Parameters<typeof wants>[0]> = {}) =>
  wants({ roster: all, own: id(1), speakers: [], shown: [], step: "full", readable: () => true, ...more });

test("what is wanted: voices that are on and can be read, and the faces on screen in their size", () => {
  const all = roster(
    seat(1),
    seat(2),
    seat(3, { on: ["camera"] }),
    seat(4, { state: "lobby" }),
    seat(5, { sends: [] }),
  );
  const shown = [
    { seat: id(3), track: "camera", size: "small" },
    { seat: id(2), track: "camera", size: "full" },
    { seat: id(2), track: "screen", size: "full" },
  ] as const;
  expect(wish(all, { shown })).toEqual([
    { seat: id(2), track: "mic" },
    { seat: id(3), track: "camera", layer: 0 },
    { seat: id(2), track: "camera", layer: 2 },
  ]);
  expect(wish(all, { shown, step: "low" }).map(({ layer }) => layer)).toEqual([undefined, 0, 0]);
  expect(wish(all, { shown, step: "audio" })).toEqual([{ seat: id(2), track: "mic" }]);
  expect(wish(all, { shown, readable: (each) => each === id(3) })).toEqual([
    { seat: id(3), track: "camera", layer: 0 },
  ]);
});

test("a screen and its sound are wanted whole, before faces", () => {
  const tracks = ["camera", "screen", "sound"] as const;
  const all = roster(seat(1), seat(2, { on: [...tracks], sends: [...tracks] }));
  const shown = [
    { seat: id(2), track: "camera", size: "middle" },
    { seat: id(2), track: "screen", size: "full" },
    { seat: id(2), track: "screen", size: "small" },
  ] as const;
  expect(wish(all, { shown, step: "low" })).toEqual([
    { seat: id(2), track: "sound" },
    { seat: id(2), track: "screen" },
    { seat: id(2), track: "camera", layer: 0 },
  ]);
});

test("of two hundred, those who spoke last are heard and no bound is passed", () => {
  const many = Array.from({ length: 200 }, (_, n) => seat(n + 1));
  const all = roster(...many);
  const shown = many.map((each) => ({ seat: each.id, track: "camera", size: "small" }) as const);
  const list = wish(all, { shown, speakers: [id(150), id(90)] });
  const voices = list.filter(({ track }) => track === "mic");
  expect(voices.length).toBe(MAX_VOICES);
  expect(voices.slice(0, 3).map((each) => each.seat)).toEqual([id(150), id(90), id(2)]);
  expect(list.length).toBeLessThanOrEqual(MAX_FEEDS);
  expect(list.length - voices.length).toBeLessThanOrEqual(MAX_VIDEOS);
});

const head = (more: Partial<CallHead> = {}): CallHead =>
  ({ id: "c", room: "r", cut: [], ringing: [], size: 2, ...more }) as unknown as CallHead;
const scene = (all: Roster, more: object = {}) => ({
  ...{ roster: all, head: head(), own: id(1), me: "me", on: new Set(["mic"] as const), speaking: new Set<string>() },
  ...{ stream: () => null, readable: () => true, ...more },
});

test("faces: oneself first, those beyond a cut are away, and the lobby is for hosts", () => {
  const all = roster(seat(2), seat(1), seat(3, { province: "pb" }), seat(4, { state: "lobby" }));
  const faces = facesOf(scene(all, { head: head({ cut: ["pb"] }) }), []);
  expect(faces.map(({ seat, mine, state }) => [seat, mine, state])).toEqual([
    [id(1), true, "in"],
    [id(2), false, "in"],
    [id(3), false, "away"],
  ]);
  // One's own tracks are as they are here, before the node has heard.
  expect([...(faces[0]?.on ?? [])]).toEqual(["mic"]);
  const host = roster(seat(1, { rank: "cohost" }), seat(4, { state: "lobby" }));
  expect(facesOf(scene(host), []).map(({ state }) => state)).toEqual(["in", "lobby"]);
  // Not in the list yet, one is there all the same.
  expect(facesOf(scene(roster()), [])).toMatchObject([{ mine: true, person: "me", seat: id(1) }]);
});

test("a face that did not change is the same object", () => {
  const all = roster(seat(1), seat(2), seat(3));
  const before = facesOf(scene(all), []);
  const after = facesOf(scene(all, { speaking: new Set([id(2)]) }), before);
  expect(after.map((face, at) => face === before[at])).toEqual([true, false, true]);
  expect(after[1]?.speaking).toBe(true);
});
