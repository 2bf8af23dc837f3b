import type { Origin, RoomId } from "#protocol/ids";
import { placeIn, roomIn, splitRecords } from "#protocol/record";
import type { LogFrame, Store } from "../domain/ports.ts";
import { type LogEnd, type SignedHead, signFrames } from "../domain/signed-heads.ts";

export type Sign = (text: string) => string;

/**
 * Signs, with one signature, how far each log goes that goes out whole with these frames: whoever has it can show it when
 * this province has forgotten it. A log that goes on in the next append is signed there.
 */
export function signEnds(frames: readonly LogFrame[], store: Store, sign: Sign): LogFrame[] {
  const known = new Map<string, LogEnd>();
  const signed = signFrames(
    frames.map((frame) => endsIn(frame, store, known)),
    sign,
  );
  return frames.map((frame, i) => {
    const head = signed[i];
    return head ? { ...frame, signed: head } : frame;
  });
}

/** The head of one own log, for a province that fetches it. */
export function signEnd(room: RoomId, origin: Origin, store: Store, sign: Sign): SignedHead | undefined {
  const end = endOf(room, origin, store);
  const [signed] = signFrames([[end]], sign);
  return signed && { n: end.n, digest: end.digest, path: signed.path, signature: signed.signature };
}

function endsIn(frame: LogFrame, store: Store, known: Map<string, LogEnd>): LogEnd[] {
  const last = new Map<string, { room: RoomId; origin: Origin; n: number }>();
  for (const record of splitRecords(frame.bytes) ?? []) {
    const room = roomIn(record);
    const { origin, n } = placeIn(record);
    const key = room + origin;
    if (n > (last.get(key)?.n ?? 0)) last.set(key, { room, origin, n });
  }
  const ends: LogEnd[] = [];
  for (const [key, { room, origin, n }] of last) {
    if (store.heads(room).get(origin)?.n !== n) continue;
    const end = known.get(key) ?? endOf(room, origin, store);
    known.set(key, end);
    ends.push(end);
  }
  return ends;
}

const endOf = (room: RoomId, origin: Origin, store: Store): LogEnd => ({
  room,
  origin,
  n: store.heads(room).get(origin)?.n ?? 0,
  digest: store.digest(room, origin),
});
