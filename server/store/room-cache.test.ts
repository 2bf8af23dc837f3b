import { expect, test } from "bun:test";
import { RoomCache } from "./room-cache.ts";
import { RoomState } from "./room-state.ts";

test("rooms in use stay, long unused ones are forgotten, and none while a transaction runs", () => {
  const loads: string[] = [];
  const cache = new RoomCache((id) => {
    loads.push(id);
    return new RoomState(id, 0);
  }, 2);
  const used = cache.get("used");
  for (const id of ["a", "b", "c", "d", "e"]) {
    cache.get(id);
    expect(cache.get("used")).toBe(used);
  }
  loads.length = 0;
  cache.get("a");
  expect(loads).toEqual(["a"]);
  cache.held = true;
  const states = Array.from({ length: 20 }, (_, i) => cache.get(`held ${i}`));
  expect(Array.from({ length: 20 }, (_, i) => cache.get(`held ${i}`))).toEqual(states);
  expect(loads).toHaveLength(21);
  cache.forget("held 3");
  cache.get("held 3");
  expect(loads).toHaveLength(22);
});
