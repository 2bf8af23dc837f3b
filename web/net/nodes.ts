import type { Province } from "#protocol/ids";
import type { NodeList, ProvinceNodes } from "#protocol/nodes";
import type { Vault } from "../platform/ports.ts";
import type { NodeApi } from "./api.ts";

export interface Place {
  node: string;
  /** province of the node, as the list says; one's own where the list does not know it */
  province: Province;
}

const FRESH_MS = 10 * 60_000;

/** Which nodes there are, how far they are, and in which order to try them. */
export class Nodes {
  /** as one's own province signed it */
  list: NodeList | undefined;
  private readonly trips = new Map<string, { ms: number; at: number }>();
  private readonly blocked = new Map<string, { at: number; until: number }>();

  constructor(
    private readonly api: NodeApi,
    private readonly now: () => number,
    private readonly vault: Vault,
  ) {}

  /** None until one's own province has said which there are. */
  get provinces(): ProvinceNodes[] {
    return this.list ? this.list.provinces : [];
  }

  async load(): Promise<void> {
    // Not under `nodes`: what earlier versions kept there was signed by nobody, and counts for nothing.
    this.list = (await this.vault.get("meta", "fleet")) as NodeList | undefined;
  }

  /** Asks a node of one's own province which nodes there are: no other province is believed about that. True where it changed. */
  async learn(node: string, own: Province): Promise<boolean> {
    const { replaced } = await import("./node-list.ts");
    return replaced(this, this.api.nodes(node), own, this.vault);
  }

  /** A node asked to be left alone until then. */
  block(node: string, until: number): void {
    this.blocked.set(node, { at: this.now(), until });
  }
  blockedUntil(node: string): number {
    const { at, until } = this.blocked.get(node) || { at: 0, until: 0 };
    // A clock that went back would block for as long as it went.
    return until > this.now() && at <= this.now() ? until : 0;
  }

  trip(node: string): number | undefined {
    const trip = this.trips.get(node);
    return trip?.ms;
  }

  /** Nodes of one province, nearest first. `base`: the node that served the client, listed or not. */
  of(province: Province, base: string): Place[] {
    const list: string[] = [];
    for (const p of this.provinces) if (p.code === province) list.push(...p.nodes);
    if (!this.provinces.some((p) => p.nodes.includes(base))) list.unshift(base);
    return this.nearest(list.map((node) => ({ node, province })));
  }

  private others(province: Province): Place[] {
    const list: Place[] = [];
    for (const p of this.provinces)
      if (p.code !== province) for (const node of p.nodes) list.push({ node, province: p.code });
    return this.nearest(list);
  }

  /**
   * The nodes to try now, in this order: those of one's own province by distance, and when it has been away since
   * `lostAt` for `patience` milliseconds, or its nodes are leaving for longer, those of the others. Nodes that asked to
   * be left alone are left out.
   */
  async candidates(own: Province, base: string, lostAt: number, patience: number): Promise<Place[]> {
    const free = (place: Place) => !this.blockedUntil(place.node);
    const all = this.of(own, base);
    await this.measure(all.filter(free));
    const near = this.nearest(all.filter(free));
    const leaving = near.length === 0 && this.blockedFor(all) > patience;
    if (!leaving && this.now() - lostAt < patience) return near;
    const others = this.others(own).filter(free);
    await this.measure(others);
    return [...near, ...this.nearest(others)];
  }

  /** Milliseconds until the first of these nodes may be asked again; 0 when one of them may. */
  blockedFor(places: readonly Place[]): number {
    const untils = places.map(({ node }) => this.blockedUntil(node));
    return untils.length ? Math.max(0, Math.min(...untils) - this.now()) : 0;
  }

  /** Measures what was not measured lately; nodes that do not answer go to the end. */
  private async measure(places: readonly Place[]): Promise<void> {
    if (places.length < 2) return;
    await Promise.all(
      places.map(async ({ node }) => {
        const known = this.trips.get(node);
        if (!known || this.now() - known.at > FRESH_MS || known.ms === Number.POSITIVE_INFINITY) await this.probe(node);
      }),
    );
  }

  async probe(node: string): Promise<boolean> {
    const ms = await this.api.ping(node).catch(() => Number.POSITIVE_INFINITY);
    this.trips.set(node, { ms, at: this.now() });
    return ms !== Number.POSITIVE_INFINITY;
  }

  private nearest(places: Place[]): Place[] {
    const trip = ({ node }: Place) => {
      const ms = this.trip(node);
      return ms === undefined ? 1e6 : Math.min(ms, 1e9);
    };
    return places.sort((a, b) => trip(a) - trip(b));
  }
}
