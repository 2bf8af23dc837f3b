import type { PersonId } from "#protocol/ids";
import { AT, KIND, placeIn, senderIn } from "#protocol/record";
import type { Member } from "#protocol/room";
import type { Stamp } from "#protocol/stamp";

/** Events of a log that are remembered; twice as many before the older ones are let go. */
export const TAIL = 64;

/**
 * Who wrote a log's newest events, so that what a person has not read is counted without a search in the file: it is
 * asked for every room of everybody who signs in. Beyond the tail the file counts.
 */
export class Tail {
  /** of events `from`+1 … the log's n; nobody where it is no message */
  private senders: (PersonId | undefined)[] = [];
  private stamps: Stamp[] = [];

  /** @param from the n before the first event kept */
  constructor(public from: number) {}

  /** @param record null where the event is another one's twin, which is shown and counted but once */
  push(record: Uint8Array | null, members: ReadonlyMap<PersonId, Member>): void {
    const sender = record?.[AT.kind] === KIND.message ? senderIn(record) : undefined;
    // The member's own string: thousands of tails then hold references, not copies.
    this.senders.push(sender && (members.get(sender)?.person ?? sender));
    this.stamps.push(record ? placeIn(record).stamp : 0);
    if (this.senders.length < 2 * TAIL) return;
    this.senders = this.senders.slice(-TAIL);
    this.stamps = this.stamps.slice(-TAIL);
    this.from += TAIL;
  }

  /** Messages of others than `person` behind n and up to the log's own, stamped at or after `since`, as far as the tail reaches. */
  others(upto: number, n: number, person: PersonId, since: Stamp): number {
    let count = 0;
    for (let at = Math.max(n, this.from) - this.from; at < upto - this.from; at++) {
      const sender = this.senders[at];
      if (sender !== undefined && sender !== person && (this.stamps[at] as Stamp) >= since) count++;
    }
    return count;
  }
}
