import type { CallKind } from "#protocol/call";
import { effect, type ReadonlySignal } from "@preact/signals-core";
import type { CallPhase } from "./contract.ts";
import type { Scene } from "./scene.ts";

/** A call of two as one of them sees it. */
export interface Talk {
  kind: CallKind;
  direct: boolean;
  /** whether this device began it */
  mine: boolean;
  /** somebody else is in it */
  others: boolean;
  /** somebody else was in it at some time */
  met: boolean;
  /** members are being rung; and were, at some time */
  rings: boolean;
  rang: boolean;
  /** some province cannot be reached: who is missing may only be there */
  cut: boolean;
  /** milliseconds since it began */
  age: number;
}

type Reason = "ended" | "declined" | "unanswered";

/** After so long of ringing nobody answered; before, somebody declined (R46). */
const RING_MS = 43_000;
/** Who hung up by accident, or changed devices, is back within so long. */
const GRACE = 1200;

/** Why a call of two is over though one still sits in it, or null: conferences and groups are waited in. */
export function overFor(talk: Talk): Reason | null {
  const { kind, direct, mine, others, met, rings, rang, cut, age } = talk;
  if (kind !== "call" || !direct || others || cut) return null;
  if (met) return "ended";
  if (!mine || rings || !rang) return null;
  return age < RING_MS ? "declined" : "unanswered";
}

interface Watched {
  scene: Scene;
  phase: ReadonlySignal<CallPhase>;
  direct: boolean;
  mine(): boolean;
  now(): number;
  /** the call is to be left */
  over(why: Reason): void;
}

interface Watch {
  /** Why the node ended the call: to whoever called and was not answered that is no plain end. */
  reason(): Reason;
  stop(): void;
}

/** Leaves a call of two when the other one is gone or does not come. */
export function watchForEnd({ scene, phase, direct, mine, now, over }: Watched): Watch {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let met = false;
  let rang = false;
  const why = (ringing: readonly unknown[] = scene.head.peek().ringing): Reason | null => {
    const { kind, cut, began } = scene.head.peek();
    const rings = ringing.length > 0;
    const others = phase.peek().at !== "alone";
    const age = now() - began;
    return overFor({ kind, direct, mine: mine(), others, met, rings, rang, cut: cut.length > 0, age });
  };
  const stop = effect(() => {
    const { at } = phase.value;
    if (at === "talking") met = true;
    if (scene.head.value.ringing.length) rang = true;
    clearTimeout(timer);
    if (at === "alone" && scene.listed && why())
      timer = setTimeout(() => {
        const reason = why();
        if (reason) over(reason);
      }, GRACE);
  });
  return {
    reason: () => why([]) ?? "ended",
    stop: () => {
      stop();
      clearTimeout(timer);
    },
  };
}
