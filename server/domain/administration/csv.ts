import { AppError } from "../error.ts";
import { readCsv } from "../import/csv.ts";
import { planRows } from "../import/plan.ts";
import { type Row, readRow } from "../import/row.ts";
import type { Surroundings } from "./surroundings.ts";
import { worldOf } from "./surroundings.ts";

/** Lines that are read at a time: fifty thousand of four bytes fit into what may be sent, and hold everybody else up. */
const MAX_LINES = 10_000;

/** What a file of people would change, for an order of the administrator's own. Nobody is retired or removed by a file. */
export const csvReader =
  (around: Pick<Surroundings, "store" | "verify" | "now">): NonNullable<Surroundings["readCsv"]> =>
  (csv, within) => {
    if (csv.split("\n", MAX_LINES + 1).length > MAX_LINES)
      throw new AppError("fix", `A file is read in parts of at most ${MAX_LINES} lines.`);
    const { rows, refused } = readCsv(csv);
    const { province, offices, person } = worldOf(around);
    // What is known of somebody out of reach must not come back with the plan.
    const isBeyond = ({ number }: Row): boolean => {
      const known = offices.personByNumber(province, number);
      return known !== undefined && !within(known);
    };
    const sound: Row[] = [];
    for (const row of rows.map(readRow)) {
      if ("why" in row) refused.push(row);
      else if (isBeyond(row))
        refused.push({ line: row.line, column: "number", why: "This is somebody outside your units." });
      else sound.push(row);
    }
    const plan = planRows(sound, { province, offices, person, now: around.now(), removals: false });
    const all = [...refused, ...plan.refused].sort((a, b) => a.line - b.line);
    return { entries: plan.entries, refused: all, same: plan.same };
  };
