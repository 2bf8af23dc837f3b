import { type EventId, type Origin, type PersonId, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { comparePlace, type Place, type Stamp } from "#protocol/stamp";

/** One event as it lies on a province's disk. */
export interface Stored extends Place {
  id: EventId;
  /** all that its writer made of the record, in any exact form: everything but its place */
  draft: string;
}

export interface RoomReplica {
  events: Stored[];
  /** what the store itself says of each origin's part: the rolling hash stands for the events base+1 … n */
  heads: Record<Origin, { base: number; n: number; hash: string }>;
}

/** What was promised to a client: this event is stored. */
export interface Promised extends Place {
  room: RoomId;
  id: EventId;
}

/** What one client has been given of a room, in the order in which it would show it. */
export interface Shown {
  person: PersonId;
  room: RoomId;
  /** stamp before which the room's policy hides events from this person; 0 hides none */
  since: number;
  events: (Place & { id: EventId })[];
  /** complaints of the client itself about the stream it got: skipped or repeated numbers */
  complaints: string[];
}

export interface Evidence {
  /**
   * Every room of the run, the provinces that had a member in it at the end (members are only added), and for each the
   * stamp before which the room's policy withholds events from it (0: nothing is withheld).
   */
  rooms: ReadonlyMap<RoomId, ReadonlyMap<Province, Stamp>>;
  replicas: ReadonlyMap<Province, ReadonlyMap<RoomId, RoomReplica>>;
  promised: readonly Promised[];
  shown: readonly Shown[];
  /** canaries found in files of a province: the room whose canary it is, and the file */
  found: readonly { room: RoomId; province: Province; file: string }[];
}

export interface Verdict {
  lost: number;
  duplicated: number;
  misordered: number;
  strayed: number;
  /** drafts that two provinces accepted, counted once per replica: no fault, but worth knowing that it happened */
  twins: number;
  /** one sentence per finding, the first ones only */
  findings: string[];
}

export const clean = (v: Verdict): boolean => v.lost + v.duplicated + v.misordered + v.strayed === 0;

/** Judges what a run left behind, from outside: nothing of the nodes' own code decides here. */
export function check(evidence: Evidence): Verdict {
  const verdict: Verdict = { lost: 0, duplicated: 0, misordered: 0, strayed: 0, twins: 0, findings: [] };
  const found = (what: "lost" | "duplicated" | "misordered" | "strayed", words: string, count = 1) => {
    verdict[what] += count;
    if (verdict.findings.length < 40) verdict.findings.push(`${what}: ${words}`);
  };
  for (const [room, provinces] of evidence.rooms) {
    const held = [...provinces].map(([province, since]) => {
      const replica = evidence.replicas.get(province)?.get(room) ?? { events: [], heads: {} };
      return { province, since, replica, byPlace: new Map(replica.events.map((event) => [placeKey(event), event])) };
    });
    for (const one of held) verdict.twins += checkOne(room, one, found);
    for (const one of held.slice(1)) compare(room, held[0] as Held, one, found);
    checkPromises(evidence, room, held, found);
  }
  for (const [province, rooms] of evidence.replicas)
    for (const [room, replica] of rooms)
      if (evidence.rooms.has(room) && !evidence.rooms.get(room)?.has(province) && replica.events.length > 0)
        found("strayed", `${replica.events.length} events of room ${room} in ${province}, which has no member in it`);
  for (const { room, province, file } of evidence.found)
    if (!evidence.rooms.get(room)?.has(province))
      found("strayed", `the canary of room ${room} lies in ${file} of ${province}, which has no member in it`);
  for (const shown of evidence.shown) checkShown(evidence, shown, found);
  return verdict;
}

type Found = (what: "lost" | "duplicated" | "misordered" | "strayed", words: string, count?: number) => void;
type Held = { province: Province; since: Stamp; replica: RoomReplica; byPlace: Map<string, Stored> };

const placeKey = (at: { origin: Origin; n: number }) => `${at.origin}/${at.n}`;

/** One replica in itself: no id and no number twice, no number skipped, stamps growing within an origin. Answers its twins. */
function checkOne(room: RoomId, { province, since, replica }: Held, found: Found): number {
  let twins = 0;
  const byId = new Map<EventId, Stored>();
  const byOrigin = new Map<Origin, Stored[]>();
  for (const event of replica.events) {
    if (event.stamp < since) found("strayed", `${placeKey(event)} of room ${room} is from before ${province} came in`);
    const before = byId.get(event.id);
    if (before && areTwins(before, event)) twins++;
    else if (before) found("duplicated", `event ${event.id} of room ${room} is twice in ${province}`);
    byId.set(event.id, event);
    byOrigin.set(event.origin, [...(byOrigin.get(event.origin) ?? []), event]);
  }
  for (const [origin, events] of byOrigin) {
    events.sort((a, b) => a.n - b.n);
    const head = replica.heads[origin];
    if (!head || events.at(-1)?.n !== head.n || events[0]?.n !== head.base + 1)
      found(
        "misordered",
        `${province} says ${JSON.stringify(head)} of ${origin} in room ${room} but holds ${events[0]?.n}…${events.at(-1)?.n}`,
      );
    events.forEach((event, i) => {
      const before = events[i - 1];
      if (!before) return;
      if (event.n === before.n) found("duplicated", `${placeKey(event)} of room ${room} is twice in ${province}`);
      else if (event.n !== before.n + 1)
        found(
          "lost",
          `${province} lacks ${before.n + 1}…${event.n - 1} of ${origin} in room ${room}`,
          event.n - before.n - 1,
        );
      if (event.stamp <= before.stamp)
        found("misordered", `stamps do not grow at ${placeKey(event)} of room ${room} in ${province}`);
    });
  }
  for (const [origin, head] of Object.entries(replica.heads)) {
    if (head.base > 0 && since === 0)
      found("lost", `${province} begins behind ${head.base} of ${origin} in room ${room}, though nothing is withheld`);
    if (head.n > head.base && !byOrigin.has(origin))
      found(
        "lost",
        `${province} says it has ${origin} up to ${head.n} in room ${room} but holds none`,
        head.n - head.base,
      );
  }
  return twins;
}

/**
 * A draft whose ack was lost may be given to a node of another province, and then two provinces have accepted it before
 * they hear of each other. Both logs keep it, as neither may have a hole; readers are shown the first of the two places.
 */
const areTwins = (a: Stored, b: Stored) => provinceOf(a.origin) !== provinceOf(b.origin) && a.draft === b.draft;

/** Two replicas of a room: what both hold is the same, byte for byte and in the same order; their hashes agree. */
function compare(room: RoomId, a: Held, b: Held, found: Found): void {
  const from = Math.max(a.since, b.since);
  const common = (held: Held) => held.replica.events.filter((event) => event.stamp >= from).sort(comparePlace);
  const [left, right] = [common(a), common(b)];
  const where = `room ${room} in ${a.province} and ${b.province}`;
  if (left.length !== right.length)
    found("lost", `${where}: ${left.length} against ${right.length} events`, Math.abs(left.length - right.length));
  else {
    const at = left.findIndex((event, i) => event.id !== right[i]?.id);
    if (at >= 0) found("misordered", `${where} differ from place ${at} on: ${left[at]?.id} against ${right[at]?.id}`);
  }
  for (const event of left) {
    const other = b.byPlace.get(placeKey(event));
    if (other && (other.id !== event.id || other.stamp !== event.stamp || other.draft !== event.draft))
      found("misordered", `${where}: ${placeKey(event)} is not the same record`);
  }
  for (const [origin, head] of Object.entries(a.replica.heads)) {
    const other = b.replica.heads[origin];
    if (other && other.n === head.n && other.base === head.base && other.hash !== head.hash)
      found("misordered", `${where}: rolling hashes of ${origin} at ${head.n} differ`);
  }
}

/** An acknowledged event is in every province that has members (unless the room's policy withholds it), at its place. */
function checkPromises(evidence: Evidence, room: RoomId, held: Held[], found: Found): void {
  for (const promised of evidence.promised) {
    if (promised.room !== room) continue;
    for (const { province, since, byPlace, replica } of held) {
      if (promised.stamp < since) continue;
      const event = byPlace.get(placeKey(promised));
      if (event?.id === promised.id && event.stamp === promised.stamp) continue;
      const words = `${promised.id} of room ${room}, promised at ${placeKey(promised)}`;
      const other = replica.events.find(({ id }) => id === promised.id);
      if (other) found("misordered", `${words}, is at ${placeKey(other)} in ${province}`);
      else found("lost", `${words}, is not in ${province}`);
    }
  }
}

/** What a client shows is what a replica holds, in the same order, without repeats, from the first one that it may see. */
function checkShown(evidence: Evidence, shown: Shown, found: Found): void {
  const who = `${shown.person.slice(-6)} in room ${shown.room}`;
  for (const complaint of shown.complaints) found("misordered", `client ${who}: ${complaint}`);
  const ids = shown.events.map((event) => event.id);
  const repeated = ids.length - new Set(ids).size;
  if (repeated > 0) found("duplicated", `client ${who} shows ${repeated} events more than once`, repeated);
  const replicas = [...evidence.replicas].filter(([province]) => evidence.rooms.get(shown.room)?.has(province));
  const fullest = replicas
    .map(([, rooms]) => rooms.get(shown.room)?.events ?? [])
    .reduce((a, b) => (b.length > a.length ? b : a), []);
  const visible = fullest.filter((event) => event.stamp >= shown.since).sort(comparePlace);
  const expected = [...new Set(visible.map((event) => event.id))];
  const given = new Set(ids);
  const lacking = expected.filter((id) => !given.has(id));
  if (lacking.length > 0)
    found("lost", `client ${who} was never given ${lacking.length} events, as ${lacking[0]}`, lacking.length);
  else if (ids.join() !== expected.join()) found("misordered", `client ${who} shows another order than the store`);
}
