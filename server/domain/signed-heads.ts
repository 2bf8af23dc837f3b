import { hash } from "node:crypto";
import type { Origin, RoomId } from "#protocol/ids";
import { MAX_BODY, HEAD_BYTES } from "#protocol/record";

/**
 * How far a province says that its log of a room goes, and by which records. The signature is over the root of a tree that
 * the head is a leaf of: one signature serves all that goes out together, and who holds one room's head learns of no other.
 */
export interface SignedHead {
  n: number;
  /** `digestAfter` of all records of the log up to n: 64 hex digits, as all hashes here */
  digest: string;
  /** from the leaf up */
  path: readonly string[];
  /** over `headsText` of the root */
  signature: string;
}

/** A log of a province, whole up to n. */
export interface LogEnd {
  room: RoomId;
  origin: Origin;
  n: number;
  digest: string;
}

/** Heads that go out in one frame: the path is that of their common root. */
export interface SignedFrame {
  ends: readonly LogEnd[];
  path: readonly string[];
  signature: string;
}

export const NO_DIGEST = "0".repeat(64);
const DIGEST_BYTES = 32;
/** A tree of all logs that one append can hold is not as deep. */
const MAX_PATH = 40;

const scratch = Buffer.alloc(DIGEST_BYTES + HEAD_BYTES + MAX_BODY);

/**
 * Of the digest before a record, and the record. Who knows it knows all records before: to find others that lead to the same
 * is to break SHA-256. (The rolling hash of marks is quick, and anybody finds others that lead to it.)
 */
export function digestAfter(before: string, record: Uint8Array): string {
  scratch.write(before, 0, "hex");
  scratch.set(record, DIGEST_BYTES);
  return hash("sha256", scratch.subarray(0, DIGEST_BYTES + record.length), "hex");
}

const headsText = (root: string): string => `beep heads v1\n${root}`;

const leafOf = ({ room, origin, n, digest }: LogEnd): string =>
  hash("sha256", `beep head v1\n${room}\n${origin}\n${n}\n${digest}`, "hex");

/** The lesser one first, so that a path needs no sides. */
const nodeOf = (a: string, b: string): string => {
  const [first, second] = a < b ? [a, b] : [b, a];
  return hash("sha256", Buffer.from(`01${first}${second}`, "hex"), "hex");
};

/** Levels of a tree from the leaves up; the last one is its root alone. One without a partner goes up as it is. */
function levelsOf(leaves: readonly string[]): (readonly string[])[] {
  const levels = [leaves];
  for (let level = leaves; level.length > 1; levels.push(level)) {
    const next: string[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left, right] = [level[i] as string, level[i + 1]];
      next.push(right === undefined ? left : nodeOf(left, right));
    }
    level = next;
  }
  return levels;
}

function pathIn(levels: readonly (readonly string[])[], index: number): string[] {
  const path: string[] = [];
  let at = index;
  for (const level of levels.slice(0, -1)) {
    const partner = level[at % 2 === 0 ? at + 1 : at - 1];
    if (partner !== undefined) path.push(partner);
    at = Math.floor(at / 2);
  }
  return path;
}

const rootOf = (levels: readonly (readonly string[])[]): string => levels.at(-1)?.[0] as string;

/** Signs the heads of several frames with one signature; answers what goes with each, and nothing where it has no heads. */
export function signFrames(
  frames: readonly (readonly LogEnd[])[],
  sign: (text: string) => string,
): (SignedFrame | undefined)[] {
  const roots = frames.map((ends) => (ends.length > 0 ? rootOf(levelsOf(ends.map(leafOf))) : undefined));
  const some = roots.filter((root) => root !== undefined);
  if (some.length === 0) return frames.map(() => undefined);
  const levels = levelsOf(some);
  const signature = sign(headsText(rootOf(levels)));
  let index = 0;
  return frames.map((ends, i) =>
    roots[i] === undefined ? undefined : { ends, path: pathIn(levels, index++), signature },
  );
}

/** Each head of a frame with a path of its own, so that it can be shown without the others. */
export function headsIn({ ends, path, signature }: SignedFrame): { end: LogEnd; head: SignedHead }[] {
  const levels = levelsOf(ends.map(leafOf));
  return ends.map((end, i) => {
    const { n, digest } = end;
    return { end, head: { n, digest, path: [...pathIn(levels, i), ...path], signature } };
  });
}

/** Whether a province's key signed that its log of the room comes to this head. */
export function isSigned(
  room: RoomId,
  origin: Origin,
  { n, digest, path, signature }: SignedHead,
  verify: (text: string, signature: string) => boolean,
): boolean {
  return verify(headsText(path.reduce(nodeOf, leafOf({ room, origin, n, digest }))), signature);
}

export const isDigest = (value: unknown): boolean => typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
const isPath = (path: unknown): boolean => Array.isArray(path) && path.length <= MAX_PATH && path.every(isDigest);
const isShort = (value: unknown): boolean => typeof value === "string" && value.length <= 128;
const isNumber = (n: unknown): boolean => Number.isSafeInteger(n) && (n as number) > 0;

export function isSignedHead(value: unknown): value is SignedHead {
  const { n, digest, path, signature } = (value ?? {}) as Record<string, unknown>;
  return isNumber(n) && isDigest(digest) && isPath(path) && isShort(signature);
}

export function isSignedFrame(value: unknown): value is SignedFrame {
  const { ends, path, signature } = (value ?? {}) as Record<string, unknown>;
  const isEnd = (end: unknown) => {
    const { room, origin, n, digest } = (end ?? {}) as Record<string, unknown>;
    return isShort(room) && isShort(origin) && isNumber(n) && isDigest(digest);
  };
  return Array.isArray(ends) && ends.length > 0 && ends.every(isEnd) && isPath(path) && isShort(signature);
}
