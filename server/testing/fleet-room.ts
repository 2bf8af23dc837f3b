import type { PageHead } from "#protocol/down";
import type { EventId, Origin, RoomId } from "#protocol/ids";
import { idIn, placeIn } from "#protocol/record";
import type { Head } from "#protocol/room";
import { comparePlace, type Place, type Stamp } from "#protocol/stamp";

/** All that a client was given of one room. */
export class FleetRoom {
  /** the room's beginning is here, so nothing older is to be asked for */
  whole = false;
  /** stamp before which the room's policy hides events from this person */
  since: Stamp = 0;
  readonly complaints: string[] = [];
  private readonly events = new Map<string, Place & { id: EventId }>();
  private readonly heard = new Map<Origin, number>();
  private readonly bottom = new Map<Origin, number>();

  constructor(readonly id: RoomId) {}

  static at(rooms: Map<RoomId, FleetRoom>, id: RoomId): FleetRoom {
    const room = rooms.get(id) ?? new FleetRoom(id);
    rooms.set(id, room);
    return room;
  }

  /** A new connection begins: what another node sent live says nothing about the order of this one. */
  connected(): void {
    this.heard.clear();
  }

  /**
   * What the node says it holds. Another province's node may have begun an origin's part later than this one did
   * (policy `joined`): what stands below is to be asked for here.
   */
  heads(heads: Record<Origin, Head>): void {
    for (const [origin, { base }] of Object.entries(heads))
      if ((this.bottom.get(origin) ?? 0) > base + 1) this.whole = false;
  }

  /** A live event of somebody else: those of one origin come in its order. */
  live(record: Uint8Array): void {
    const { origin, n } = placeIn(record);
    const last = this.heard.get(origin) ?? 0;
    if (n < last && !this.events.has(`${origin}/${n}`)) this.complaints.push(`${origin}/${n} came live after ${last}`);
    this.heard.set(origin, Math.max(n, last));
    this.put(idIn(record), placeIn(record));
  }

  /** One's own event, which a node does not send back: the ack tells its place. */
  acked(id: EventId, place: Place): void {
    this.put(id, place);
  }

  /** A page, newest first; one that a resume sends (not `asked`) may tell that what was here is no longer joined to it. */
  page(records: readonly Uint8Array[], head: PageHead, resumed: boolean): void {
    if (resumed && head.gap) {
      this.events.clear();
      this.bottom.clear();
      this.whole = false;
    }
    let before: Place | undefined;
    for (const record of records) {
      const place = placeIn(record);
      if (before && comparePlace(before, place) <= 0) this.complaints.push(`a page is not newest first at ${place.n}`);
      before = place;
      this.put(idIn(record), place);
    }
    if ((!resumed || head.gap) && !head.more) this.whole = true;
  }

  /** Per origin, the number up to which nothing is missing: an ack may come before what stands below it. */
  have(): Record<Origin, number> {
    if (!this.whole) return {};
    const have: Record<Origin, number> = {};
    for (const [origin, bottom] of this.bottom) {
      let n = bottom;
      while (this.events.has(`${origin}/${n + 1}`)) n++;
      have[origin] = n;
    }
    return have;
  }

  before(): Record<Origin, number> {
    return Object.fromEntries(this.bottom);
  }

  /** In the order of the room; an event that two provinces accepted is shown at the first of its places. */
  shown(): (Place & { id: EventId })[] {
    const seen = new Set<EventId>();
    return [...this.events.values()].sort(comparePlace).filter(({ id }) => !seen.has(id) && seen.add(id));
  }

  private put(id: EventId, { origin, n, stamp }: Place): void {
    const key = `${origin}/${n}`;
    const held = this.events.get(key);
    if (held && (held.id !== id || held.stamp !== stamp)) this.complaints.push(`${key} came with two meanings`);
    this.events.set(key, { id, origin, n, stamp });
    this.bottom.set(origin, Math.min(n, this.bottom.get(origin) ?? n));
  }
}
