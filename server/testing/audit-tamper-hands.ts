import { openSigner } from "../auth/province-key.ts";
import type { AuditHands } from "./audit-hands.ts";
import { any, between, cut, edit, editNote, oneNote, putBack, republish, rewrite, swap } from "./audit-tamper-ways.ts";

type Random = () => number;

export interface Tampering {
  what: string;
  /** the entry that is to be named first, where that is known */
  entry?: number;
  /** only another province's copy shows it: the hand had the province's key, or put everything back as it once was */
  beside?: true;
}
export type Hand = (hands: AuditHands, random: Random, scene: { earlier: Uint8Array[] }) => Tampering;

export const HANDS: Hand[] = [
  (hands, random) => ({ what: "edits a field", entry: edit(hands, random) }),
  (hands, random) => {
    const entry = between(random, 1, hands.size - 1);
    hands.db.query("DELETE FROM audit WHERE n = ?").run(entry);
    return { what: "deletes one entry", entry };
  },
  (hands, random) => {
    const entry = between(random, 1, hands.size - 10);
    hands.db.query("DELETE FROM audit WHERE n BETWEEN ? AND ?").run(entry, entry + between(random, 1, 8));
    return { what: "deletes a range", entry };
  },
  (hands, random) => ({ what: "swaps two entries", entry: swap(hands, random) }),
  (hands, random) => {
    const rows = hands.rows();
    const at = between(random, 0, rows.length - 1);
    hands.replace(rows.toSpliced(at, 0, rows[between(random, 0, rows.length - 1)] as (typeof rows)[0]));
    return { what: "inserts an entry" };
  },
  (hands, random) => {
    const rows = hands.rows();
    hands.replace([...rows, rows[between(random, 0, rows.length - 1)] as (typeof rows)[0]]);
    hands.chain();
    if (random() < 0.5) hands.seal();
    return { what: "adds an entry at the end" };
  },
  (hands, random) => ({ what: "cuts the end", entry: cut(hands, random) }),
  (hands, random) => {
    cut(hands, random);
    if (random() < 0.5) hands.db.run("DELETE FROM audit_seals");
    else hands.seal();
    return { what: "cuts the end and the seal with it" };
  },
  (hands, random, { earlier }) => {
    cut(hands, random);
    putBack(hands, ["audit_seals"], any(random, earlier));
    return { what: "cuts the end and lays an older seal on it" };
  },
  (hands, random, { earlier }) => {
    putBack(hands, ["audit_seals"], any(random, earlier));
    return { what: "lays an older seal in place" };
  },
  (hands, random) => {
    rewrite(hands, random);
    if (random() < 0.5) hands.seal();
    return { what: "rewrites the chain" };
  },
  (hands, random) => {
    rewrite(hands, random);
    hands.db.run("DELETE FROM audit_notes");
    hands.seal();
    return { what: "rewrites the chain and drops all heads" };
  },
  (hands, random, { earlier }) => {
    rewrite(hands, random);
    putBack(hands, ["audit_notes", "audit_seals"], any(random, earlier));
    return { what: "rewrites the chain under older heads" };
  },
  (hands, random) => {
    editNote(hands, random, "head");
    if (random() < 0.5) hands.chainNotes();
    if (random() < 0.5) hands.seal();
    return { what: "changes a head" };
  },
  (hands, random) => {
    const newest = random() < 0.5;
    const k = newest ? 0 : oneNote(hands, random, "head");
    hands.db.run(
      newest
        ? "DELETE FROM audit_notes WHERE k = (SELECT max(k) FROM audit_notes WHERE witness = '')"
        : `DELETE FROM audit_notes WHERE k = ${k}`,
    );
    if (random() < 0.5) hands.chainNotes();
    if (random() < 0.5) hands.seal();
    return { what: "deletes a head" };
  },
  (hands, random) => {
    editNote(hands, random, "witness");
    if (random() < 0.5) hands.chainNotes();
    return { what: "changes what was witnessed" };
  },
  (hands, random) => {
    if (random() < 0.5) hands.db.run("DELETE FROM audit_notes WHERE witness <> ''");
    else hands.db.run(`DELETE FROM audit_notes WHERE k = ${oneNote(hands, random, "witness")}`);
    if (random() < 0.5) hands.chainNotes();
    if (random() < 0.5) hands.seal();
    return { what: "deletes what was witnessed" };
  },
  (hands, random) => {
    const [column, value] = [
      ["province", "sd"],
      ["witness", "gb"],
      ["size", 7],
      ["root", "00"],
    ][between(random, 0, 3)] as [string, string | number];
    const k = oneNote(hands, random, random() < 0.5 ? "head" : "witness");
    hands.db.query(`UPDATE audit_notes SET ${column} = ? WHERE k = ?`).run(value, k);
    return { what: "files a head or a witness under something else" };
  },
  (hands) => {
    hands.db.run("DELETE FROM audit_notes WHERE k = (SELECT max(k) FROM audit_notes WHERE witness = '')");
    hands.chainNotes();
    hands.seal(hands.key().sign);
    return { what: "deletes the newest head with the province's key and leaves who witnessed it" };
  },
  (hands, random) => {
    hands.db.run(random() < 0.5 ? "UPDATE audit_seals SET signature = NULL" : "UPDATE audit_seals SET size = size + 1");
    return { what: "alters the seal" };
  },
  (hands, random, { earlier }) => {
    putBack(hands, ["audit", "audit_notes", "audit_seals"], any(random, earlier));
    return { what: "puts the whole log back to an earlier state", beside: true };
  },
  (hands, random) => {
    const n = between(random, 1, 140);
    hands.db.query("UPDATE audit SET facts = ? WHERE n = ?").run(JSON.stringify({ address: `${random()}` }), n);
    hands.chain();
    hands.seal(hands.key().sign);
    return { what: "rewrites entries with the province's key and leaves the heads" };
  },
  (hands, random) => {
    hands.db.query("DELETE FROM audit WHERE n > ?").run(between(random, 1, 139));
    hands.seal(hands.key().sign);
    return { what: "cuts the end with the province's key and leaves the heads" };
  },
  (hands, random) => {
    editNote(hands, random, random() < 0.5 ? "head" : "witness");
    hands.chainNotes();
    hands.seal(hands.key().sign);
    return { what: "changes a head, or what was witnessed, and seals that with the province's key" };
  },
  (hands) => {
    for (const table of ["audit", "audit_notes", "audit_seals"]) hands.db.run(`DELETE FROM ${table}`);
    return { what: "empties the log", beside: true };
  },
  (hands, random) => {
    rewrite(hands, random);
    republish(hands, hands.key());
    return { what: "rewrites all of it with the province's key", beside: true };
  },
  (hands, random) => {
    // Up to the head that was published last: what nobody outside has seen yet, the key's holder can take back unseen.
    hands.db.query("DELETE FROM audit WHERE n > ?").run(between(random, 1, 139));
    republish(hands, hands.key());
    return { what: "cuts the end with the province's key", beside: true };
  },
  (hands, random) => {
    if (random() < 0.5) rewrite(hands, random);
    const forger = openSigner(new Map() as never);
    hands.db.query("UPDATE province_keys SET key = ? WHERE province = 'is'").run(forger.key);
    republish(hands, forger);
    return { what: "puts a key of its own in place and signs all anew", beside: true };
  },
];
