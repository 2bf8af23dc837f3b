import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { inclusionProof, isContinued, isIncluded, MerkleTree } from "./merkle.ts";

/** The leaves of the reference tests of Certificate Transparency (RFC 6962). */
const LEAVES = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];
/** Their roots, for the first 1 to 8 leaves. */
const ROOTS = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
const treeOf = (leaves: readonly string[]) => {
  const tree = MerkleTree.empty();
  for (const leaf of leaves) tree.add(leaf);
  return tree;
};

test("roots are those of the reference tests (R111)", () => {
  expect(treeOf([]).root()).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  expect(LEAVES.map((_, i) => treeOf(LEAVES.slice(0, i + 1)).root())).toEqual(ROOTS);
});

test("proofs are those of the reference tests", () => {
  expect(inclusionProof(LEAVES, 0)).toEqual([
    "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
    "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
    "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
  ]);
  expect(treeOf(LEAVES.slice(0, 6)).proofTo(LEAVES.slice(6))).toEqual([
    "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
    "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  ]);
});

/** As the RFC words it, over all leaves at once: slow, and plain to see to be right. */
const hash = (...parts: (string | Buffer)[]): Buffer =>
  createHash("sha256")
    .update(Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "hex") : part))))
    .digest();
function mth(d: readonly string[]): Buffer {
  if (d.length === 0) return hash();
  if (d.length === 1) return hash("00", d[0] as string);
  let k = 1;
  while (k * 2 < d.length) k *= 2;
  return hash("01", mth(d.slice(0, k)), mth(d.slice(k)));
}

test("every size up to 70 agrees with the plain definition, and every proof between two sizes holds", () => {
  const data = Array.from({ length: 70 }, (_, i) => hash(Buffer.from(`leaf ${i}`)).toString("hex"));
  const heads = Array.from({ length: 71 }, (_, size) => ({ size, root: mth(data.slice(0, size)).toString("hex") }));
  const at = (size: number) => heads[size] as (typeof heads)[0];
  for (let n = 1; n <= 70; n++) {
    const tree = treeOf(data.slice(0, n));
    expect(tree.root()).toBe(at(n).root);
    const again = MerkleTree.at(n, tree.peaks);
    expect(again.root()).toBe(at(n).root);
    for (let m = 0; m <= n; m++) {
      const proof = treeOf(data.slice(0, m)).proofTo(data.slice(m, n));
      if (!isContinued(at(m), at(n), proof)) throw new Error(`${m} → ${n}`);
    }
    for (let i = 0; i < n; i++) {
      if (!isIncluded(data[i] as string, i, n, at(n).root, inclusionProof(data.slice(0, n), i)))
        throw new Error(`${i} in ${n}`);
    }
  }
});

test("no proof holds that is of another tree, cut, lengthened or altered", () => {
  const data = Array.from({ length: 40 }, (_, i) => hash(Buffer.from(`leaf ${i}`)).toString("hex"));
  const other = data.with(2, "00".repeat(32));
  const head = (leaves: readonly string[]) => ({ size: leaves.length, root: treeOf(leaves).root() });
  for (let m = 3; m < 40; m++) {
    const [first, second] = [head(data.slice(0, m)), head(data)];
    const proof = treeOf(data.slice(0, m)).proofTo(data.slice(m));
    expect(isContinued(head(other.slice(0, m)), second, proof)).toBe(false);
    expect(isContinued(first, head(other), treeOf(other.slice(0, m)).proofTo(other.slice(m)))).toBe(false);
    expect(isContinued(first, second, proof.slice(1))).toBe(false);
    expect(isContinued(first, second, [...proof, first.root])).toBe(false);
    for (let i = 0; i < proof.length; i++)
      expect(isContinued(first, second, proof.with(i, "11".repeat(32)))).toBe(false);
    const path = inclusionProof(data, m);
    expect(isIncluded(data[m - 1] as string, m, 40, second.root, path)).toBe(false);
    expect(isIncluded(data[m] as string, m - 1, 40, second.root, path)).toBe(false);
    expect(isIncluded(data[m] as string, m, 40, second.root, path.slice(1))).toBe(false);
  }
});
