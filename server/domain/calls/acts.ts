import type { CallAct, Rank } from "#protocol/call";
import type { OrderedAct } from "#protocol/call-order";

/** What hosts ask of one seat, or of all: done by the province to which the seat speaks. */
export type HostAct = Extract<CallAct, { do: "admit" | "mute" | "ask" | "remove" | "lower" }>;
export const isRuler = (rank: Rank): boolean => rank === "host" || rank === "cohost";

/** Cohosts keep order; who they are, whether others can read along and when it ends is for hosts. */
export function mayDo(rank: Rank, act: Exclude<OrderedAct["do"], "begin">): boolean {
  switch (act) {
    case "admit":
    case "mute":
    case "ask":
    case "remove":
    case "lower":
    case "lock":
    case "lobby":
      return isRuler(rank);
    case "unseal":
    case "rank":
    case "end":
      return rank === "host";
  }
}
