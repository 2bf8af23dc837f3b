import type { CallAct, Rank } from "#protocol/call";

/** What hosts ask of one seat, or of all: done by the province to which the seat speaks. */
export type HostAct = Extract<CallAct, { do: "admit" | "mute" | "ask" | "remove" | "lower" }>;
/** What hosts decide for the whole call: written into its rules. */
export type RuleAct = Extract<CallAct, { do: "lock" | "lobby" | "unseal" | "rank" }>;

export const isRuler = (rank: Rank): boolean => rank === "host" || rank === "cohost";

/** Cohosts keep order; who they are, whether others can read along and when it ends is for hosts. */
export function mayDo(rank: Rank, act: (HostAct | RuleAct)["do"] | "end"): boolean {
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
