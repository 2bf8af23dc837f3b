import { DIRECTORY_ROOM, type RoomId } from "#protocol/ids";

/** Rooms are spread over this many logical shards, fixed for good: the number stands in subjects of the change log. */
export const SHARDS = 16;
/** The directory's own shard, behind those of the rooms. */
const DIRECTORY_SHARD = SHARDS;

/** The logical shard of a room: 32-bit FNV-1a over its id, modulo `SHARDS`. */
export function shardOf(room: RoomId): number {
  if (room === DIRECTORY_ROOM) return DIRECTORY_SHARD;
  let hash = 0x811c9dc5;
  for (let i = 0; i < room.length; i++) hash = Math.imul(hash ^ room.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % SHARDS;
}
