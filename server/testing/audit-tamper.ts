import { Database } from "bun:sqlite";
import { copyFileSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { verifyNow } from "../auth/verify.ts";
import { type AuditVerdict, verifyAudit } from "../domain/audit/verify.ts";
import { auditIn } from "../ops/audit-folder.ts";
import { AuditHands } from "./audit-hands.ts";
import { AuditProvinces } from "./audit-provinces.ts";
import { type Hand, HANDS, type Tampering } from "./audit-tamper-hands.ts";
import { random } from "./cluster-fuzz.ts";

/** A province's directory.db at three moments, and another province's at the end. */
export interface Scene {
  now: Uint8Array;
  earlier: Uint8Array[];
  other: Uint8Array;
}

/** A log of 150 entries with four heads that two provinces witnessed, the newest of them over 140. */
export async function setScene(): Promise<Scene> {
  const house = await AuditProvinces.open();
  const earlier: Uint8Array[] = [];
  const snapshot = (code: string): Uint8Array => {
    const copy = join(house.root, "copy.db");
    for (const end of ["", "-wal"]) copyFileSync(join(house.folder(code), `directory.db${end}`), `${copy}${end}`);
    const db = new Database(copy);
    // A file that is not in WAL mode may be opened in memory.
    db.run("PRAGMA journal_mode = DELETE");
    db.close(true);
    const bytes = readFileSync(copy);
    for (const end of ["", "-wal", "-shm"]) rmSync(`${copy}${end}`, { force: true });
    return bytes;
  };
  try {
    for (const count of [30, 25, 45, 40]) {
      await house.write("is", count);
      await house.publish("is");
      await house.provinces.quiet();
      earlier.push(snapshot("is"));
    }
    await house.write("is", 10);
    return { now: snapshot("is"), earlier: earlier.slice(0, -1), other: snapshot("pb") };
  } finally {
    await house.close();
  }
}

/** One seeded tampering of the scene, and what is said of it by the file alone and beside another province's. */
export function tamper(scene: Scene, seed: number): { done: Tampering; alone: AuditVerdict; beside: AuditVerdict } {
  const db = Database.deserialize(scene.now);
  const rng = random(seed);
  const hand = HANDS[seed % HANDS.length] as Hand;
  const done = hand(new AuditHands(db), rng, scene);
  const audit = auditIn(db, "the scene", "is");
  const other = auditIn(Database.deserialize(scene.other), "the other", "pb");
  try {
    const alone = verifyAudit(audit, verifyNow);
    return { done, alone, beside: verifyAudit(audit, verifyNow, [other.copyOf("is")]) };
  } finally {
    audit.close();
    other.close();
  }
}
