import type { Person } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { Vault } from "../platform/ports.ts";

const BATCH_MS = 30;
const MOST = 100;

/** People's cards: from the cache at once, and asked for anew once a session, many at a time. */
export class People {
  private readonly cards = new Map<PersonId, Signal<Person | undefined>>();
  private readonly asked = new Set<PersonId>();
  private wanted: PersonId[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly vault: Vault,
    /** rejects while no node is reached */
    private readonly ask: (ids: PersonId[]) => Promise<Person[]>,
  ) {}

  async load(): Promise<void> {
    for (const { key, value } of await this.vault.all("people")) this.card(key).value = value as Person;
  }

  person(id: PersonId): ReadonlySignal<Person | undefined> {
    const card = this.card(id);
    if (!this.asked.has(id)) {
      this.asked.add(id);
      this.wanted.push(id);
      this.later();
    }
    return card;
  }

  /** Cards that came from a node. */
  learn(people: readonly Person[]): void {
    for (const person of people) {
      this.asked.add(person.id);
      this.card(person.id).value = person;
    }
    // Lost cards are asked for again: a vault that refuses does not matter here.
    this.vault.write(people.map((person) => ({ table: "people", key: person.id, value: person }))).catch(() => {});
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

  private card(id: PersonId): Signal<Person | undefined> {
    let card = this.cards.get(id);
    if (!card) {
      card = signal(undefined);
      this.cards.set(id, card);
    }
    return card;
  }

  private later(): void {
    if (this.timer === undefined) this.timer = setTimeout(() => this.flush(), BATCH_MS);
  }

  private async flush(): Promise<void> {
    this.timer = undefined;
    const ids = this.wanted.splice(0, MOST);
    if (!ids.length) return;
    try {
      this.learn(await this.ask(ids));
      if (this.wanted.length) this.later();
    } catch {
      this.wanted.push(...ids);
    }
  }
}
