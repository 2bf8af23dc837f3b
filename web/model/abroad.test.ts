import { expect, test } from "bun:test";
import type { SelfAct } from "#protocol/self";
import type { Up } from "#protocol/up";
import type { Ask } from "../net/wire.ts";
import { mayHearAbroad } from "./abroad.ts";

const HERE = "1".repeat(32);
const OTHER = "2".repeat(32);
const shared = (room: string) => room === HERE;
const change = (op: string, room: string) => ({ t: "control", request: { room, change: { op } } }) as unknown as Up;

test("away from home a node hears of the rooms that it shares, and of no other (R64)", () => {
  const about = (room: string): (Up | Ask)[] => [
    { t: "read", room, upto: {} },
    { t: "delivered", rooms: { [HERE]: {}, [room]: {} } },
    { t: "page", room, before: {}, limit: 1 },
    { t: "room", room },
    { t: "typing", room, on: true },
    { t: "call", room, act: { do: "watch" } } as unknown as Ask,
    ...["add", "remove", "rename", "leave"].map((op) => change(op, room)),
  ];
  expect(about(HERE).filter((message) => !mayHearAbroad(message, shared))).toEqual([]);
  expect(about(OTHER).filter((message) => mayHearAbroad(message, shared))).toEqual([]);
});

test("away from home people are found, and rooms are made; nothing of one's ways of signing in is said (R64)", () => {
  const said: (Up | Ask)[] = [
    { t: "find", text: "Ayesha" },
    { t: "people", ids: [] },
    { t: "posts", ids: [] },
    { t: "photo", person: HERE },
    { t: "ping" },
    change("create", OTHER),
    { t: "self", act: { do: "devices" } },
    { t: "self", act: { do: "revoke", device: HERE } },
  ];
  expect(said.filter((message) => !mayHearAbroad(message, shared))).toEqual([]);
  const acts: SelfAct["do"][] = [
    ...(["ways", "passkey", "passkey-made", "pin", "pin-made", "recovery", "forget"] as const),
    ...(["link", "link-wait", "link-let", "link-refuse", "photo", "rename"] as const),
    ...(["contacts", "accept", "decline", "block", "unblock", "blocked", "report"] as const),
  ];
  const kept = acts.map((act): Ask => ({ t: "self", act: { do: act } as SelfAct }));
  const orders = ["admin", "order"].map((t) => ({ t }) as unknown as Ask);
  expect([...kept, ...orders].filter((message) => mayHearAbroad(message, shared))).toEqual([]);
});
