import { expect, test } from "bun:test";
import { until } from "../../server/testing/until.ts";
import { Refusal, offline } from "../net/refusal.ts";
import { memoryVault } from "../platform/memory.ts";
import { Cards } from "./cards.ts";

interface Card {
  id: string;
  words: string;
}

/** Cards over a node that answers, or fails, as the test says. */
function open() {
  const asked: string[][] = [];
  const node = { now: Date.UTC(2026, 0, 1), words: "first", failure: undefined as Refusal | undefined };
  const cards = new Cards<Card>(
    memoryVault(),
    "people",
    "",
    ({ id }) => id,
    async (ids) => {
      asked.push(ids);
      if (node.failure) throw node.failure;
      return ids.map((id) => ({ id, words: node.words }));
    },
    () => node.now,
  );
  return { asked, node, cards };
}

test("a card that a busy node refused is asked for again when it says", async () => {
  const { asked, node, cards } = open();
  node.failure = new Refusal("wait", "Too much was searched for.", 80);
  const card = cards.get("a");
  await until(() => asked.length === 1);
  node.failure = undefined;
  await until(() => card.value?.words === "first");
  expect(asked).toEqual([["a"], ["a"]]);
});

test("one that could not be asked for is asked for once a node is there", async () => {
  const { asked, node, cards } = open();
  node.failure = offline();
  const card = cards.get("a");
  await until(() => asked.length === 1);
  node.failure = undefined;
  await Bun.sleep(100);
  expect(asked).toHaveLength(1);
  cards.connected();
  await until(() => card.value?.words === "first");
});

test("what changed while an answer was on its way is asked for once more", async () => {
  const { asked, node, cards } = open();
  const card = cards.get("a");
  await until(() => asked.length === 1);
  node.words = "second";
  cards.renew("a");
  await until(() => card.value?.words === "second");
});

test("what was missed while nobody told of it shows after some hours", async () => {
  const { asked, node, cards } = open();
  const card = cards.get("a");
  await until(() => card.value?.words === "first");
  node.words = "second";
  cards.get("a");
  await Bun.sleep(50);
  expect(asked).toHaveLength(1);
  node.now += 5 * 3_600_000;
  cards.get("a");
  await until(() => card.value?.words === "second");
});
