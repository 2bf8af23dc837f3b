import type { CallHead, CallId } from "#protocol/call";
import type { PersonId } from "#protocol/ids";
import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals-core";
import type { Judging } from "./judging.ts";

/** Whether this device sends in the clear: only where a host ordered it, and never without the yes of its own person. */
export class Consent {
  /** who decided that the call is clear, while their person here has not said yes */
  readonly asked: ReadonlySignal<PersonId | null>;
  readonly isClear: ReadonlySignal<boolean>;
  private readonly decided = signal<{ call: CallId; by: PersonId } | null>(null);
  private readonly agreed = signal<CallId | null>(null);
  readonly stop: () => void;

  constructor(
    private readonly head: ReadonlySignal<CallHead>,
    judging: Pick<Judging, "clearBy">,
  ) {
    const decided = computed(() => (this.decided.value?.call === head.value.id ? this.decided.value : null));
    this.isClear = computed(() => decided.value !== null && this.agreed.value === head.value.id);
    this.asked = computed(() => (this.isClear.value ? null : (decided.value?.by ?? null)));
    this.stop = effect(() => {
      const { id, rules } = head.value;
      // What is given up is not taken back by a node's word either: it is shown as it is.
      if (rules.sealed || this.decided.peek()?.call === id) return;
      untracked(() => judging.clearBy()).then(
        (by) => {
          if (by && head.peek().id === id) this.decided.value = { call: id, by };
        },
        () => {},
      );
    });
  }

  agree(): void {
    this.agreed.value = this.head.peek().id;
  }
}
