import type { CallRules, Seat } from "#protocol/call";
import { mintId } from "#protocol/ids";
import { TestProvinces } from "../../conference/calls-under-test.ts";
import { JOINING, person, ROOM, type TestClient } from "../../conference/caller-under-test.ts";

/** A call between Punjab and Sindh in a room that a lying province, Balochistan, has a plain member in as well. */
export async function openStage(): Promise<Stage> {
  const all = new TestProvinces(["ba", "pb", "sd"]);
  all.room("group", "pb:owner", "pb:ayesha", "sd:bilal", "ba:liar");
  const ayesha = all.node("pb").client("ayesha");
  const bilal = all.node("sd").client("bilal");
  const call = mintId(Date.now());
  await ayesha.begin(call);
  await all.run(100);
  await bilal.join();
  for (const one of [ayesha, bilal]) await one.publish();
  await all.run(200);
  all.node("ba").stop();
  return { all, ayesha, bilal, call };
}

export interface Stage {
  all: TestProvinces;
  ayesha: TestClient;
  bilal: TestClient;
  call: string;
}

export const lyingSeat = (changes: Partial<Seat> = {}): Seat => ({
  id: "f".repeat(16),
  person: person("liar"),
  device: person("device-liar"),
  province: "ba",
  at: Date.now(),
  state: "in",
  rank: "host",
  on: [],
  sends: [],
  life: 1,
  hand: null,
  key: JOINING.key,
  recording: false,
  network: null,
  ...changes,
});

/** Rules as a province claims them, without an order of anybody. */
export const rulesOf = (changes: Partial<CallRules> = {}): CallRules => ({
  ...{ version: 1, by: "ba", locked: false, lobby: false, sealed: true, ranks: {}, ended: false },
  ...changes,
});

/** What the lying province says of its leg of the call; `changes` are of the leg. */
export const lyingLeg = ({ call }: { call: string }, seats: Seat[], changes: Record<string, unknown> = {}) => ({
  t: "call",
  is: "leg",
  leg: {
    room: ROOM,
    life: "e".repeat(16),
    version: 1_000,
    since: 0,
    opening: { id: call, kind: "call", media: "video", by: person("ayesha"), began: Date.now() },
    rules: rulesOf(),
    place: null,
    declined: [],
    seats: seats.map((seat) => ({ seat, at: null, mids: [] })),
    gone: [],
    ...changes,
  },
});

/** The liar's device, which is as good as any other member's. */
export const LIAR = { room: ROOM, person: person("liar"), device: person("device-liar") };
export const BEGIN = { do: "begin", kind: "call", media: "video", lobby: false, sealed: true } as const;
/** All that rules can do to people, without an order of anybody. */
export const WORST: Partial<CallRules> = {
  ...{ version: 999_999, sealed: false, locked: true, lobby: true, ended: true },
  ranks: { [LIAR.person]: "cohost" },
};

/** The lying province says this to both others. */
export function lie({ all }: Stage, ...messages: unknown[]): Promise<void> {
  for (const to of ["pb", "sd"]) for (const message of messages) all.channel.send("ba", to, message);
  return all.run(500);
}

/** What two honest people see of their call and of themselves: nothing a hostile province says may change any of it. */
export const seenOf = ({ ayesha, bilal }: Stage) =>
  [ayesha, bilal].map(({ head, seats, seat, news }) => ({
    call: head?.id,
    by: head?.by,
    rules: head && { ...head.rules, version: 0 },
    place: head?.place,
    self: seats.get(seat)?.state,
    ranks: [ayesha, bilal].map((one) => seats.get(one.seat)?.rank),
    on: seats.get(seat)?.on,
    news: news.filter(({ is }) => is === "over" || is === "muted" || is === "asked" || is === "move"),
  }));
