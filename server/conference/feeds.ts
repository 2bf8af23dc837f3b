import type { CallId, SeatId, Want } from "#protocol/call";
import type { Province } from "#protocol/ids";
import { isInside, type LegSeat } from "../domain/calls/leg-state.ts";
import type { Trunk, Trunks } from "./deciding.ts";
import type { Feed } from "./ports.ts";
import type { Resolved } from "./seat-desk.ts";

/** A feed that nobody here wants any more is kept for so long: people page to and fro. */
const LINGER_MS = 4_000;

interface Needed {
  trunk: Trunk;
  arrived: Feed | null;
  /** since when nobody wants it; null while somebody does */
  idle: number | null;
}

const keyOf = (trunk: Trunk): string => `${trunk.to} ${trunk.seat} ${trunk.life}`;

/** What of a call can be had on which gateway; what stands elsewhere is brought here while somebody wants it. */
export class Feeds {
  private readonly needed = new Map<string, Needed>();

  constructor(private readonly trunks: Trunks) {}

  /** Wants as the gateway of `at` knows them; what is not there yet is left out. */
  resolve(
    call: CallId,
    wants: readonly Want[],
    own: SeatId,
    at: Province,
    seats: ReadonlyMap<SeatId, LegSeat>,
  ): Resolved[] {
    const resolved: Resolved[] = [];
    for (const { seat, track, layer } of wants) {
      const legSeat = seats.get(seat);
      if (!legSeat || seat === own || !sends(legSeat, track)) continue;
      const { life } = legSeat.seat;
      const streams = legSeat.at === at ? legSeat.mids : this.needed.get(trunkKey(call, legSeat, at))?.arrived?.streams;
      const mid = streams?.find((stream) => stream.track === track)?.mid;
      if (mid === undefined) continue;
      resolved.push({ track, want: { seat, life, mid, ...(layer !== undefined && { layer }) } });
    }
    return resolved;
  }

  /** Brings what is wanted and not there, and lets go of what nobody wanted for a while. */
  gather(
    call: CallId,
    wanting: Iterable<{ seat: SeatId; at: Province; wants: readonly Want[] }>,
    seats: ReadonlyMap<SeatId, LegSeat>,
    now: number,
  ): void {
    const wanted = new Map<string, Trunk>();
    for (const { seat: own, at, wants } of wanting)
      for (const { seat, track } of wants) {
        const legSeat = seats.get(seat);
        if (!legSeat || seat === own || legSeat.at === at || !sends(legSeat, track)) continue;
        const trunk = trunkOf(call, legSeat, at);
        wanted.set(keyOf(trunk), trunk);
      }
    for (const [key, trunk] of wanted) {
      const known = this.needed.get(key);
      if (known) known.idle = null;
      else {
        this.needed.set(key, { trunk, arrived: null, idle: null });
        this.trunks.need(trunk);
      }
    }
    for (const [key, needed] of this.needed) {
      if (wanted.has(key)) continue;
      needed.idle ??= now;
      const isOver = seats.get(needed.trunk.seat)?.seat.life !== needed.trunk.life;
      if (isOver || now - needed.idle >= LINGER_MS) this.release(key, needed);
    }
  }

  /** True where it was waited for. */
  arrived(trunk: Trunk, feed: Feed | null): boolean {
    const needed = this.needed.get(keyOf(trunk));
    if (!needed || needed.trunk.call !== trunk.call) return false;
    needed.arrived = feed;
    return true;
  }

  /** The receiving gateway has forgotten all. */
  renewed(at: Province): void {
    for (const needed of this.needed.values()) {
      if (needed.trunk.to !== at) continue;
      needed.arrived = null;
      this.trunks.need(needed.trunk);
    }
  }

  clear(): void {
    for (const [key, needed] of this.needed) this.release(key, needed);
  }

  private release(key: string, { trunk }: Needed): void {
    this.needed.delete(key);
    this.trunks.release(trunk);
  }
}

const sends = ({ seat, at }: LegSeat, track: Want["track"]): boolean =>
  at !== null && isInside(seat) && seat.sends.includes(track);

const trunkOf = (call: CallId, { seat }: LegSeat, to: Province): Trunk => ({
  call,
  seat: seat.id,
  life: seat.life,
  home: seat.province,
  to,
});
const trunkKey = (call: CallId, legSeat: LegSeat, to: Province): string => keyOf(trunkOf(call, legSeat, to));
