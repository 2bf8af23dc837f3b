import { Database } from "bun:sqlite";
import { type AuditHead, headText } from "#protocol/audit";
import type { openSigner } from "../auth/province-key.ts";
import { MerkleTree } from "../domain/audit/merkle.ts";
import type { AuditHands } from "./audit-hands.ts";

/** A number in [0, 1), drawn from a run's seed. */
type Random = () => number;

export const between = (random: Random, low: number, high: number): number =>
  low + Math.floor(random() * (high - low + 1));
const FIELDS = ["at", "kind", "by", "facts", "hash"] as const;

export function edit(hands: AuditHands, random: Random): number {
  const n = between(random, 1, hands.size);
  const field = FIELDS[between(random, 0, FIELDS.length - 1)] as (typeof FIELDS)[number];
  const digits = Math.floor(random() * 1e9)
    .toString(16)
    .padStart(8, "0");
  const value = {
    at: between(random, 0, 1e12),
    kind: `kind ${digits}`,
    by: JSON.stringify({ operator: digits }),
    facts: random() < 0.5 ? JSON.stringify({ address: digits }) : ` ${hands.rows()[n - 1]?.facts} `,
    hash: digits.repeat(8),
  }[field];
  hands.db.query(`UPDATE audit SET ${field} = ? WHERE n = ?`).run(value, n);
  return n;
}

export function cut(hands: AuditHands, random: Random): number {
  const size = hands.size;
  const last = size - between(random, 1, 60);
  hands.db.query("DELETE FROM audit WHERE n > ?").run(last);
  return last + 1;
}

/** Changes the log somewhere and makes its chain whole again. */
export function rewrite(hands: AuditHands, random: Random): void {
  if (random() < 0.3) hands.db.query("DELETE FROM audit WHERE n > ?").run(hands.size - between(random, 1, 80));
  const rows = hands.rows();
  const at = between(random, 0, rows.length - 1);
  const dice = random();
  if (dice < 0.3) rows.splice(at, between(random, 1, 5));
  else if (dice < 0.5) rows.splice(at, 0, { ...(rows[between(random, 0, rows.length - 1)] as (typeof rows)[0]) });
  else rows[at] = { ...(rows[at] as (typeof rows)[0]), facts: JSON.stringify({ address: `${random()}` }) };
  hands.replace(rows);
  hands.chain();
}

/** Publishes the present log anew under a key, as if there had never been another head. */
export function republish(hands: AuditHands, signer: ReturnType<typeof openSigner>): void {
  const tree = MerkleTree.empty();
  for (const { hash } of hands.rows()) tree.add(hash);
  const words = { province: "is", size: tree.size, root: tree.root(), at: 1 };
  const head: AuditHead = { ...words, from: 0, proof: [], signature: signer.sign(headText(words)) };
  hands.db.run("DELETE FROM audit_notes");
  hands.db
    .query("INSERT INTO audit_notes VALUES (1, 'is', '', ?, ?, ?, '')")
    .run(head.size, head.root, JSON.stringify({ head }));
  hands.chainNotes();
  hands.seal(signer.sign);
}

export function swap(hands: AuditHands, random: Random): number {
  const rows = hands.rows();
  const a = between(random, 0, rows.length - 2);
  const b = between(random, a + 1, rows.length - 1);
  const [first, second] = [rows[a], rows[b]] as [(typeof rows)[0], (typeof rows)[0]];
  hands.replace(rows.with(a, second).with(b, first));
  return a + 1;
}

export const oneNote = (hands: AuditHands, random: Random, kind: "head" | "witness"): number => {
  const rows = hands.db
    .query<{ k: number }, []>(`SELECT k FROM audit_notes WHERE witness ${kind === "head" ? "=" : "<>"} '' ORDER BY k`)
    .all();
  return (rows[between(random, 0, rows.length - 1)] as { k: number }).k;
};

export function editNote(hands: AuditHands, random: Random, kind: "head" | "witness"): void {
  const k = oneNote(hands, random, kind);
  const { note } = hands.db.query<{ note: string }, [number]>("SELECT note FROM audit_notes WHERE k = ?").get(k) as {
    note: string;
  };
  const parsed = JSON.parse(note) as Record<string, Record<string, unknown>>;
  const said = parsed[kind] as Record<string, unknown>;
  // With its province's name a head or a witness is one no more: that is to delete it, and has hands of its own.
  const names = Object.keys(said).filter((name) => name !== "province");
  const name = names[between(random, 0, names.length - 1)] as string;
  const value = said[name];
  if (typeof value === "number") said[name] = value + 1;
  else if (typeof value === "string") said[name] = value.replace(/^./, (letter) => (letter === "a" ? "b" : "a"));
  else said[name] = ["00".repeat(32)];
  hands.db.query("UPDATE audit_notes SET note = ? WHERE k = ?").run(JSON.stringify(parsed), k);
}

/** Lays tables of an earlier file in place of those of this one. */
export function putBack(hands: AuditHands, tables: readonly string[], earlier: Uint8Array): void {
  const from = Database.deserialize(earlier);
  for (const table of tables) {
    const rows = from.query(`SELECT * FROM ${table}`).values() as (string | number | null)[][];
    hands.db.run(`DELETE FROM ${table}`);
    for (const row of rows)
      hands.db.query(`INSERT INTO ${table} VALUES (${row.map(() => "?").join(", ")})`).run(...row);
  }
  from.close(true);
}
export const any = (random: Random, from: readonly Uint8Array[]): Uint8Array =>
  from[between(random, 0, from.length - 1)] as Uint8Array;
