import type { Grant, Person } from "#protocol/directory";
import type { Link } from "#protocol/down";
import type { PersonId } from "#protocol/ids";
import type { Notice } from "#protocol/notice";
import { signal } from "@preact/signals-core";
import type { Connection, ProvinceInfo } from "./contract.ts";

const STORAGE = "This device keeps nothing just now: its storage is full or refused. Messages are still sent.";

/** What the whole client shows besides its rooms. */
export class State {
  readonly phase = signal<"starting" | "sign-in" | "ready">("starting");
  readonly me = signal<Person | null>(null);
  readonly connection = signal<Connection>({ state: "connecting", since: 0 });
  readonly provinces = signal<ProvinceInfo[]>([]);
  readonly roles = signal<Grant[]>([]);
  readonly links = signal<Link[]>([]);
  readonly online = signal<ReadonlySet<PersonId>>(new Set());
  readonly contacts = signal(0);
  readonly outbox = signal(0);
  readonly notice = signal<{ code: string; text: string } | null>(null);

  /** of one's own access, oldest first */
  readonly access = signal<readonly Notice[]>([]);

  dismiss(): void {
    this.notice.value = null;
  }

  /** Storage failed: what is here still works, from memory. A notice that stands already is not talked over. */
  trouble(error: unknown): void {
    console.error("storage", error);
    if (!this.notice.peek()) this.notice.value = { code: "storage", text: STORAGE };
  }

  /** Who came online and who left. */
  present(online: readonly PersonId[], offline: readonly PersonId[]): void {
    const people = new Set(this.online.peek());
    for (const id of online) people.add(id);
    for (const id of offline) people.delete(id);
    this.online.value = people;
  }

  /** How links to other provinces stand; those not named stand as before. */
  linked(links: readonly Link[]): void {
    const said = new Set(links.map(({ province }) => province));
    this.links.value = [...this.links.peek().filter(({ province }) => !said.has(province)), ...links];
  }
}
