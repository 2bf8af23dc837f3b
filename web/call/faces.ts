import type { CallHead, Rank, Seat, SeatId, Track } from "#protocol/call";
import type { PersonId } from "#protocol/ids";
import type { Face } from "./contract.ts";
import { inOrder, type Roster } from "./roster.ts";

interface Scene {
  roster: Roster;
  head: CallHead;
  own: SeatId;
  me: PersonId;
  /** one's own tracks, as they are here and not as the node has heard */
  on: ReadonlySet<Track>;
  speaking: ReadonlySet<SeatId>;
  stream(seat: SeatId, track: "camera" | "screen"): MediaStream | null;
  readable(seat: SeatId): boolean;
}

const mayHost = (rank: Rank): boolean => rank === "host" || rank === "cohost";

/** Everyone as the view shows them: oneself first, then in order of coming. What is as before is the same object. */
export function facesOf(scene: Scene, before: readonly Face[]): Face[] {
  const { roster, own, me, head } = scene;
  const known = new Map(before.map((face) => [face.seat, face]));
  const self = roster.get(own);
  const others = inOrder(roster).filter(({ id }) => id !== own);
  const rank = self ? self.rank : "member";
  const shown = mayHost(rank) ? others : others.filter(({ state }) => state !== "lobby");
  const mine = self ?? { ...NOBODY, id: own, person: me, rank };
  return [mine, ...shown].map((seat) => {
    const face = faceOf(seat, scene, head.cut.includes(seat.province));
    const former = known.get(seat.id);
    return former && same(former, face) ? former : face;
  });
}

/** Oneself before the node has said so. */
const NOBODY: Seat = {
  ...{ id: "", person: "", device: "", province: "", at: 0, state: "in", rank: "member", on: [], sends: [], life: 0 },
  ...{ hand: null, key: null, recording: false, network: null },
};

function faceOf(seat: Seat, { own, on, speaking, stream, readable }: Scene, cut: boolean): Face {
  const mine = seat.id === own;
  const tracks: ReadonlySet<Track> = mine ? on : new Set(seat.on);
  return {
    seat: seat.id,
    person: seat.person,
    name: seat.name ?? null,
    mine,
    rank: seat.rank,
    state: cut && !mine ? "away" : seat.state,
    on: tracks,
    hand: seat.hand,
    speaking: speaking.has(seat.id) && tracks.has("mic"),
    recording: seat.recording,
    network: seat.network,
    camera: tracks.has("camera") ? stream(seat.id, "camera") : null,
    screen: tracks.has("screen") ? stream(seat.id, "screen") : null,
    readable: mine || readable(seat.id),
  };
}

const same = (a: Face, b: Face): boolean =>
  (Object.keys(b) as (keyof Face)[]).every((key) =>
    key === "on" ? a.on.size === b.on.size && [...a.on].every((track) => b.on.has(track)) : a[key] === b[key],
  );
