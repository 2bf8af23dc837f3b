import type { CallAct, CallAnswer, CallNews } from "#protocol/call";
import type { CallOrder } from "#protocol/call-order";
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

  async sit(
    act: Extract<CallAct, { do: "begin" | "join" | "resume" }>,
    orders?: CallOrder[],
  ): Promise<Answered<"seated">> {
    return this.ask(act, "seated", orders);
  }

  async publish(act: Omit<Extract<CallAct, { do: "publish" }>, "do">): Promise<Answered<"published">> {
    return this.ask({ do: "publish", ...act }, "published");
  }

  /** @param orders what this device signed of it, where it decides for others */
  async do(act: CallAct, orders?: CallOrder[]): Promise<void> {
    await this.ask(act, "done", orders);
  }

  private async ask<Is extends CallAnswer["is"]>(act: CallAct, is: Is, orders?: CallOrder[]): Promise<Answered<Is>> {
    const asked = { t: "call" as const, room: this.room, act, ...(orders && { orders }) };
    const { answer } = (await this.host.request(asked)) as Extract<Down, { t: "called" }>;
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
