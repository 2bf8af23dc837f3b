import { expect, test } from "bun:test";
import { effect, signal } from "@preact/signals-core";
import { Account } from "./account.ts";

test("who signs out is gone while there still is a link, so that a call can be left by it", () => {
  const done: string[] = [];
  const forget = () => {};
  const phase = signal("ready");
  const parts = {
    link: { stop: () => done.push("link") },
    house: { forget },
    people: { forget },
    posts: { forget },
    out: { forget },
  };
  const state = { phase, me: signal(null), roles: signal([]), outbox: signal(0), access: signal([]) };
  effect(() => {
    if (phase.value === "sign-in") done.push("gone");
  });
  new Account({} as never, {} as never, parts as never, state as never).leave();
  expect(done).toEqual(["gone", "link"]);
});
