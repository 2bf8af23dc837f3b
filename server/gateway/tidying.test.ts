import { expect, test } from "bun:test";
import { Tidying } from "./tidying.ts";

test("garbage is collected once after a wave, when nobody comes or goes any more", () => {
  let collected = 0;
  const tidying = new Tidying(() => collected++);
  const open = (count: number) => {
    for (let i = 0; i < count; i++) tidying.open();
  };
  open(400);
  tidying.tick(400);
  tidying.tick(400);
  expect(collected).toBe(0);
  open(400);
  tidying.tick(800);
  open(400);
  tidying.tick(1200);
  expect(collected).toBe(0);
  tidying.tick(1200);
  tidying.tick(1200);
  expect(collected).toBe(1);
});
