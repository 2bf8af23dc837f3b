import { placeIn } from "#protocol/record";
import { comparePlace, type Place, type Stamp } from "#protocol/stamp";

interface Lane {
  records: Uint8Array[];
  at: number;
  place: Place | undefined;
}

/**
 * Merges the newest records of a room's logs by place, newest first. Each log is taken strictly from its end down,
 * so that what a page leaves out is always below what it holds.
 * @param lanes one per log, newest first, one more than `limit` where there are as many
 */
export function mergePage(
  lanes: readonly Uint8Array[][],
  limit: number,
  since: Stamp,
): { records: Uint8Array[]; more: boolean } {
  // Nothing to merge and nothing to hide: most rooms, most of the time.
  if (lanes.length === 1 && since === 0) {
    const [records = []] = lanes;
    return { records: records.slice(0, limit), more: records.length > limit };
  }
  const open: Lane[] = [];
  for (const records of lanes) {
    const lane: Lane = { records, at: -1, place: undefined };
    advance(lane, since);
    open.push(lane);
  }
  const page: Uint8Array[] = [];
  for (;;) {
    let newest: Lane | undefined;
    for (const lane of open) {
      if (lane.place && (!newest?.place || comparePlace(lane.place, newest.place) > 0)) newest = lane;
    }
    if (!newest) return { records: page, more: false };
    if (page.length >= limit) return { records: page, more: true };
    page.push(newest.records[newest.at] as Uint8Array);
    advance(newest, since);
  }
}

function advance(lane: Lane, since: Stamp): void {
  const record = lane.records[++lane.at];
  const place = record && placeIn(record);
  lane.place = place && place.stamp >= since ? place : undefined;
}
