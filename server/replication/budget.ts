import type { Province } from "#protocol/ids";
import type { Now } from "../domain/clock.ts";
import type { Alarm } from "./alarm.ts";

/** What one province may cost this node in a minute: far more than honest ones do, and a part of what there is. */
export interface Allowance {
  bytes: number;
  /** records and marks */
  rows: number;
  /** milliseconds of the event loop */
  cpu: number;
}
const ALLOWANCE: Allowance = { bytes: 512 * 1024 * 1024, rows: 600_000, cpu: 20_000 };

const MINUTE = 60_000;
const KINDS = ["bytes", "rows", "cpu"] as const;

interface Account {
  spent: Allowance;
  at: number;
  alarmedAt: number;
}

/**
 * Holds each province to its allowance: one that costs more is heard later, in its own line, until the minutes have made up
 * for it. Nothing of it is dropped, and nobody else waits.
 */
export class Budget {
  private readonly accounts = new Map<Province, Account>();

  constructor(
    private readonly now: Now,
    private readonly alarm: Alarm,
    private readonly allowance: Allowance = ALLOWANCE,
  ) {}

  charge(from: Province, cost: Partial<Allowance>): void {
    const { spent } = this.account(from);
    for (const kind of KINDS) spent[kind] += cost[kind] ?? 0;
  }

  /** Charges what a piece of work costs the event loop, up to its first wait. */
  timed<T>(from: Province, work: () => T): T {
    const began = performance.now();
    try {
      return work();
    } finally {
      this.charge(from, { cpu: performance.now() - began });
    }
  }

  /** Milliseconds for which the province's next message is to wait; 0 while it is within its allowance. */
  delay(from: Province): number {
    const account = this.account(from);
    let most = 0;
    for (const kind of KINDS) most = Math.max(most, account.spent[kind] / this.allowance[kind] - 1);
    if (most <= 0) return 0;
    this.alarmSometimes(from, account, {});
    return Math.ceil(most * MINUTE);
  }

  /** A message of the quick way did not fit any more. */
  overflowed(from: Province): void {
    this.alarmSometimes(from, this.account(from), { dropped: true });
  }

  private alarmSometimes(from: Province, account: Account, details: Record<string, unknown>): void {
    if (this.now() - account.alarmedAt < MINUTE) return;
    account.alarmedAt = this.now();
    this.alarm("over-quota", { from, ...account.spent, ...details });
  }

  /** Provinces that wait at the moment: 1, others 0. */
  slowed(provinces: readonly Province[]): Record<Province, number> {
    return Object.fromEntries(provinces.map((from) => [from, this.delay(from) > 0 ? 1 : 0]));
  }

  private account(from: Province): Account {
    const now = this.now();
    let account = this.accounts.get(from);
    if (!account) {
      account = { spent: { bytes: 0, rows: 0, cpu: 0 }, at: now, alarmedAt: Number.NEGATIVE_INFINITY };
      this.accounts.set(from, account);
    }
    const part = Math.max(0, now - account.at) / MINUTE;
    account.at = now;
    for (const kind of KINDS) account.spent[kind] = Math.max(0, account.spent[kind] - part * this.allowance[kind]);
    return account;
  }
}
