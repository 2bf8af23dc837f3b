import type { CallId } from "#protocol/call";
import { callOrderText, type CallOrder } from "#protocol/call-order";
import type { DeviceId, PersonId, RoomId } from "#protocol/ids";
import type { Opening } from "./leg-state.ts";

/** How far clocks may differ, in milliseconds. */
export const SKEW_MS = 5 * 60_000;
/** Signatures whose judgement is kept: a leg is heard again and again. */
const MAX_KEPT = 500;

/** What orders and beginnings are judged by. */
export interface Evidence {
  /** a device that is not shut out: its key, and whose it is */
  deviceOf(device: DeviceId): { person: PersonId; key: string } | undefined;
  /** the stored message of that id in the room, as it is shown there: whose it is, and its stamp in milliseconds since 1970 */
  entryOf(room: RoomId, call: CallId): { by: PersonId; at: number } | undefined;
  verify(key: string, text: string, signature: string): boolean;
  /** for the days of an upgrade: nodes of before 0.4 tell of calls whose beginning nobody signed */
  takesUnsigned: boolean;
}

/** Judges for one room what is said to be ordered in its calls, and that they began, whoever says so. */
export class Judge {
  private readonly kept = new Map<string, boolean>();

  constructor(
    private readonly room: RoomId,
    private readonly evidence: Evidence,
  ) {}

  /** Whether the device signed it, is not shut out, and it is not of a time that is to come. Whether its person may order it is not looked at. */
  isSigned(order: CallOrder, now: number): boolean {
    if (order.room !== this.room || order.at > now + SKEW_MS) return false;
    const device = this.evidence.deviceOf(order.device);
    return device?.person === order.person && device.key === order.spki && this.holds(order);
  }

  /** Whether it was given just now: what happens once is not to happen again at another time. */
  isFresh(order: CallOrder, now: number): boolean {
    return now - order.at <= SKEW_MS && this.isSigned(order, now);
  }

  /** Whether the call began as it is said: its entry is in the room, by that person, of about that time, and the beginning is signed. */
  hasBegun({ id, by, began, order }: Opening, now: number): boolean {
    const entry = this.evidence.entryOf(this.room, id);
    if (entry?.by !== by || Math.abs(entry.at - began) > SKEW_MS) return false;
    return order === null ? this.evidence.takesUnsigned : this.isSigned(order, now);
  }

  private holds(order: CallOrder): boolean {
    const text = callOrderText(order);
    const name = `${order.spki} ${order.signature} ${text}`;
    let holds = this.kept.get(name);
    if (holds !== undefined) return holds;
    holds = this.evidence.verify(order.spki, text, order.signature);
    if (this.kept.size >= MAX_KEPT) this.kept.delete(this.kept.keys().next().value as string);
    this.kept.set(name, holds);
    return holds;
  }
}
