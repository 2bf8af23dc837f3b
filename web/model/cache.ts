import type { RoomId } from "#protocol/ids";
import { splitRecords } from "#protocol/record";
import type { Vault, VaultOp } from "../platform/ports.ts";
import type { RoomLog } from "./log.ts";

const SAVE_MS = 300;
/** Chunk numbers may be negative; keys must sort like them. */
const pageKey = (room: RoomId, i: number) => `${room}.${String(i + 1e9).padStart(10, "0")}`;

export interface Kept {
  id: RoomId;
  log: RoomLog;
  /** the room's row as it is now */
  row(): unknown;
}

/** Writes rooms and the changed chunks of their logs a little later and together; reads chunks back. */
export class Cache {
  /** only the leading tab writes */
  writes = false;
  private readonly rooms = new Map<RoomId, Kept | null>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saving: Promise<void> = Promise.resolve();

  /**
   * @param saved called after each save with the rooms that were in it, also when the vault refused: then from memory
   * @param trouble called when the vault refuses
   */
  constructor(
    private readonly vault: Vault,
    private readonly saved: (rooms: RoomId[]) => void,
    private readonly trouble: (error: unknown) => void,
  ) {}

  touch(room: Kept): void {
    this.rooms.set(room.id, room);
    this.later();
  }
  remove(room: RoomId): void {
    this.rooms.set(room, null);
    this.later();
  }

  private later(): void {
    if (this.timer === undefined) this.timer = setTimeout(() => this.save(), SAVE_MS);
  }

  /** Saves now what is due; settles when all saves are done. */
  save(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.saving = this.saving.then(() => this.saveNow());
    return this.saving;
  }

  private async saveNow(): Promise<void> {
    if (!this.rooms.size) return;
    const due = new Map(this.rooms);
    this.rooms.clear();
    if (this.writes) {
      const undo: (() => void)[] = [];
      try {
        for (const room of due.values()) if (room) await this.merge(room);
        const ops: VaultOp[] = [];
        for (const [id, room] of due) {
          if (room) undo.push(collect(room, ops));
          else await this.removal(id, ops);
        }
        await this.vault.write(ops);
      } catch (error) {
        // What could not be written stays due and goes with the room's next change.
        for (const restore of undo) restore();
        this.trouble(error);
      }
    }
    this.saved([...due.keys()].filter((id) => due.get(id)));
  }

  private async removal(id: RoomId, ops: VaultOp[]): Promise<void> {
    for (const { key } of await this.vault.all("pages", `${id}.`)) ops.push({ table: "pages", key, value: undefined });
    ops.push({ table: "rooms", key: id, value: undefined });
  }

  private async merge({ id, log }: Kept): Promise<void> {
    const { life } = log;
    const { mergeable: i } = log.chunks;
    if (i === undefined) return;
    const records = log.chunks.dirty.get(i) || (await this.read(id, i));
    if (records && log.life === life) log.chunks.merge(i, records);
  }

  /** The records of a chunk; undefined where it is not there as it should be. */
  async read(room: RoomId, i: number): Promise<Uint8Array[] | undefined> {
    const bytes = await this.vault.get("pages", pageKey(room, i)).catch(() => undefined);
    return bytes instanceof Uint8Array ? splitRecords(bytes) : undefined;
  }
}

/** Moves what is due of a room into `ops`; answers how to make it due again. */
function collect(room: Kept, ops: VaultOp[]): () => void {
  const { id, log } = room;
  const dirty = [...log.chunks.dirty];
  const dropped = [...log.chunks.dropped];
  const { life } = log;
  for (const i of dropped) ops.push({ table: "pages", key: pageKey(id, i), value: undefined });
  for (const [i, records] of dirty) ops.push({ table: "pages", key: pageKey(id, i), value: join(records) });
  ops.push({ table: "rooms", key: id, value: room.row() });
  log.chunks.dropped.clear();
  log.chunks.dirty.clear();
  return () => {
    for (const i of dropped) log.chunks.dropped.add(i);
    if (log.life === life)
      for (const [i, records] of dirty) if (!log.chunks.dirty.has(i)) log.chunks.dirty.set(i, records);
  };
}

function join(records: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(records.reduce((size, record) => size + record.length, 0));
  let at = 0;
  for (const record of records) {
    bytes.set(record, at);
    at += record.length;
  }
  return bytes;
}
