import type { CallAct, CallAnswer, CallNews } from "#protocol/call";
import type { Down } from "#protocol/down";
import type { RoomId } from "#protocol/ids";
import { Refusal } from "../net/refusal.ts";
import type { CallHost } from "./host.ts";

export type CallNewsOf<Is extends CallNews["is"]> = Extract<CallNews, { is: Is }>;
type Answered<Is extends CallAnswer["is"]> = Extract<CallAnswer, { is: Is }>;

/** Acts of one room's call over the present link. All reject with a Refusal: what the node says, or `offline`. */
export class Signalling {
  constructor(
    private readonly host: Pick<CallHost, "request">,
    readonly room: RoomId,
  ) {}

  async sit(act: Extract<CallAct, { do: "begin" | "join" | "resume" }>): Promise<Answered<"seated">> {
    return this.ask(act, "seated");
  }

  async publish(act: Omit<Extract<CallAct, { do: "publish" }>, "do">): Promise<Answered<"published">> {
    return this.ask({ do: "publish", ...act }, "published");
  }

  async do(act: CallAct): Promise<void> {
    await this.ask(act, "done");
  }

  private async ask<Is extends CallAnswer["is"]>(act: CallAct, is: Is): Promise<Answered<Is>> {
    const { answer } = (await this.host.request({ t: "call", room: this.room, act })) as Extract<Down, { t: "called" }>;
    if (answer?.is !== is) throw Refusal.from(undefined);
    return answer as Answered<Is>;
  }
}

/** What became of something tried again and again: `no` is for good. */
export type Outcome = "done" | "later" | "no";

/** Whether it is worth trying again what a node refused. */
export const outcomeOf = (error: unknown): Outcome => {
  const code = error instanceof Refusal ? error.code : "internal";
  return code === "wait" || code === "offline" || code === "internal" ? "later" : "no";
};
