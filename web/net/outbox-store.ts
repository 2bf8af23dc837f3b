import { idIn, roomIn } from "#protocol/record";
import type { EventId, RoomId } from "#protocol/ids";
import type { Vault, VaultOp } from "../platform/ports.ts";

/** An own message that no node has stored yet. */
export interface OutboxEntry {
  id: EventId;
  room: RoomId;
  draft: Uint8Array;
  /** milliseconds since 1970 when it was written */
  at: number;
  /** place in the vault; sorts in the order of writing */
  key: string;
  state: "saving" | "ready" | "flying" | "refused";
  /** has gone out at least once, so a node may have it */
  tried: boolean;
  /** another tab's: sent by that one unless this tab leads */
  foreign: boolean;
  refusal?: string;
}
interface Kept {
  at: number;
  draft: Uint8Array;
  refusal?: string;
}

const SWEEP_MS = 50;

const kept = ({ at, draft, refusal }: OutboxEntry): Kept => (refusal ? { at, draft, refusal } : { at, draft });

/** Keeps the outbox in the vault: new entries at once and many together, removals a little later. */
export class OutboxStore {
  private unsaved: OutboxEntry[] = [];
  private gone: string[] = [];
  private saving: Promise<void> | undefined;
  private last = 0;

  constructor(
    private readonly vault: Vault,
    /** these are kept now, or the vault refused and they live in memory */
    private readonly done: (entries: readonly OutboxEntry[]) => void,
    private readonly trouble: (error: unknown) => void,
  ) {}

  /** What earlier runs and other tabs left, in the order of writing. */
  async load(foreign: boolean): Promise<OutboxEntry[]> {
    const all = await this.vault.all("outbox");
    if (all.length) this.last = Math.max(this.last, Number.parseInt((all[all.length - 1] as { key: string }).key, 10));
    return all.map(({ key, value }) => {
      const { at, draft, refusal } = value as Kept;
      const state = refusal ? "refused" : "ready";
      return { id: idIn(draft), room: roomIn(draft), draft, at, key, state, tried: false, foreign, refusal };
    });
  }

  /** A key that sorts behind all earlier ones, also when the clock stands or goes back. */
  nextKey(at: number, id: EventId): string {
    this.last = Math.max(this.last + 1, at * 1000);
    return `${String(this.last).padStart(17, "0")}.${id}`;
  }

  add(entry: OutboxEntry): void {
    this.unsaved.push(entry);
    if (!this.saving) this.saving = this.save();
  }

  private async save(): Promise<void> {
    await undefined;
    while (this.unsaved.length) {
      const batch = this.unsaved;
      this.unsaved = [];
      await this.put(batch);
      this.done(batch);
    }
    this.saving = undefined;
  }

  /** Keeps entries as they are now. */
  put(entries: readonly OutboxEntry[]): Promise<void> {
    return this.write(entries.map((entry) => ({ table: "outbox", key: entry.key, value: kept(entry) })));
  }

  /** Together and a little later: what a crash leaves goes again under its id and counts once. */
  remove(entry: OutboxEntry): void {
    this.drop(entry);
    if (!this.gone.length) setTimeout(() => this.sweep(), SWEEP_MS);
    this.gone.push(entry.key);
  }
  async removeNow(entry: OutboxEntry): Promise<void> {
    this.drop(entry);
    this.gone.push(entry.key);
    await this.settled();
  }
  private drop(entry: OutboxEntry): void {
    if (this.unsaved.length) this.unsaved = this.unsaved.filter((other) => other !== entry);
  }

  private async sweep(): Promise<void> {
    const keys = this.gone;
    this.gone = [];
    await this.write(keys.map((key) => ({ table: "outbox", key, value: undefined })));
  }

  /** Settles when all that was added is kept and all that was removed is gone. */
  async settled(): Promise<void> {
    while (this.saving) await this.saving;
    await this.sweep();
  }

  forget(): void {
    this.unsaved = [];
    this.gone = [];
  }

  private async write(ops: VaultOp[]): Promise<void> {
    try {
      if (ops.length) await this.vault.write(ops);
    } catch (error) {
      this.trouble(error);
    }
  }
}
