import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { verifyNow } from "../auth/verify.ts";
import { exportLines, readExport } from "../domain/audit/export.ts";
import { verifyAudit } from "../domain/audit/verify.ts";
import { auditIn } from "../ops/audit-folder.ts";
import { setScene, tamper } from "./audit-tamper.ts";

const RUNS = Number(process.env.AUDIT_RUNS ?? 1000);

test(`${RUNS} tamperings of a directory.db are found, each by the file alone or beside another province's (R115, R117)`, async () => {
  const scene = await setScene();
  const [audit, other] = [
    auditIn(Database.deserialize(scene.now), "", "is"),
    auditIn(Database.deserialize(scene.other), "", "pb"),
  ];
  const good = { good: true, entries: 150, heads: 4, witnessed: { pb: 140, sd: 140 } };
  expect(verifyAudit(audit, verifyNow) as unknown).toEqual(good);
  expect(verifyAudit(audit, verifyNow, [other.copyOf("is")]) as unknown).toEqual(good);
  const lines = [...exportLines(audit.log, "is", audit.keyOf)];
  expect(verifyAudit(readExport(lines.join("\n")), verifyNow) as unknown).toEqual(good);
  audit.close();
  other.close();

  const missed: string[] = [];
  const found: Record<string, number> = {};
  for (let seed = 0; seed < RUNS; seed++) {
    const { done, alone, beside } = tamper(scene, seed);
    const verdict = done.beside ? beside : alone;
    if (verdict.good || beside.good) missed.push(`${seed} ${done.what}`);
    else if (done.entry !== undefined && verdict.entry !== done.entry)
      missed.push(`${seed} ${done.what}: names ${verdict.entry}, not ${done.entry}: ${verdict.fault}`);
    else found[done.what] = (found[done.what] ?? 0) + 1;
  }
  expect(missed).toEqual([]);
  expect(Object.values(found).reduce((sum, count) => sum + count, 0)).toBe(RUNS);
});

test("of an exported file every line that is altered, taken out or put elsewhere shows (R119)", async () => {
  const { now } = await setScene();
  const audit = auditIn(Database.deserialize(now), "", "is");
  const lines = [...exportLines(audit.log, "is", audit.keyOf)];
  audit.close();
  const sound = (all: readonly string[]): boolean => {
    try {
      return verifyAudit(readExport(all.join("\n")), verifyNow).good;
    } catch {
      return false;
    }
  };
  expect(sound(lines)).toBe(true);
  for (let i = 0; i < lines.length; i++) {
    expect(sound(lines.toSpliced(i, 1))).toBe(false);
    if (i > 0) expect(sound(lines.with(i, lines[i - 1] as string))).toBe(false);
  }
  expect(sound(lines.map((line) => line.replace('"address":"10.0.0.7"', '"address":"10.0.0.8"')))).toBe(false);
  expect(sound(lines.slice(0, -20))).toBe(false);
});
