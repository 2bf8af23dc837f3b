import { DIRECTORY_ROOM, type Origin, type Province, provinceOf, type RoomId } from "#protocol/ids";
import { decodeRecord, type EventRecord, isSameDraft, KIND } from "#protocol/record";
import type { ControlBody } from "#protocol/room";
import { isSaidAgain } from "./again.ts";
import { applyInOrder } from "./apply.ts";
import { applyReturned, wordsIn } from "./directory/apply-directory.ts";
import type { Store, Tx, VerifyNow } from "./ports.ts";
import { isBelieved } from "./writers.ts";

/** What a log is read in. */
const PIECE = 512 * 1024;

/**
 * What the folder forgot of its own earlier life comes back, in the log's order. It was judged when it was accepted: here it
 * takes its place beneath what was said since. Whatever a later life said of the same people, and of a room's name, stands.
 */
export class Returned {
  /** what was said since, read when it is first needed */
  private since: readonly EventRecord[] | undefined;

  constructor(
    private readonly store: Store,
    private readonly verify: VerifyNow,
    private readonly room: RoomId,
    private readonly origin: Origin,
    /** of the fleet but this one: the directory is for all */
    private readonly others: readonly Province[],
  ) {}

  /** Whether all of this is known already, by its ids: a later life has said it again. */
  isKnown(records: readonly Uint8Array[]): boolean {
    return records.every((record) => this.store.find(this.room, decodeRecord(record).id) !== undefined);
  }

  /** Whether the room is there, or these records make it: what was written in a room of another home waits for its home's word. */
  canBegin(records: readonly Uint8Array[]): boolean {
    const isMade = (record: Uint8Array | undefined) => record && decodeRecord(record).kind === KIND.control;
    return this.room === DIRECTORY_ROOM || this.store.room(this.room) !== undefined || isMade(records[0]) === true;
  }

  take(tx: Tx, record: Uint8Array): void {
    const event = decodeRecord(record);
    if (this.room === DIRECTORY_ROOM) this.takeWords(tx, record, event);
    else this.takeEvent(tx, record, event);
  }

  private takeEvent(tx: Tx, record: Uint8Array, event: EventRecord): void {
    const room = tx.room(this.room);
    const dests = (room?.provinces ?? []).filter((province) => province !== this.store.province);
    const standing = tx.standing(this.room, event.id);
    if (event.kind === KIND.control) {
      const isTwin = standing !== undefined && !isSaidAgain(decodeRecord(standing), event);
      tx.takeBack(record, isTwin ? "refused" : "shown", dests);
      if (!standing) applyInOrder(tx, event, parse(event.body) as ControlBody, this.store);
      return;
    }
    const isOther = standing !== undefined && !isSameDraft(standing, record);
    const isSound = room !== undefined && isBelieved(room, tx.writers(this.room), event);
    tx.takeBack(record, isOther ? "refused" : isSound ? "shown" : "withheld", dests);
  }

  private takeWords(tx: Tx, record: Uint8Array, { body, stamp }: EventRecord): void {
    tx.takeBack(record, "shown", this.others);
    const said = new Set(
      this.said()
        .filter((event) => event.stamp > stamp)
        .flatMap((event) => wordsIn(parse(event.body), tx, this.store)),
    );
    applyReturned(tx, parse(body), this.store, this.verify, said);
  }

  /** All that other lives of this province said in the room. */
  private said(): readonly EventRecord[] {
    if (this.since) return this.since;
    const since: EventRecord[] = [];
    for (const [origin, { base, n }] of this.store.heads(this.room)) {
      if (origin === this.origin || provinceOf(origin) !== this.store.province) continue;
      for (let at = base; at < n; ) {
        const records = this.store.range(this.room, origin, at, n, PIECE);
        if (records.length === 0) break;
        since.push(...records.map(decodeRecord));
        at += records.length;
      }
    }
    this.since = since;
    return since;
  }
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
