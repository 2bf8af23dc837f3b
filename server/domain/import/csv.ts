import { CsvError, parse } from "csv-parse/sync";
import type { RefusedRow } from "#protocol/admin";
import { COLUMNS, type Column, type RawRow } from "./row.ts";

/** Names that files give the columns besides ours. */
const ALIASES: Record<string, Column> = {
  name: "name_en",
  personal_number: "number",
  personnel_number: "number",
  employee_number: "number",
  unit: "unit_en",
  department: "unit_en",
  post: "post_en",
  designation: "post_en",
  bps: "grade",
  mail: "email",
  phone: "office",
};

/**
 * Reads CSV (RFC 4180; comma, semicolon or tab; UTF-8 with or without a byte order mark). The first line names the columns.
 * @returns rows by line of the file, from 1; lines that are no rows among `refused`
 */
export function readCsv(text: string): { rows: RawRow[]; refused: RefusedRow[] } {
  const refused: RefusedRow[] = [];
  let head: (Column | undefined)[] = [];
  const rows: RawRow[] = [];
  try {
    const records = parse(text, {
      bom: true,
      delimiter: [",", ";", "\t"],
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    }) as unknown as { info: { lines: number }; record: string[] }[];
    for (const [index, { info, record }] of records.entries()) {
      if (index === 0) {
        head = record.map(columnOf);
        const missing = (["number", "name_en"] as const).filter((column) => !head.includes(column));
        if (missing.length > 0)
          return { rows: [], refused: [{ line: 1, why: `The head has no ${missing.join(", ")}.` }] };
      } else if (record.length > head.length && record.slice(head.length).some((cell) => cell !== ""))
        refused.push({ line: info.lines, why: `It has ${record.length} cells where the head has ${head.length}.` });
      else rows.push(rowOf(head, record, info.lines));
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    refused.push({
      line: Number(error.lines ?? 1),
      why: "From here on the file is no CSV: look for a quote that is not closed.",
    });
  }
  return { rows, refused };
}

function columnOf(title: string): Column | undefined {
  const name = title.toLowerCase().replace(/[\s.-]+/g, "_");
  return COLUMNS.find((column) => column === name) ?? ALIASES[name];
}

function rowOf(head: readonly (Column | undefined)[], cells: readonly string[], line: number): RawRow {
  const row: RawRow = { line };
  head.forEach((column, i) => {
    if (column && cells[i]) row[column] = cells[i];
  });
  return row;
}
