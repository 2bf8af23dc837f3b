import { afterAll, beforeAll, expect, test } from "bun:test";
import type { CallHead } from "#protocol/call";
import { signal } from "@preact/signals-core";
import { until } from "../../server/testing/until.ts";
import type { Connection } from "../model/contract.ts";
import { openCalls } from "./calls.ts";
import type { CallModel } from "./host.ts";

const before = Object.getOwnPropertyDescriptor(globalThis, "sessionStorage");
beforeAll(() => {
  Object.defineProperty(globalThis, "sessionStorage", { configurable: true, value: { getItem: () => null } });
});
afterAll(() => {
  if (before) Object.defineProperty(globalThis, "sessionStorage", before);
  else Reflect.deleteProperty(globalThis, "sessionStorage");
});

const head = (room: string) => ({ id: `call in ${room}`, room, began: 1, ringing: [] }) as unknown as CallHead;

/** A page whose connections come one after another; each names the heads of some rooms before or after `current`. */
function page() {
  const connection = signal({ state: "connecting", since: 0 } as Connection);
  const calls = openCalls({ connection, account: { person: "me" } } as unknown as CallModel);
  let since = 0;
  return {
    calls,
    connect: (early: string[], late: string[] = []) => {
      connection.value = { state: "online", since: ++since, away: false, current: false } as Connection;
      const name = (room: string) => calls.hear({ t: "call", room, head: head(room) });
      early.forEach(name);
      calls.hear({ t: "current" });
      late.forEach(name);
    },
    on: () => [...calls.heads.value.keys()].sort(),
  };
}

test("a running call stays for whoever opens, reloads or reconnects, whenever its head comes (R45)", async () => {
  const cases: [string[], string[]][] = [
    [["a"], []],
    [[], ["a"]],
    [["a"], ["b"]],
    [["a"], ["a"]],
  ];
  await Promise.all(
    cases.map(async ([early, late]) => {
      const { connect, on } = page();
      connect(early, late);
      connect(early, [...late, "over"]);
      connect(early, late);
      // A call that the last connection did not name is over, and only that one goes.
      await until(() => !on().includes("over"));
      expect(on()).toEqual([...new Set([...early, ...late])].sort());
    }),
  );
});
