import { DIRECTORY_ROOM, type RoomId } from "#protocol/ids";

/** Rooms are spread over this many logical shards in every province alike; the directory is a shard of its own. */
export const SHARDS = 16;
export const DIRECTORY_SHARD = SHARDS;

/** The last digits of a room's id are random in every version of the id, so they spread evenly. */
export const shardOf = (room: RoomId): number =>
  room === DIRECTORY_ROOM ? DIRECTORY_SHARD : Number.parseInt(room.slice(-2), 16) % SHARDS;
