/**
 * Rows of CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe before it (OWASP, "CSV
 * Injection"): names are chosen by people, and whoever opens the file is an administrator.
 */
export const csvRow = (cells: readonly (string | number | null | undefined)[]): string =>
  `${cells.map((cell) => quoted(String(cell ?? ""))).join(",")}\r\n`;

function quoted(text: string): string {
  const safe = /^[=+\-@\t\r\n＝＋－＠]/u.test(text) ? `'${text}` : text;
  return /[",\r\n\t']/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
