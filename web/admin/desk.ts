import type { AdminAnswer, AdminAsk } from "#protocol/admin";
import { mintId } from "#protocol/ids";
import { type Order, type OrderAct, type OrderAnswer, type OrderId, orderText } from "#protocol/order";
import type { AppModel } from "../model/contract.ts";
import { Refusal } from "../net/refusal.ts";
import { steadyNow } from "../platform/clock.ts";

export type AnswerTo<A extends AdminAsk> = Extract<AdminAnswer, { answer: A["ask"] }>;

/** An order as it was given, and what the node said to it. */
export interface Given {
  id: OrderId;
  act: OrderAct;
  answer: OrderAnswer;
}

/** What the pages may ask of the node, and order. Both reject with a Refusal, whose message is for the administrator. */
export interface Desk {
  ask<A extends AdminAsk>(ask: A): Promise<AnswerTo<A>>;
  order(act: OrderAct): Promise<Given>;
}

/** Milliseconds before each further try of an order whose answer was lost. */
const AGAIN = [500, 2000, 5000, 10_000];

/** Whether the order may have been carried out although no answer came. */
const lost = (error: unknown): boolean =>
  error instanceof Refusal && (error.code === "offline" || error.code === "wait");

export function openDesk(app: AppModel, again: readonly number[] = AGAIN): Desk {
  const sign = async (act: OrderAct): Promise<Order> => {
    const { value: me } = app.me;
    const { device } = app;
    if (!me || !device) throw new Refusal("sign-in", "Nobody is signed in here.");
    const at = steadyNow() + app.skew;
    const unsigned = { id: mintId(at), at, person: me.id, device, act };
    return { ...unsigned, signature: await app.sign(orderText(unsigned)) };
  };
  const give = async (order: Order): Promise<OrderAnswer> => {
    const answer = await app.request({ t: "order", order });
    if ("t" in answer && answer.t === "ordered") return answer.answer;
    throw new Refusal("internal", "The node answered something else.");
  };
  return {
    async ask<A extends AdminAsk>(ask: A) {
      const answer = await app.request({ t: "admin", ask });
      if ("t" in answer && answer.t === "admin" && answer.answer.answer === ask.ask)
        return answer.answer as AnswerTo<A>;
      throw new Refusal("internal", "The node answered something else.");
    },
    async order(act) {
      const order = await sign(act);
      for (const pause of again) {
        try {
          return { id: order.id, act, answer: await give(order) };
        } catch (error) {
          if (!lost(error)) throw error;
          await new Promise((done) => setTimeout(done, pause));
        }
      }
      return { id: order.id, act, answer: await give(order) };
    },
  };
}

const desks = new WeakMap<AppModel, Desk>();

/** The desk of a model, always the same one. */
export function deskOf(app: AppModel): Desk {
  const desk = desks.get(app) ?? openDesk(app);
  desks.set(app, desk);
  return desk;
}
