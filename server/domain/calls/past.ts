import type { CallId } from "#protocol/call";
import { APART_MS } from "./leg-state.ts";

const MAX_KEPT = 20_000;

/** Calls that are over, in all rooms of a node: nobody brings them up again to be a host of today's call by what was ordered then. */
export class Past {
  private readonly calls = new Map<CallId, number>();

  add(call: CallId, now: number): void {
    for (const [known, at] of this.calls) {
      if (now - at <= APART_MS && this.calls.size < MAX_KEPT) break;
      this.calls.delete(known);
    }
    this.calls.delete(call);
    this.calls.set(call, now);
  }

  has(call: CallId): boolean {
    return this.calls.has(call);
  }
}
