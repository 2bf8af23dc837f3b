import type { Database } from "bun:sqlite";
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import { basename, join } from "node:path";
import type { Now } from "../domain/clock.ts";
import { syncPath } from "./folder.ts";
import { readMeta, writeMeta } from "./identity.ts";

/** A file that is written to is counted so often. */
const EVERY_MS = 60_000;

interface Counted {
  db: Database;
  path: string;
}

/**
 * A count for each file of a data folder, kept in the file itself and once more outside the folder. It grows with each
 * start and stop, and each minute in which the file is written to. Where the outside count is ahead, the file was put back
 * to an older state. The inside one is always written first: a crash between the two leaves it ahead, which says nothing.
 */
export class Counter {
  private readonly path: string;
  private outside: Readonly<Record<string, number>> = {};
  private countedAt: number[];

  /** @param folder made if it is not there; where it cannot be used, that is said and the node goes on without it */
  constructor(
    private readonly folder: string,
    private readonly files: readonly Counted[],
    private readonly now: Now,
    private readonly onAlarm: (message: string, cause?: unknown) => void,
  ) {
    this.path = join(folder, "counts.json");
    this.countedAt = files.map(() => now());
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      this.outside = read(this.path);
    } catch (cause) {
      const isNew = (cause as { code?: string }).code === "ENOENT" && files.every((file) => inside(file) === 0);
      if (!isNew)
        onAlarm(
          `${this.path} cannot be read: whether this data folder was put back to an older state is not told by it.`,
          cause,
        );
    }
  }

  /** Whether a file of the folder is older than what was last counted of it. */
  get isAhead(): boolean {
    return this.files.some((file) => this.last(file) > inside(file));
  }

  /** Counts all files; to be called when a life is settled, and at the end. */
  step(): void {
    this.count(this.files);
  }

  /** A file was written to. */
  wrote(index: number): void {
    const file = this.files[index];
    if (!file || this.now() - (this.countedAt[index] as number) < EVERY_MS) return;
    this.count([file]);
  }

  private count(files: readonly Counted[]): void {
    try {
      const next = { ...this.outside };
      for (const file of files) {
        this.countedAt[this.files.indexOf(file)] = this.now();
        const n = Math.max(inside(file), this.last(file)) + 1;
        writeMeta(file.db, "count", String(n));
        next[basename(file.path)] = n;
      }
      write(this.folder, this.path, JSON.stringify(next));
      this.outside = next;
    } catch (cause) {
      this.onAlarm(`${this.path} cannot be written: it would not tell whether this data folder was put back.`, cause);
    }
  }

  private last({ path }: Counted): number {
    return this.outside[basename(path)] ?? 0;
  }
}

const inside = ({ db }: Counted): number => Number(readMeta(db, "count") ?? 0);

function read(path: string): Record<string, number> {
  const counts: unknown = JSON.parse(readFileSync(path, "utf8"));
  if (typeof counts !== "object" || counts === null || !Object.values(counts).every(Number.isSafeInteger))
    throw new Error(`${path} holds no counts.`);
  return counts as Record<string, number>;
}

function write(folder: string, path: string, text: string): void {
  const part = `${path}.part`;
  const fd = openSync(part, "w", 0o600);
  try {
    writeSync(fd, `${text}\n`);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  renameSync(part, path);
  syncPath(folder);
}
