import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { isId, type PersonId } from "#protocol/ids";
import type { AuditActor, AuditEntry, AuditFacts, AuditKind } from "#protocol/audit";
import { verifyNow } from "../auth/verify.ts";
import { exportLines, readExport } from "../domain/audit/export.ts";
import { type AuditVerdict, verifyAudit } from "../domain/audit/verify.ts";
import { type AuditFolder, openAuditFolder } from "./audit-folder.ts";
import { tellNode } from "./desk.ts";
import { OpsError } from "./error.ts";

export const AUDIT_USAGE = `  beep [--data FOLDER] audit verify [--json] [--against OTHER_FOLDER] [--file EXPORT]
                                                   finds any change, removal or truncation of the audit log
  beep [--data FOLDER] audit show [--kind KIND] [--person ID] [--text TEXT] [--last N]
  beep [--data FOLDER] audit export FILE           the whole log, for somebody else to verify`;

export const AUDIT_OPTIONS = {
  json: { type: "boolean" },
  against: { type: "string" },
  file: { type: "string" },
  kind: { type: "string" },
  person: { type: "string" },
  text: { type: "string" },
  last: { type: "string" },
} as const;

type Values = Record<string, string | boolean | undefined>;
const text = (values: Values, name: keyof typeof AUDIT_OPTIONS): string | undefined =>
  typeof values[name] === "string" ? values[name] : undefined;

/**
 * What `beep audit` prints. A running node is told of the reading first, and where it cannot write that down nothing is
 * read. @throws OpsError
 */
export async function auditCommand(data: string | undefined, words: string[], values: Values): Promise<string> {
  const [act, file] = words;
  if (act === "verify") return verify(data, values);
  const folder = named(data);
  if (act === "show") {
    const find = { kind: text(values, "kind"), person: personIn(values), text: text(values, "text") };
    const facts = Object.fromEntries(Object.entries(find).filter((entry): entry is [string, string] => !!entry[1]));
    await tellNode(folder, "read", facts);
    return inFolder(folder, (audit) => show(audit, { ...find, kind: find.kind as AuditKind | undefined }, values));
  }
  if (act === "export") {
    if (!file) throw new OpsError("Say which file the log is to be written to.");
    if (existsSync(file)) throw new OpsError(`${file} is there already: choose another name.`);
    await tellNode(folder, "exported", { what: "audit" } satisfies AuditFacts);
    return inFolder(folder, (audit) => {
      const lines = [...exportLines(audit.log, audit.province, audit.keyOf)];
      writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600 });
      return `${audit.log.size()} entries are in ${file}.`;
    });
  }
  throw new OpsError('Say "audit verify", "audit show" or "audit export FILE".');
}

function named(data: string | undefined): string {
  if (!data) throw new OpsError("Say which data folder is meant: --data FOLDER, or BEEP_DATA.");
  return data;
}

function personIn(values: Values): PersonId | undefined {
  const person = text(values, "person");
  if (person !== undefined && !isId(person)) throw new OpsError("--person takes the 32 digits of a person's id.");
  return person;
}

function inFolder<T>(folder: string, work: (audit: AuditFolder) => T): T {
  const audit = openAuditFolder(folder);
  try {
    return work(audit);
  } finally {
    audit.close();
  }
}

function show(
  { log }: AuditFolder,
  find: { kind?: AuditKind | undefined; person?: string | undefined; text?: string | undefined },
  values: Values,
): string {
  const last = Number(text(values, "last") ?? 50);
  if (!(Number.isInteger(last) && last > 0)) throw new OpsError("--last takes a number above 0.");
  const given = Object.fromEntries(Object.entries(find).filter(([, value]) => value !== undefined));
  const entries: AuditEntry[] = [];
  for (let before: number | undefined; entries.length < last; ) {
    const found = log.find({ ...given, limit: last - entries.length, ...(before !== undefined && { before }) });
    entries.push(...found.entries);
    before = found.next;
    if (before === undefined) break;
  }
  return entries
    .reverse()
    .map(values.json ? (entry) => JSON.stringify(entry) : inWords)
    .join("\n");
}

const inWords = ({ n, at, kind, by, facts }: AuditEntry): string => {
  const told = Object.entries(facts).map(([name, value]) => `${name}=${value}`);
  return [n, new Date(at).toISOString(), kind, actor(by), ...told].join("  ");
};

function actor(by: AuditActor): string {
  if ("person" in by) return `person ${by.person}`;
  if ("operator" in by) return `operator ${by.operator}`;
  return "system" in by ? `system ${by.system}` : `node ${by.node}`;
}

function verify(data: string | undefined, values: Values): string {
  const [file, against] = [text(values, "file"), text(values, "against")];
  const verdict =
    file !== undefined
      ? verifyExport(file, against)
      : inFolder(named(data), (audit) =>
          against === undefined
            ? verifyAudit(audit, verifyNow)
            : inFolder(against, (other) => verifyAudit(audit, verifyNow, [other.copyOf(audit.province)])),
        );
  if (!verdict.good) process.exitCode = 1;
  return values.json ? JSON.stringify(verdict) : verdictInWords(verdict);
}

function verifyExport(file: string, against: string | undefined): AuditVerdict {
  if (!existsSync(file)) throw new OpsError(`There is no file ${file}.`);
  const source = readExport(readFileSync(file, "utf8"));
  if (against === undefined) return verifyAudit(source, verifyNow);
  return inFolder(against, (other) => verifyAudit(source, verifyNow, [other.copyOf(source.province)]));
}

function verdictInWords(verdict: AuditVerdict): string {
  if (!verdict.good)
    return verdict.entry === undefined
      ? `The audit log is not sound. ${verdict.fault}`
      : `entry ${verdict.entry}: ${verdict.fault}`;
  const witnessed = Object.entries(verdict.witnessed).map(([province, size]) => `${province} up to ${size}`);
  return `${verdict.entries} entries good, heads ${verdict.heads}, witnessed by ${witnessed.join(", ") || "nobody yet"}.`;
}
