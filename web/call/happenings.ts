import { signal } from "@preact/signals-core";
import type { CallEvent } from "./contract.ts";

/** How long one stands, milliseconds. */
const STAND = 8000;
/** More at once nobody reads, whatever a node says. */
const MOST = 50;

type Happening = CallEvent extends infer E ? (E extends CallEvent ? Omit<E, "id" | "at"> : never) : never;

/** Short-lived things to show: newest last. */
export class Happenings {
  readonly list = signal<CallEvent[]>([]);
  private count = 0;
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();

  constructor(private readonly now: () => number) {}

  add(what: Happening): void {
    const event = { ...what, id: ++this.count, at: this.now() } as CallEvent;
    this.list.value = [...this.list.peek().slice(1 - MOST), event];
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      this.list.value = this.list.peek().filter(({ id }) => id !== event.id);
    }, STAND);
    this.timers.add(timer);
  }

  failed = (text: string, cause?: unknown): void => this.add({ is: "failed", text, cause });

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
  }
}
