import { hash } from "node:crypto";

/** A node of the tree, 32 bytes. */
type Hash = Uint8Array;

const sha256 = (bytes: Uint8Array): Hash => hash("sha256", bytes, "buffer");
const leafHash = (data: Uint8Array): Hash => sha256(Buffer.concat([LEAF, data]));
const nodeHash = (left: Hash, right: Hash): Hash => sha256(Buffer.concat([NODE, left, right]));
const [LEAF, NODE] = [Uint8Array.of(0), Uint8Array.of(1)];

const bytesOf = (hex: string): Hash => Buffer.from(hex, "hex");
const hexOf = (hash: Hash): string => Buffer.from(hash).toString("hex");

/** Largest power of two below n; n > 1. */
const split = (n: number): number => 2 ** Math.floor(Math.log2(n - 1));

/**
 * A Merkle tree (RFC 9162 section 2.1.1) that only grows and keeps its peaks alone: the roots of the complete subtrees
 * that it falls into, the largest first. Leaves, peaks and roots are hex.
 */
export class MerkleTree {
  private constructor(
    private count: number,
    private readonly stack: { height: number; hash: Hash }[],
  ) {}

  static empty(): MerkleTree {
    return new MerkleTree(0, []);
  }

  static at(size: number, peaks: readonly string[]): MerkleTree {
    const heights = heightsOf(size);
    if (heights.length !== peaks.length) throw new Error(`A tree of ${size} leaves has ${heights.length} peaks.`);
    return new MerkleTree(
      size,
      peaks.map((hex, i) => ({ height: heights[i] as number, hash: bytesOf(hex) })),
    );
  }

  get size(): number {
    return this.count;
  }

  get peaks(): string[] {
    return this.stack.map(({ hash }) => hexOf(hash));
  }

  /** @param data of the leaf, hex: the hash of an entry */
  add(data: string): void {
    let node = { height: 0, hash: leafHash(bytesOf(data)) };
    while (this.stack.at(-1)?.height === node.height) {
      const left = this.stack.pop() as typeof node;
      node = { height: node.height + 1, hash: nodeHash(left.hash, node.hash) };
    }
    this.stack.push(node);
    this.count++;
  }

  root(): string {
    const [last, ...before] = [...this.stack].reverse();
    if (!last) return hexOf(sha256(Buffer.alloc(0)));
    return hexOf(before.reduce((right, { hash }) => nodeHash(hash, right), last.hash));
  }

  /**
   * Shows that this tree is a beginning of the one that `added` makes of it (section 2.1.4.1). Empty for an empty tree.
   * Costs one pass over `added`, since of what was before only peaks are part of a proof.
   */
  proofTo(added: readonly string[]): string[] {
    const [from, to] = [this.count, this.count + added.length];
    if (from === 0 || from === to) return [];
    const leaves = added.map((data) => leafHash(bytesOf(data)));
    const old = new Map<number, Hash>();
    let at = 0;
    for (const { height, hash } of this.stack) {
      old.set(at, hash);
      at += 2 ** height;
    }
    const root = (low: number, high: number): Hash =>
      low < from ? (old.get(low) as Hash) : rootOf(leaves, low - from, high - from);
    const proof = (m: number, low: number, high: number, whole: boolean): Hash[] => {
      if (m === high - low) return whole ? [] : [root(low, high)];
      const k = split(high - low);
      return m <= k
        ? [...proof(m, low, low + k, whole), root(low + k, high)]
        : [...proof(m - k, low + k, high, false), root(low, low + k)];
    };
    return proof(from, 0, to, true).map(hexOf);
  }
}

function heightsOf(size: number): number[] {
  const heights: number[] = [];
  for (let height = Math.floor(Math.log2(Math.max(size, 1))); height >= 0; height--)
    if (Math.floor(size / 2 ** height) % 2 === 1) heights.push(height);
  return heights;
}

function rootOf(leaves: readonly Hash[], low: number, high: number): Hash {
  if (high - low === 1) return leaves[low] as Hash;
  const middle = low + split(high - low);
  return nodeHash(rootOf(leaves, low, middle), rootOf(leaves, middle, high));
}

/** Shows that the leaf with an index, from 0, is in the tree over all of `data` (section 2.1.3.1). @throws RangeError */
export function inclusionProof(data: readonly string[], index: number): string[] {
  if (!(index >= 0 && index < data.length)) throw new RangeError(`There is no leaf ${index}.`);
  const leaves = data.map((hex) => leafHash(bytesOf(hex)));
  const path = (low: number, high: number): Hash[] => {
    if (high - low === 1) return [];
    const middle = low + split(high - low);
    return index < middle
      ? [...path(low, middle), rootOf(leaves, middle, high)]
      : [...path(middle, high), rootOf(leaves, low, middle)];
  };
  return path(0, leaves.length).map(hexOf);
}

/** Whether a proof shows a leaf to be in the tree of that size and root (section 2.1.3.2). */
export function isIncluded(data: string, index: number, size: number, root: string, proof: readonly string[]): boolean {
  if (!(index >= 0 && index < size)) return false;
  let [fn, sn, hash] = [index, size - 1, leafHash(bytesOf(data))];
  for (const hex of proof) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(bytesOf(hex), hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else hash = nodeHash(hash, bytesOf(hex));
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && hexOf(hash) === root;
}

interface Head {
  size: number;
  root: string;
}

/** Whether a proof shows one tree to be the beginning of another (section 2.1.4.2). An empty one begins every tree. */
export function isContinued(first: Head, second: Head, proof: readonly string[]): boolean {
  if (first.size === 0) return proof.length === 0;
  if (first.size > second.size) return false;
  if (first.size === second.size) return proof.length === 0 && first.root === second.root;
  const path = Number.isInteger(Math.log2(first.size)) ? [first.root, ...proof] : [...proof];
  const start = path.shift();
  if (start === undefined) return false;
  let [fn, sn] = [first.size - 1, second.size - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let fr = bytesOf(start);
  let sr = fr;
  for (const hex of path) {
    if (sn === 0) return false;
    const node = bytesOf(hex);
    if (fn % 2 === 1 || fn === sn) {
      [fr, sr] = [nodeHash(node, fr), nodeHash(node, sr)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else sr = nodeHash(sr, node);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && hexOf(fr) === first.root && hexOf(sr) === second.root;
}

const half = (n: number): number => Math.floor(n / 2);
