import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { CallKind } from "#protocol/call";
import type { RoomId } from "#protocol/ids";
import type { CallPhase } from "../../call/contract.ts";

type Why = Extract<CallPhase, { at: "over" }>["why"];

/** What is asked before a call, or said after it; the call itself is the model's. */
export type Aside =
  /** `kind` and `lobby` where a plan has settled them already */
  | { at: "join"; room: RoomId; media: "audio" | "video"; kind?: CallKind; lobby?: boolean }
  | { at: "over"; room: RoomId; media: "audio" | "video"; why: Why; lasted: number };

export const aside = signal<Aside | null>(null);

/** Whether calls fill the page now, so that what lies beneath is not drawn, nor counts as read. */
export const covered = signal(false);

/** A part of calls, fetched together with their words and looks. */
export const callPart =
  <P extends object>(load: () => Promise<ComponentType<P>>) =>
  async (): Promise<ComponentType<P>> => {
    const [part] = await Promise.all([load(), import("./words.ts").then(({ callReady }) => callReady())]);
    return part;
  };
