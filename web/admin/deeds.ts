import { signal } from "@preact/signals";
import type { OrderAct } from "#protocol/order";
import type { AppModel } from "../model/contract.ts";
import { changes } from "./asked.ts";
import { deskOf, type Given } from "./desk.ts";
import { keepIssued } from "./invitations/issued.ts";

/** What was done last from these pages: it can be undone from there for a while, and later from the list of orders. */
export interface Deed {
  given: Given[];
  /** it put something else back */
  undone?: boolean;
}

export const deed = signal<Deed | null>(null);

/**
 * Gives orders one after the other, and shows what came of them. Rejects at the first that fails; those before it stand,
 * and are shown.
 */
export async function carryOut(
  app: AppModel,
  acts: readonly OrderAct[],
  told: { undone?: boolean; each?: (given: Given) => void } = {},
): Promise<Given[]> {
  const given: Given[] = [];
  try {
    for (const act of acts) {
      const one = await deskOf(app).order(act);
      given.push(one);
      keepIssued([one.answer]);
      told.each?.(one);
    }
    return given;
  } finally {
    if (given.length > 0) {
      deed.value = { given, ...(told.undone && { undone: true }) };
      changes.value++;
    }
  }
}
