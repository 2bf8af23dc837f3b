import type { Link } from "#protocol/down";
import type { Province } from "#protocol/ids";
import type { Now } from "../domain/clock.ts";

/** A link is down when no beat came for so long; beats come every second. */
const SILENCE = 4_000;

interface State {
  heard: number;
  hearsUs: boolean;
  up: boolean;
  since: number;
}

/** Which provinces can be reached, as the beats tell. A link that carries one way only is down. */
export class Links {
  private readonly states = new Map<Province, State>();
  private readonly listeners = new Set<() => void>();

  constructor(
    peers: readonly Province[],
    private readonly now: Now,
    private readonly waiting: () => Record<Province, number>,
  ) {
    for (const peer of peers) this.states.set(peer, { heard: 0, hearsUs: false, up: false, since: now() });
  }

  get peers(): Province[] {
    return [...this.states.keys()];
  }

  isUp(peer: Province): boolean {
    return this.states.get(peer)?.up ?? false;
  }

  /** Do we hear the peer, whether or not it hears us? */
  hears(peer: Province): boolean {
    return this.now() - (this.states.get(peer)?.heard ?? 0) < SILENCE;
  }

  /** @returns whether the beat brought the link up */
  beat(peer: Province, hearsUs: boolean): boolean {
    const state = this.states.get(peer);
    if (!state) return false;
    state.heard = this.now();
    state.hearsUs = hearsUs;
    return this.judge(state) && state.up;
  }

  tick(): void {
    for (const state of this.states.values()) this.judge(state);
  }

  list(): Link[] {
    const waiting = this.waiting();
    return [...this.states].map(([province, { up, since }]) => ({
      province,
      up,
      since,
      waiting: waiting[province] ?? 0,
    }));
  }

  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  private judge(state: State): boolean {
    const up = state.hearsUs && this.now() - state.heard < SILENCE;
    if (up === state.up) return false;
    state.up = up;
    state.since = this.now();
    for (const listener of this.listeners) listener();
    return true;
  }
}
