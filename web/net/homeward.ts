import type { Province } from "#protocol/ids";
import type { Nodes, Place } from "./nodes.ts";

/** A node is taken for nearer only when its round trip is clearly shorter, or two would be swapped for ever. */
const CLEARLY = 0.6;

/**
 * Leads a client back: while it is on a node of another province, or on a farther one of its own, looks now and then
 * whether the better one answers, twice with a pause between. Each return that did not last doubles the time to the
 * next one, so that a node that comes and goes is not followed.
 */
export class Homeward {
  private returns = 0;

  constructor(
    private readonly nodes: Nodes,
    private readonly random: () => number,
    private readonly every: number,
  ) {}

  /**
   * Begins to look. `go` is called once, when a better node is there.
   * @param base the node that served the client
   * @returns the way to stop looking, for when the connection ends
   */
  watch(here: Place, own: Province, base: string, go: () => void): () => void {
    let over = false;
    const timers: ReturnType<typeof setTimeout>[] = [];
    const after = (ms: number, then: () => void) => {
      timers.push(setTimeout(then, ms));
    };
    const look = async (sure: boolean): Promise<void> => {
      const best = this.better(here, own, base);
      const there = best !== undefined && (await this.nodes.probe(best));
      if (over) return;
      if (!there) again();
      else if (!sure) after(this.every / 5, () => look(true));
      else {
        this.returns++;
        go();
      }
    };
    const again = () =>
      after(this.every * 2 ** Math.min(this.returns, 5) * (0.8 + 0.4 * this.random()), () => look(false));
    again();
    // A stay at home that lasts forgives earlier returns that did not.
    if (here.province === own)
      after(this.every * 4, () => {
        this.returns = 0;
      });
    return () => {
      over = true;
      timers.forEach(clearTimeout);
    };
  }

  private better(here: Place, own: Province, base: string): string | undefined {
    const near = this.nodes.of(own, base).filter(({ node }) => !this.nodes.blockedUntil(node));
    if (here.province !== own) return near[0]?.node;
    const trip = this.nodes.trip(here.node) || 0;
    return near.find(({ node }) => node !== here.node && (this.nodes.trip(node) || 0) < trip * CLEARLY)?.node;
  }
}
