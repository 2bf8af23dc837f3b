import { expect, test } from "bun:test";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { SHARDS, shardOf } from "./shard.ts";

test("a room's shard is the same in every version: it says in which file the room lies", () => {
  const rooms = ["f".repeat(32), "01a2041791317893a98be9c48a033f13", "efce2acd6c5490412da124efd7d71a67"];
  expect(rooms.map(shardOf)).toEqual([5, 14, 8]);
  expect([SHARDS, shardOf(DIRECTORY_ROOM)]).toEqual([16, 16]);
});
