import { expect, test } from "bun:test";
import type { Notice } from "#protocol/notice";
import { afterWelcome, withNotice } from "./access.ts";

const device = (id: string, at = 1): Notice => ({ kind: "device", device: id, label: id, how: "pin", at });
const asked = (id: string, from = 9): Notice => ({ kind: "invitation", invitation: id, by: null, from, at: 1 });

test("a later notice of the same stands in its place, and one that is over goes (R104)", () => {
  const all = [device("a"), asked("i"), device("b"), asked("j")].reduce(withNotice, []);
  expect(all).toHaveLength(4);
  expect(withNotice(all, asked("i", 10))).toEqual([device("a"), device("b"), asked("j"), asked("i", 10)]);
  expect(withNotice(all, device("a", 2))).toEqual([asked("i"), device("b"), asked("j"), device("a", 2)]);
  expect(withNotice(all, { kind: "invitation-over", invitation: "i" })).toEqual([device("a"), device("b"), asked("j")]);
  expect(afterWelcome(all)).toEqual([device("a"), device("b")]);
});
