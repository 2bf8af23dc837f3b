import type { Origin } from "#protocol/ids";

/** Records that came before the ones in front of them, and events known to exist that have not come at all. */
export class Ahead {
  private readonly records = new Map<Origin, Map<number, Uint8Array>>();
  private readonly expected: Record<Origin, number> = {};

  put(origin: Origin, n: number, record: Uint8Array): void {
    let list = this.records.get(origin);
    if (!list) {
      list = new Map();
      this.records.set(origin, list);
    }
    list.set(n, record);
  }

  get(origin: Origin, n: number): Uint8Array | undefined {
    return this.records.get(origin)?.get(n);
  }

  /** Event n of the origin exists. */
  expect(origin: Origin, n: number): void {
    this.expected[origin] = Math.max(this.expected[origin] || 0, n);
  }

  /** Origins that may have a hole. */
  origins(): Origin[] {
    return [...this.records.keys(), ...Object.keys(this.expected)];
  }

  /** The smallest n behind the hole of an origin: of a record that is here, or one above what is known to exist. */
  first(origin: Origin): number {
    const list = this.records.get(origin);
    return list ? Math.min(...list.keys()) : (this.expected[origin] || 0) + 1;
  }
  has(origin: Origin): boolean {
    return this.records.has(origin);
  }

  /** Everything below `next` is in its place. */
  prune(origin: Origin, next: number): void {
    const list = this.records.get(origin);
    if (!list) return;
    for (const n of [...list.keys()]) if (n < next) list.delete(n);
    if (!list.size) this.records.delete(origin);
  }
}
