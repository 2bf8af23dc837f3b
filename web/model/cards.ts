import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { Refusal } from "../net/refusal.ts";
import type { Table, Vault } from "../platform/ports.ts";

const BATCH_MS = 30;
const MOST = 100;
const AGAIN_MS = 5000;
/** Nodes tell of changes to those who are connected; what one missed while away shows after so long. */
const FRESH_MS = 4 * 3_600_000;

/** Cards of people, or of posts: from the cache at once, and asked for anew now and then, many at a time. */
export class Cards<T> {
  private readonly cards = new Map<string, Signal<T | undefined>>();
  /** when each was last asked for, or came by itself */
  private readonly asked = new Map<string, number>();
  private wanted: string[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly vault: Vault,
    private readonly table: Table,
    /** what keys in the table begin with */
    private readonly prefix: string,
    private readonly idOf: (card: T) => string,
    /** rejects while no node is reached */
    private readonly ask: (ids: string[]) => Promise<T[]>,
    private readonly now: () => number,
  ) {}

  async load(): Promise<void> {
    const { table, prefix } = this;
    for (const { key, value } of await this.vault.all(table, prefix))
      this.card(key.slice(prefix.length)).value = value as T;
  }

  get(id: string): ReadonlySignal<T | undefined> {
    if (this.now() - (this.asked.get(id) ?? 0) > FRESH_MS) this.renew(id);
    return this.card(id);
  }

  /** What is known of it may have changed: it is asked for again. */
  renew(id: string): void {
    this.asked.set(id, this.now());
    if (!this.wanted.includes(id)) this.wanted.push(id);
    this.later();
  }

  /** Cards that came from a node. */
  learn(cards: readonly T[]): void {
    const { table, prefix } = this;
    const ops = cards.map((value) => {
      const id = this.idOf(value);
      this.asked.set(id, this.now());
      this.card(id).value = value;
      return { table, key: prefix + id, value };
    });
    // Lost cards are asked for again: a vault that refuses does not matter here.
    this.vault.write(ops).catch(() => {});
  }

  /** A node is there: asks for what could not be had before. */
  connected(): void {
    if (this.wanted.length) this.later();
  }

  forget(): void {
    this.cards.clear();
    this.asked.clear();
    this.wanted = [];
  }

  private card(id: string): Signal<T | undefined> {
    let card = this.cards.get(id);
    if (!card) {
      card = signal(undefined);
      this.cards.set(id, card);
    }
    return card;
  }

  private later(ms = BATCH_MS): void {
    if (this.timer === undefined) this.timer = setTimeout(() => this.flush(), ms);
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    const ids = this.wanted.splice(0, MOST);
    if (!ids.length) return;
    try {
      this.learn(await this.ask(ids));
      if (this.wanted.length) this.later();
    } catch (error) {
      this.wanted.push(...ids);
      // What a busy node puts off is asked for again by itself; without a node it waits for one.
      const { code, retryAfter } = error as Partial<Refusal>;
      if (code === "wait") this.later(retryAfter || AGAIN_MS);
    }
  }
}
