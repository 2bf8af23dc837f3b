import { expect, test } from "bun:test";
import type { Change, Notice } from "#protocol/notice";
import { signal } from "@preact/signals-core";
import { memoryVault } from "../platform/memory.ts";
import { connected, dealtWith, told } from "./access.ts";

const OWN = "1".repeat(32);
const OTHER = "2".repeat(32);
const change = (at: number, device = OTHER): Change => ({ n: at, at, what: "pin", did: "made", device, label: "" });
const asked = (id: string, from = 9): Notice => ({ kind: "invitation", invitation: id, by: null, from, at: 1 });

/** A client whose home says these things. */
function client() {
  const access = signal<readonly Notice[]>([]);
  const device = { platform: { vault: memoryVault() }, device: OWN, access };
  const shown = () => access.value.flatMap((each) => (each.kind === "changes" ? each.changes.map(({ at }) => at) : []));
  return {
    ...{ access, device },
    async hears(...changes: Change[]) {
      await told(device, { kind: "changes", changes });
      return shown();
    },
    looks: () => {
      for (const each of access.value) dealtWith(device, each);
    },
  };
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

test("a device that knows of no changes yet takes those that it hears first as seen (R129)", async () => {
  const { hears } = client();
  expect(await hears(change(1))).toEqual([]);
  expect(await hears(change(2), change(1))).toEqual([2]);
});

test("a later notice of the same stands in its place, one that is over goes, and one of another kind changes nothing (R104)", async () => {
  const { access, device, hears } = client();
  await hears(change(1));
  for (const notice of [asked("i"), asked("j")]) await told(device, notice);
  await hears(change(2), change(1));
  await told(device, asked("i", 10));
  expect(access.value).toMatchObject([asked("j"), { kind: "changes" }, asked("i", 10)]);
  await told(device, { kind: "later", invitation: "k" } as never);
  await told(device, { kind: "invitation-over", invitation: "j" });
  expect(access.value).toMatchObject([{ kind: "changes" }, asked("i", 10)]);
  connected(device);
  expect(access.value).toMatchObject([{ kind: "changes" }]);
});
