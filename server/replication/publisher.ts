import type { Province } from "#protocol/ids";
import { placeIn, roomIn } from "#protocol/record";
import { shardOf } from "../domain/shard.ts";
import type { ChangeLog, LogFrame, OutboxRow, Store } from "../domain/ports.ts";
import { type Sign, signEnds } from "./signing.ts";

const ROWS = 2048;
const FRAME_BYTES = 256 * 1024;
/** Logs that one frame goes on with: their signed ends are in its header, and the server's store takes 64 KiB of that. */
export const MOST_LOGS = 256;

interface Open {
  dest: Province;
  shard: number;
  size: number;
  records: Uint8Array[];
  logs: Set<string>;
}

/** Carries the outbox of one file into the log, in order, everything that waits in one append. */
export class Publisher {
  private after = 0;
  private due = false;
  private stopped = false;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly store: Store,
    private readonly log: ChangeLog,
    private readonly file: number,
    private readonly sign: Sign,
    private readonly onError: (error: unknown) => void,
  ) {}

  async start(): Promise<void> {
    this.after = await this.log.published(this.file);
    this.wake();
  }

  /** Call when a commit may have left outbox rows; calls while a round is under way are one more round. */
  wake(): void {
    if (this.due || this.stopped) return;
    this.due = true;
    this.running = this.running.then(() => this.drain()).catch(this.onError);
  }

  stop(): Promise<void> {
    this.stopped = true;
    return this.running;
  }

  private async drain(): Promise<void> {
    this.due = false;
    while (!this.stopped) {
      const rows = this.store.outbox(this.file, this.after, ROWS);
      if (rows.length === 0) return;
      await this.log.append(signEnds(framesOf(rows, this.file), this.store, this.sign));
      this.after = (rows.at(-1) as OutboxRow).pos;
    }
  }
}

/** Packs rows by destination and shard; order within a destination and shard is kept, and no frame passes its size. */
export function framesOf(rows: readonly OutboxRow[], file: number): LogFrame[] {
  const open = new Map<string, Open>();
  const frames: LogFrame[] = [];
  const last = (rows.at(-1) as OutboxRow).pos;
  const close = (key: string) => {
    const { dest, shard, size, records } = open.get(key) as NonNullable<ReturnType<typeof open.get>>;
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const record of records) {
      bytes.set(record, at);
      at += record.length;
    }
    frames.push({ dest, shard, file, last, bytes });
    open.delete(key);
  };
  for (const { dest, record } of rows) {
    const shard = shardOf(roomIn(record));
    const key = `${dest}.${shard}`;
    const log = roomIn(record) + placeIn(record).origin;
    const before = open.get(key);
    const isFull = before && before.logs.size >= MOST_LOGS && !before.logs.has(log);
    if (isFull || (before?.size ?? 0) + record.length > FRAME_BYTES) close(key);
    const frame = open.get(key) ?? { dest, shard, size: 0, records: [], logs: new Set() };
    open.set(key, frame);
    frame.records.push(record);
    frame.size += record.length;
    frame.logs.add(log);
  }
  for (const key of [...open.keys()]) close(key);
  return frames;
}
