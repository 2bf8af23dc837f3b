import { encodeClear } from "#protocol/clear";
import { encodeRecord, KIND, placeIn, roomIn, SCHEME } from "#protocol/record";
import type { Stamp } from "#protocol/stamp";

const NOBODY = "0".repeat(32);
/** A note of no call: every client since 0.2 keeps its place and shows nothing. */
const BODY = encodeClear({ text: "", note: { of: NOBODY, began: 0, ended: 0, people: [], declined: [] } });

/**
 * What readers get in the place of a record that is not believed: its origin and n, so that the log stays dense, and
 * nothing of what it said. Its id is zero: it hides no other event.
 */
export function blankOf(record: Uint8Array, stamp?: Stamp): Uint8Array {
  const place = placeIn(record);
  const nobody = { id: NOBODY, sender: NOBODY, device: NOBODY, kind: KIND.note, scheme: SCHEME.clear, body: BODY };
  return encodeRecord({ ...nobody, room: roomIn(record), ...place, stamp: stamp ?? place.stamp });
}
