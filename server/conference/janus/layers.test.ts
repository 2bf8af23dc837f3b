import { expect, test } from "bun:test";
import { Layers } from "./layers.ts";

function open() {
  const sent: unknown[] = [];
  const layers = new Layers(async (streams) => sent.push(...streams));
  return { sent, layers };
}

test("only a difference is asked for", async () => {
  const { sent, layers } = open();
  layers.begun("0", 0);
  await layers.set(new Map([["0", 0]]));
  expect(sent).toEqual([]);
  await layers.set(new Map([["0", 2]]));
  expect(sent).toEqual([{ mid: "0", substream: 2 }]);
  layers.keep(new Set());
});

test("it is asked again until the change is heard of", async () => {
  const { sent, layers } = open();
  layers.begun("0", 1);
  layers.begun("1", 2);
  layers.heard({ videoroom: "event", mid: "1", substream: 2 });
  await Bun.sleep(500);
  expect(sent).toEqual([{ mid: "0", substream: 1 }]);
  layers.heard({ videoroom: "event", mid: "0", substream: 1 });
  await Bun.sleep(900);
  expect(sent).toHaveLength(1);
});

test("a line that begins anew knows nothing of the one before", async () => {
  const { sent, layers } = open();
  layers.begun("0", 1);
  layers.heard({ mid: "0", substream: 1 });
  layers.begun("0", 1);
  await Bun.sleep(500);
  expect(sent).toEqual([{ mid: "0", substream: 1 }]);
  layers.keep(new Set());
  await Bun.sleep(900);
  expect(sent).toHaveLength(1);
});
