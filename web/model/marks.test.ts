import { expect, test } from "bun:test";
import { Marks, othersAt } from "./marks.ts";

const origin = "is-000000001";
const at = (n: number) => ({ origin, n, stamp: n });

test("a mark only grows, whatever order marks come in (R20)", () => {
  const marks = new Marks();
  const read = (n: number) => marks.merge({ kind: "r", holder: "bilal", origin, n });
  expect([read(5), read(3), read(5), read(6)]).toEqual([true, false, false, true]);
  expect(marks.of("r", "bilal", origin)).toBe(6);
  expect(marks.of("d", "bilal", origin)).toBe(0);
  expect(new Marks(marks.row()).of("r", "bilal", origin)).toBe(6);
});

test("a message is as far as the one it has come least far to", () => {
  const marks = new Marks();
  const stage = () => marks.stage(at(2), ["is", "pb", "sd"], ["bilal", "sana"]);
  expect(stage()).toBe("stored");
  marks.merge({ kind: "s", holder: "pb", origin, n: 2 });
  marks.merge({ kind: "s", holder: "sd", origin, n: 1 });
  expect(stage()).toBe("stored");
  marks.merge({ kind: "s", holder: "sd", origin, n: 2 });
  expect(stage()).toBe("crossed");
  marks.merge({ kind: "r", holder: "bilal", origin, n: 2 });
  expect(stage()).toBe("crossed");
  marks.merge({ kind: "d", holder: "sana", origin, n: 2 });
  expect(stage()).toBe("delivered");
  marks.merge({ kind: "r", holder: "sana", origin, n: 2 });
  expect(stage()).toBe("read");
  expect(marks.stage(at(3), ["is"], [])).toBe("crossed");
});

test("who came in later is not waited for", () => {
  const member = (person: string, since: number) => ({ person, province: "is", role: "member" as const, since });
  const members = [member("me", 0), member("bilal", 1), member("late", 3)];
  expect(othersAt(members, "me", at(2))).toEqual(["bilal"]);
});
