/** Most bytes of JSON in one order: a body of the directory's log is smaller than 32 KiB, with signatures about it. */
const PIECE = 28 * 1024 - 1024;

const bytes = (value: unknown): number => new TextEncoder().encode(JSON.stringify(value)).length + 1;

/** Things in pieces that each fit into one order, in their order. */
export function piecesOf<T>(things: readonly T[], most = PIECE): T[][] {
  const pieces: T[][] = [];
  let room = 0;
  for (const thing of things) {
    const size = bytes(thing);
    const last = pieces[pieces.length - 1];
    if (!last || size > room) {
      pieces.push([thing]);
      room = most - size;
    } else {
      last.push(thing);
      room -= size;
    }
  }
  return pieces;
}

/** Most bytes and lines of CSV that the node reads at a time. */
const TEXT = 200 * 1024;
const LINES = 9_000;

export interface CsvPiece {
  csv: string;
  /** lines of the file before the piece's first row, less the head that each piece carries */
  before: number;
}

/** A CSV file in pieces, each with the head line; rows are not cut, nor lines within quotes. */
export function csvPieces(text: string, most = TEXT): CsvPiece[] {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  const head = lines[0] ?? "";
  const headBytes = new TextEncoder().encode(`${head}\n`).length;
  const pieces: CsvPiece[] = [];
  let rows: string[] = [];
  let size = headBytes;
  let before = 0;
  let row: string[] = [];
  let quotes = 0;
  let at = 0;
  const flush = () => {
    if (rows.some((each) => each.trim() !== "")) pieces.push({ csv: [head, ...rows].join("\n"), before });
    rows = [];
    size = headBytes;
    before = at;
  };
  for (const line of lines.slice(1)) {
    row.push(line);
    quotes += (line.match(/"/g) ?? []).length;
    if (quotes % 2 === 1) continue;
    const whole = row.join("\n");
    const weight = new TextEncoder().encode(`${whole}\n`).length;
    if (rows.length > 0 && (size + weight > most || at - before + row.length > LINES)) flush();
    rows.push(whole);
    size += weight;
    at += row.length;
    row = [];
    quotes = 0;
  }
  if (row.length > 0) rows.push(row.join("\n"));
  flush();
  return pieces;
}
