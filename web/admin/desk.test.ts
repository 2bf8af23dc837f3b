import { expect, test } from "bun:test";
import type { Order } from "#protocol/order";
import { orderText } from "#protocol/order";
import type { AppModel } from "../model/contract.ts";
import { Refusal } from "../net/refusal.ts";
import { openDesk } from "./desk.ts";

/** A model that answers orders by what is left of a script: an error is thrown, anything else is the answer. */
function modelOf(script: (Error | "done")[]) {
  const orders: Order[] = [];
  const app = {
    me: { value: { id: "me" } },
    device: "d1",
    skew: 60_000,
    sign: async (text: string) => `signed ${text}`,
    request: async (ask: { order: Order }) => {
      orders.push(ask.order);
      const next = script.shift();
      if (next instanceof Error) throw next;
      return { t: "ordered", ref: 1, answer: { state: "done", before: [], refused: [] } };
    },
  };
  return { app: app as unknown as AppModel, orders };
}

test("an order whose answer was lost is given again as the same order", async () => {
  const { app, orders } = modelOf([new Refusal("offline", "gone"), new Refusal("wait", "slow"), "done"]);
  const given = await openDesk(app, [0, 0]).order({ do: "ungrant", grant: "g" });
  expect(given.answer.state).toBe("done");
  expect(orders.length).toBe(3);
  expect(new Set(orders.map((order) => JSON.stringify(order))).size).toBe(1);
});

test("an order is signed, at the node's time, and a refusal is not tried again", async () => {
  const { app, orders } = modelOf([new Refusal("forbidden", "no")]);
  await expect(openDesk(app, [0]).order({ do: "ungrant", grant: "g" })).rejects.toThrow("no");
  const [order] = orders as [Order];
  expect(orders.length).toBe(1);
  expect(order.signature).toBe(`signed ${orderText(order)}`);
  expect(Math.abs(order.at - Date.now() - 60_000)).toBeLessThan(5000);
});
