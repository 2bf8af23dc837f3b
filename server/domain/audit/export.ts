import type { AuditEntry } from "#protocol/audit";
import type { Province } from "#protocol/ids";
import type { AuditLog, Note, Seal } from "./ports.ts";
import type { AuditSource } from "./verify.ts";

const FORMAT = "beep audit export v1";
const CHUNK = 1000;

interface First {
  format: string;
  province: Province;
}
/** Keys as the exporting province knows them: who reads the file compares them with what they know. */
interface Last {
  seals: Seal[];
  keys: Record<Province, string>;
}
type Line = First | AuditEntry | Note | Last;

/**
 * The whole log as lines of JSON, so that somebody else can verify it: format and province; entries; heads and witnesses;
 * seal and keys.
 */
export function* exportLines(
  log: AuditLog,
  province: Province,
  keyOf: (province: Province) => string | undefined,
): Generator<string> {
  const line = (value: Line) => JSON.stringify(value);
  yield line({ format: FORMAT, province });
  for (let n = 1, more = true; more; n += CHUNK) {
    const entries = log.entries(n, CHUNK);
    for (const entry of entries) yield line(entry);
    more = entries.length === CHUNK;
  }
  const provinces = new Set([province]);
  for (let k = 0, more = true; more; k += CHUNK) {
    const notes = log.notes(k, CHUNK);
    for (const each of notes) {
      provinces.add("head" in each.note ? each.note.head.province : each.note.witness.witness);
      yield line(each);
    }
    more = notes.length === CHUNK;
  }
  const keys = [...provinces].flatMap((one): [Province, string][] => {
    const key = keyOf(one);
    return key ? [[one, key]] : [];
  });
  yield line({ seals: log.seals(), keys: Object.fromEntries(keys) });
}

/** An exported log, to be verified. @throws Error in words where the file is no whole export */
export function readExport(text: string): AuditSource {
  const lines = text.split("\n").filter((line) => line !== "");
  const values = lines.map((line, i) => {
    try {
      return JSON.parse(line) as Line;
    } catch {
      throw new Error(`Line ${i + 1} of the file is not JSON.`);
    }
  });
  const [first, last] = [values.shift(), values.pop()];
  if (!first || !("format" in first) || first.format !== FORMAT) throw new Error("The file is no exported audit log.");
  if (!last || !("seals" in last)) throw new Error("The file is cut: its last line is not that of the seal.");
  const entries = values.filter((value): value is AuditEntry => "kind" in value);
  const notes = values.filter((value): value is Note => "note" in value);
  if (entries.length + notes.length !== values.length) throw new Error("The file holds lines that belong to no log.");
  return {
    province: first.province,
    keyOf: (province) => last.keys[province],
    log: {
      entries: (from, limit) => entries.slice(from - 1, from - 1 + limit),
      notes: (after, limit) => notes.slice(after, after + limit),
      seals: () => last.seals,
    },
  };
}
