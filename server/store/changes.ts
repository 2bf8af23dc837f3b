import type { Entry } from "#protocol/directory";
import { DIRECTORY_ROOM, type DeviceId, type PersonId, type RoomId } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import type { Notice } from "#protocol/notice";
import type { Committed } from "../domain/ports.ts";
import type { StoreFile } from "./file.ts";
import type { LogState, MarkState, RoomState } from "./room-state.ts";

/**
 * What a transaction has changed so far. Heads and marks, which many jobs change over and over, are changed in memory
 * and written once by `flush`; `forget` undoes all of it after a rollback.
 */
export class Changes {
  /** how many there were: tells whether a job that threw left something behind */
  count = 0;
  /** of the records so far */
  bytes = 0;
  open = true;
  readonly records: Uint8Array[] = [];
  readonly marks: Mark[] = [];
  readonly left: { room: RoomId; person: PersonId }[] = [];
  readonly regarded: { room: RoomId; person: PersonId }[] = [];
  readonly devices = new Set<DeviceId>();
  readonly entries: Entry[] = [];
  readonly reviewed = new Set<RoomId>();
  readonly notices: { person: PersonId; notice: Notice }[] = [];
  private readonly rooms = new Set<RoomId>();
  private readonly touched: RoomState[] = [];
  private readonly dirtyLogs: LogState[] = [];
  private readonly dirtyMarks: MarkState[] = [];
  private readonly pos: number;
  private readonly version: number;

  constructor(private readonly file: StoreFile) {
    this.pos = file.pos;
    this.version = file.version;
    file.cache.held = true;
  }

  enter(): void {
    if (!this.open) throw new Error("The transaction is over: a job may not keep it.");
    this.count++;
  }

  touch(state: RoomState): void {
    if (state.touched) return;
    state.touched = true;
    this.touched.push(state);
    this.file.rooms.ensure(state);
  }

  room(state: RoomState): void {
    state.forgetView();
    if (state.id !== DIRECTORY_ROOM) this.rooms.add(state.id);
  }

  log(log: LogState): void {
    if (log.dirty) return;
    log.dirty = true;
    this.dirtyLogs.push(log);
  }

  mark(mark: MarkState): void {
    if (mark.dirty) return;
    mark.dirty = true;
    this.dirtyMarks.push(mark);
  }

  /** Writes what was kept back, before the commit. */
  flush(): void {
    const { file } = this;
    for (const log of this.dirtyLogs) {
      log.version = ++file.version;
      log.dirty = false;
      file.rooms.saveLog(log);
      this.marks.push({ room: log.room.id, holder: file.province, kind: "s", origin: log.origin, n: log.n });
    }
    for (const mark of this.dirtyMarks) {
      if (mark.local) mark.version = ++file.version;
      mark.dirty = false;
      file.marks.save(mark);
    }
    file.tables?.audit.seal();
  }

  /** After the commit: what to tell of it. */
  settle(): Committed {
    this.close();
    for (const state of this.touched) state.touched = false;
    this.file.outbox.settle(true);
    const { records, marks, left, regarded, entries, notices } = this;
    const [rooms, reviewed, devices] = [[...this.rooms], [...this.reviewed], [...this.devices]];
    return { records, marks, rooms, reviewed, left, regarded, devices, entries, notices };
  }

  /** After a rollback: the file has the truth again. */
  forget(): void {
    this.close();
    for (const state of this.touched) this.file.cache.forget(state.id);
    this.file.outbox.settle(false);
    this.file.pos = this.pos;
    this.file.version = this.version;
  }

  private close(): void {
    this.open = false;
    this.file.cache.held = false;
  }
}
