import type { Database } from "bun:sqlite";
import type { Origin } from "#protocol/ids";
import type { Mark } from "#protocol/mark";
import type { VersionedMark } from "../domain/ports.ts";
import type { MarkState, RoomState } from "./room-state.ts";

type MarkRow = Pick<MarkState, "kind" | "holder" | "origin" | "n"> & { version: number | null };

const statements = (db: Database) => ({
  ofRoom: db.prepare<MarkRow, [number]>("SELECT holder, kind, origin, n, version FROM marks WHERE room = ?"),
  upsert: db.prepare(
    `INSERT INTO marks (room, holder, kind, origin, n, version) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET n = excluded.n, version = excluded.version`,
  ),
  newer: db.prepare<VersionedMark, [string, number, number, number]>(
    `SELECT id AS room, ? AS holder, 's' AS kind, origin, n, version FROM logs JOIN rooms ON rooms.key = logs.room
     WHERE version > ? UNION ALL
     SELECT id, holder, marks.kind, origin, n, version FROM marks JOIN rooms ON rooms.key = marks.room
     WHERE version > ? ORDER BY version LIMIT ?`,
  ),
});

/** Marks of others and of people. This province's own stored marks are not here: they stand at the heads of `logs`. */
export class MarkTable {
  private readonly sql: ReturnType<typeof statements>;
  constructor(
    db: Database,
    private readonly province: string,
  ) {
    this.sql = statements(db);
  }

  /** The room's marks by holder, read at first use. */
  of(state: RoomState): Map<string, MarkState[]> {
    if (state.marks) return state.marks;
    state.marks = new Map();
    if (state.key === 0) return state.marks;
    for (const row of this.sql.ofRoom.all(state.key)) {
      push(state.marks, { ...row, version: row.version ?? 0, room: state, local: row.version !== null, dirty: false });
    }
    return state.marks;
  }

  get(state: RoomState, holder: string, kind: Mark["kind"], origin: Origin): MarkState | undefined {
    return this.of(state)
      .get(holder)
      ?.find((mark) => mark.kind === kind && mark.origin === origin);
  }

  add(state: RoomState, { holder, kind, origin }: Mark): MarkState {
    const mark = { room: state, holder, kind, origin, n: 0, version: 0, local: false, dirty: false };
    push(this.of(state), mark);
    return mark;
  }

  save(mark: MarkState): void {
    this.sql.upsert.run(mark.room.key, mark.holder, mark.kind, mark.origin, mark.n, mark.version || null);
  }

  list(state: RoomState, holder?: string): Mark[] {
    const marks: Mark[] = [];
    const room = state.id;
    if (holder === undefined || holder === this.province) {
      for (const { origin, n } of state.logs.values())
        marks.push({ room, holder: this.province, kind: "s", origin, n });
    }
    const kept = this.of(state);
    const wanted = holder === undefined ? kept.values() : [kept.get(holder) ?? []];
    for (const list of wanted) {
      for (const { holder, kind, origin, n } of list) marks.push({ room, holder, kind, origin, n });
    }
    return marks;
  }

  /** Own marks by version, at most `limit`, whoever may see their rooms. */
  since(after: number, limit: number): VersionedMark[] {
    return this.sql.newer.all(this.province, after, after, limit);
  }
}

function push(marks: Map<string, MarkState[]>, mark: MarkState): void {
  const list = marks.get(mark.holder);
  if (list) list.push(mark);
  else marks.set(mark.holder, [mark]);
}
