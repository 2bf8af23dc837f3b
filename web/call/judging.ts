import type { CallHead, Track } from "#protocol/call";
import { type CallOrder, callOrderText, readCallOrder } from "#protocol/call-order";
import type { PersonId } from "#protocol/ids";
import { fromBase64, P256 } from "../platform/device-key.ts";
import { DevicePins } from "./crypto/seat-key.ts";
import type { CallHost } from "./host.ts";
import { ordersOf } from "./orders.ts";

const SHA256 = { name: "ECDSA", hash: "SHA-256" } as const;
/** How far clocks may differ, and how long an order is on its way, in milliseconds. */
const SKEW_MS = 5 * 60_000;
/** What cohosts may order too. */
const ORDERLY = ["admit", "mute", "ask", "remove", "lower", "lock", "lobby"];

/**
 * Judges what is said to be ordered in a call, whichever node says it: by the signature, by the key that the device was first
 * seen with, and by who may order it.
 */
export class Judging {
  private readonly pins: DevicePins;
  private readonly done = new Set<string>();

  constructor(
    private readonly host: Pick<CallHost, "vault" | "now" | "isOwner">,
    private readonly head: () => CallHead,
  ) {
    this.pins = new DevicePins(host.vault);
  }

  /** Whether a host ordered this of one's own seat just now; each order once. */
  async isOrdered(said: unknown, of: { do: "mute" | "ask" | "remove"; seat: string; track?: Track }): Promise<boolean> {
    const order = readCallOrder(said);
    if (!order || Math.abs(this.host.now() - order.at) > SKEW_MS) return false;
    const { act } = order;
    // A signature can be written in two ways: an order is known by what it says.
    const name = JSON.stringify([order.device, order.at, act]);
    if (this.done.has(name)) return false;
    if (act.do !== of.do || (act.seat !== of.seat && act.seat !== null)) return false;
    if ("track" in act && act.track !== of.track) return false;
    if (!(await this.mayOrder(order)) || this.done.has(name)) return false;
    this.done.add(name);
    return true;
  }

  /**
   * Who decided that the call is clear, where that is so of it and of all calls that were joined to it; null where it is not,
   * whatever a node says of its rules.
   */
  async clearBy(): Promise<PersonId | null> {
    const orders = ordersOf(this.head());
    let who: PersonId | null = null;
    for (const began of orders) {
      if (began.act.do !== "begin") continue;
      const by = (await this.clearOf(began, orders)) as CallOrder | null;
      if (!by) return null;
      if (began.calls[0] === this.head().id) who = by.person;
    }
    return who;
  }

  private async clearOf(began: CallOrder, orders: CallOrder[]): Promise<CallOrder | null> {
    if (began.act.do === "begin" && !began.act.sealed && (await this.isSigned(began))) return began;
    for (const order of orders)
      if (
        order.act.do === "unseal" &&
        order.calls.indexOf(began.calls[0] as string) >= 0 &&
        (await this.mayOrder(order))
      )
        return order;
    return null;
  }

  private async mayOrder(order: CallOrder): Promise<boolean> {
    return order.calls[0] === this.head().id && (await this.isSigned(order)) && this.may(order);
  }

  private async may({ person, act }: CallOrder): Promise<boolean> {
    if (await this.isHost(person)) return true;
    if (ORDERLY.indexOf(act.do) < 0) return false;
    let rank: CallOrder | undefined;
    for (const order of ordersOf(this.head()))
      if (order.act.do === "rank" && order.act.person === person && order.calls[0] === this.head().id)
        if (!rank || order.at > rank.at) rank = order;
    if (rank?.act.do !== "rank" || rank.act.rank !== "cohost") return false;
    return (await this.isSigned(rank)) && this.isHost(rank.person);
  }

  private async isHost(person: PersonId): Promise<boolean> {
    const { id, room } = this.head();
    const began = ordersOf(this.head()).find(({ act, calls }) => act.do === "begin" && calls[0] === id);
    if (began?.person === person && (await this.isSigned(began))) return true;
    return this.host.isOwner(room, person);
  }

  private async isSigned(order: CallOrder): Promise<boolean> {
    if (order.room !== this.head().room) return false;
    try {
      const key = await crypto.subtle.importKey("spki", fromBase64(order.spki), P256, false, ["verify"]);
      const text = new TextEncoder().encode(callOrderText(order));
      if (!(await crypto.subtle.verify(SHA256, key, fromBase64(order.signature), text))) return false;
    } catch {
      return false;
    }
    return this.pins.holds(order.person, order.device, order.spki);
  }
}
