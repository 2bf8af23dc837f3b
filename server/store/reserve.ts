import { closeSync, fsyncSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";

/** More than a file's log grows to before it is folded in (settings.ts), so that there is room for that. */
export const RESERVE_BYTES = 24 * 1024 * 1024;

/**
 * A file that holds some disk back. It is given up when the disk is full, so that SQLite can fold its log and an
 * operator has room to work; the store writes again only once it could be laid down anew.
 */
export class Reserve {
  private readonly path: string;
  constructor(private readonly folder: string) {
    this.path = join(folder, "reserve");
  }

  /** True when the reserve stands, laid down now or before. */
  hold(): boolean {
    try {
      if (statSync(this.path, { throwIfNoEntry: false })?.size === RESERVE_BYTES) return true;
      const { bavail, bsize } = statfsSync(this.folder);
      if (bavail * bsize < 2 * RESERVE_BYTES) return false;
      const fd = openSync(this.path, "w");
      try {
        // Real bytes: a sparse file would hold nothing back.
        const block = new Uint8Array(1024 * 1024).fill(0xbe);
        for (let at = 0; at < RESERVE_BYTES; at += block.length) {
          if (writeSync(fd, block) !== block.length) throw new Error("short write");
        }
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
      return true;
    } catch {
      this.release();
      return false;
    }
  }

  release(): void {
    rmSync(this.path, { force: true });
  }
}
