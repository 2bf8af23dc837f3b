import { randomBytes } from "node:crypto";
import type { Now } from "../domain/clock.ts";
import type { Sender } from "../domain/messaging.ts";
import { VALID_MS } from "./nonces.ts";

const MAX_TICKETS = 50_000;

/** Tickets that open one socket each within 30 seconds. They live in memory: a restart makes them void. */
export class Tickets {
  private readonly open = new Map<string, Sender & { until: number }>();

  constructor(private readonly now: Now) {}

  get size(): number {
    return this.open.size;
  }

  issue({ person, device }: Sender): string {
    // Oldest first: a Map keeps the order of insertion, and all tickets live equally long.
    for (const [old, { until }] of this.open) {
      if (until > this.now() && this.open.size < MAX_TICKETS) break;
      this.open.delete(old);
    }
    const ticket = randomBytes(24).toString("base64url");
    this.open.set(ticket, { person, device, until: this.now() + VALID_MS });
    return ticket;
  }

  /** Spends a ticket; undefined where it is unknown, used or expired. */
  redeem(ticket: string): Sender | undefined {
    const found = this.open.get(ticket);
    this.open.delete(ticket);
    return found && found.until > this.now() ? { person: found.person, device: found.device } : undefined;
  }
}
