import { type AuditHead, headText } from "#protocol/audit";
import type { Province } from "#protocol/ids";
import type { Signer } from "../ports.ts";
import { MerkleTree } from "./merkle.ts";
import type { AuditLogTx } from "./ports.ts";

const CHUNK = 5000;

/** Hashes of the entries behind `after`, as far as the log goes. */
function hashesAfter(log: AuditLogTx, after: number, upto: number): string[] {
  const hashes: string[] = [];
  for (let n = after + 1; n <= upto; n += CHUNK)
    for (const { hash } of log.entries(n, Math.min(CHUNK, upto - n + 1))) hashes.push(hash);
  return hashes;
}

/** The tree at the own head before: from its peaks, or anew where they are not of that head. */
function treeAt(log: AuditLogTx, last: AuditHead | undefined): MerkleTree {
  if (!last) return MerkleTree.empty();
  const kept = log.tree();
  const tree = kept?.size === last.size ? MerkleTree.at(kept.size, kept.peaks) : undefined;
  if (tree?.root() === last.root) return tree;
  const anew = MerkleTree.empty();
  for (const hash of hashesAfter(log, 0, last.size)) anew.add(hash);
  return anew;
}

/**
 * A head over the whole log, with the proof that it goes on from the one before; undefined where there is nothing new.
 * Of a log that was rewritten it proves what it can: whoever knows the head before sees that it does not hold.
 */
export function nextHead(log: AuditLogTx, province: Province, signer: Signer, at: number): AuditHead | undefined {
  const size = log.size();
  const last = log.head(province);
  if (size <= (last?.size ?? 0)) return undefined;
  const tree = treeAt(log, last);
  const from = tree.size;
  const added = hashesAfter(log, from, size);
  const proof = tree.proofTo(added);
  for (const hash of added) tree.add(hash);
  log.putTree(size, tree.peaks);
  const head = { province, size, root: tree.root(), at };
  return { ...head, from, proof, signature: signer.sign(headText(head)) };
}
