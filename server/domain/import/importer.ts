import type { RefusedRow } from "#protocol/admin";
import type { Issued } from "#protocol/directory";
import { DIRECTORY_ROOM } from "#protocol/ids";
import { administrators, ENOUGH } from "../administration/operator-hand.ts";
import { chargeOpens } from "../administration/second-hand.ts";
import { worldOf } from "../administration/surroundings.ts";
import type { World } from "../administration/world.ts";
import type { Now } from "../clock.ts";
import type { Directory } from "../directory/directory.ts";
import type { Store } from "../ports.ts";
import { Planner } from "./plan.ts";
import { type RawRow, readRow } from "./row.ts";

/** Rows that are planned and written in one go: between two goes everybody else has a turn. */
const PIECE = 100;
const MAX_REFUSED = 1000;

export interface ImportOptions {
  /** say what would change, and change nothing */
  dry: boolean;
  /** rows may retire, remove and bring back people */
  removals: boolean;
  by: Extract<Issued["by"], "import" | "scim">;
  /** who had it done, for the audit log */
  actor: { operator: string } | { system: string };
}

export interface Imported {
  rows: number;
  /** entries: people, units, posts and charges */
  fresh: number;
  changed: number;
  /** rows that change nothing */
  same: number;
  /** the first thousand, by line */
  refused: RefusedRow[];
  refusedRows: number;
}

/** Brings people from the books of a personnel office into the directory. */
export class Importer {
  constructor(
    private readonly store: Store,
    private readonly directory: Pick<Directory, "issue">,
    private readonly now: Now,
  ) {}

  /**
   * Works through rows in pieces. Done twice it changes nothing the second time; broken off, it is simply done again.
   * @throws AppError wait where the disk is full
   */
  async take(raw: readonly RawRow[], options: ImportOptions): Promise<Imported> {
    const { province, tables } = this.store;
    const planner = new Planner({
      province,
      offices: tables.offices,
      person: (id) => this.store.person(id),
      now: this.now(),
      removals: options.removals,
      mayCharge: (charge) => !this.needsTwo(options) || !chargeOpens(charge, this.now(), this.world),
    });
    const refused: RefusedRow[] = [];
    let entries = 0;
    for (let at = 0; at < raw.length; at += PIECE) {
      for (const item of raw.slice(at, at + PIECE)) {
        const row = readRow(item);
        if ("why" in row) refused.push(row);
        else planner.take(row);
      }
      const piece = planner.drain();
      entries += piece.length;
      if (piece.length > 0 && !options.dry)
        await this.store.write(DIRECTORY_ROOM, (tx) => this.directory.issue(tx, options.by, piece));
      else await new Promise((done) => setImmediate(done));
    }
    refused.push(...planner.refused);
    const done: Imported = {
      rows: raw.length,
      fresh: planner.fresh,
      changed: entries - planner.fresh,
      same: planner.same,
      refused: refused.sort((a, b) => a.line - b.line).slice(0, MAX_REFUSED),
      refusedRows: refused.length,
    };
    if (!options.dry) await this.note(done, options);
    return done;
  }

  /** An import is one hand, as the operator is; a personnel system never has two. */
  private needsTwo({ by }: ImportOptions): boolean {
    return by === "scim" || administrators(this.now(), this.world) >= ENOUGH;
  }

  private get world(): World {
    return worldOf({ store: this.store, verify: () => false });
  }

  private note({ rows, fresh, changed, refusedRows }: Imported, { by, actor }: ImportOptions): Promise<void> {
    return this.store.write(DIRECTORY_ROOM, (tx) => {
      const facts = { act: by, rows, fresh, changed, refused: refusedRows };
      tx.tables.audit.append({ kind: "operator", by: actor, facts }, this.now());
    });
  }
}
