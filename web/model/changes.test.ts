import { expect, test } from "bun:test";
import type { Change } from "#protocol/change-news";
import { signal } from "@preact/signals-core";
import { memoryVault } from "../platform/memory.ts";
import { seen, unseenBy } from "./changes.ts";

const OWN = "1".repeat(32);
const OTHER = "2".repeat(32);
const change = (at: number, device = OTHER): Change => ({ n: at, at, what: "pin", did: "made", device, label: "" });

/** A client whose home says these changes. */
function client() {
  const vault = memoryVault();
  const shown = signal<Change[]>([]);
  const hears = async (...changes: Change[]) => {
    const request = async () => ({ t: "self", ref: 1, answer: { answer: "changes", changes } }) as const;
    shown.value = await unseenBy({ platform: { vault }, device: OWN, changes: shown, request });
    return shown.value.map(({ at }) => at);
  };
  const looks = () => seen({ platform: { vault }, device: OWN, changes: shown, request: () => Promise.reject() });
  return { hears, looks };
}

test("what another device changed is told until it was seen, and again at the next start (R129)", async () => {
  const { hears, looks } = client();
  expect(await hears(change(2), change(1))).toEqual([]);
  expect(await hears(change(4, OWN), change(3), change(2))).toEqual([3]);
  expect(await hears(change(5), change(4, OWN), change(3), change(2))).toEqual([5, 3]);
  looks();
  expect(await hears(change(5), change(4, OWN), change(3))).toEqual([]);
  expect(await hears(change(6), change(5))).toEqual([6]);
});

test("where nothing was changed yet, the first change is news", async () => {
  const { hears } = client();
  expect(await hears()).toEqual([]);
  expect(await hears(change(1))).toEqual([1]);
});
