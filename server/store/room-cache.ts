import type { RoomId } from "#protocol/ids";
import type { RoomState } from "./room-state.ts";

/**
 * Room states by id, the long unused ones forgotten: two generations, the older of which is dropped when the younger
 * is full. Costs one map look-up for a room in use and nothing to keep.
 */
export class RoomCache {
  private young = new Map<RoomId, RoomState>();
  private old = new Map<RoomId, RoomState>();
  /** set while a transaction runs: a state that is ahead of the file must not be dropped */
  held = false;

  constructor(
    private readonly load: (id: RoomId) => RoomState,
    private readonly generation = 10_000,
  ) {}

  get(id: RoomId): RoomState {
    const found = this.young.get(id);
    if (found) return found;
    const state = this.old.get(id) ?? this.load(id);
    if (this.young.size >= this.generation && !this.held) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(id, state);
    return state;
  }

  clear(): void {
    this.young.clear();
    this.old.clear();
  }

  forget(id: RoomId): void {
    this.young.delete(id);
    this.old.delete(id);
  }
}
