import { DIRECTORY_ROOM, type Origin, type Province, provinceOf } from "#protocol/ids";
import { decodeRecord } from "#protocol/record";
import type { Secrets, Store, VerifyNow } from "../ports.ts";
import { applyBody } from "./apply-directory.ts";

/** What this program understands of directory events; a later one that understands more counts on. */
const UNDERSTOOD = "5";
const NAME = "directory-understood";
/** Bytes of records that are read anew in one transaction. */
const PIECE = 512 * 1024;

/**
 * While the provinces are brought to a new version one after another, a node of the older one keeps in its log what the
 * newer ones say, and does not understand it. The newer program reads that anew, once, before anything else comes in.
 * @returns how many events were read
 */
export async function rereadDirectory(store: Store, secrets: Secrets, verify: VerifyNow): Promise<number> {
  if (secrets.get(NAME) === UNDERSTOOD) return 0;
  let read = 0;
  for (const [origin, { base, n }] of livesOfOthers(store)) {
    for (let at = base; at < n; ) {
      const records = store.range(DIRECTORY_ROOM, origin, at, n, PIECE);
      if (records.length === 0) break;
      await store.write(DIRECTORY_ROOM, (tx) => {
        for (const record of records)
          applyBody(tx, parsed(decodeRecord(record).body), provinceOf(origin), store, verify, null);
      });
      at += records.length;
      read += records.length;
    }
  }
  secrets.set(NAME, UNDERSTOOD);
  return read;
}

/** Each province's lives one after another: a later one rests on those before it. */
function livesOfOthers(store: Store): [Origin, { base: number; n: number }][] {
  const since = (origin: Origin, base: number): number => {
    const [first] = store.range(DIRECTORY_ROOM, origin, base, base + 1, 1);
    return first ? decodeRecord(first).stamp : 0;
  };
  const others = [...store.heads(DIRECTORY_ROOM)].filter(
    ([origin]) => provinceOf(origin) !== (store.province as Province),
  );
  return others.sort(([a, { base: from }], [b, { base: other }]) => since(a, from) - since(b, other));
}

function parsed(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
