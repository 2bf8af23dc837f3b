/** A place in a province's log: which life of the log (its stream's creation, ms since 1970) and the sequence in it. */
export interface LogPlace {
  log: number;
  seq: number;
}

export const placeText = ({ log, seq }: LogPlace) => `${log} ${seq}`;

export function readPlace(text: string | undefined): LogPlace | undefined {
  const [log, seq] = (text ?? "").split(" ").map(Number);
  return Number.isSafeInteger(log) && Number.isSafeInteger(seq)
    ? { log: log as number, seq: seq as number }
    : undefined;
}

/** A frame as the chain sees it: where it stands in its origin's log, and where the reader's frame before it does. */
export interface Linked {
  place: number;
  after: LogPlace | undefined;
}

/**
 * Shows what a copy of a log lacks. Every frame names the one before it for the same reader, so a hole is seen at the
 * first frame behind it; the origin repeats where its log ends, so that a lost tail is seen too. nats-server 2.15 can
 * skip frames when a link that swallowed some of them comes back: what a consumer delivered between its reset and the
 * answer to the reset is counted as received.
 */
export class Chain {
  /** the last frame that was taken; undefined until one is known */
  at: LogPlace | undefined;
  /** a hole that refilling did not close: the log no longer has it, the origin's store does */
  private given: LogPlace | undefined;

  /** Frames between the last one taken and this one are missing. */
  misses({ after }: Linked): boolean {
    if (!this.at || !after || after.log !== this.at.log || after.seq <= this.at.seq) return false;
    return !(this.given?.log === this.at.log && this.given.seq === this.at.seq);
  }

  /** It was taken before and came again. */
  knows({ place, after }: Linked): boolean {
    return this.at !== undefined && after?.log === this.at.log && place <= this.at.seq;
  }

  take(frame: Linked): void {
    if (frame.after && !this.knows(frame)) this.at = { log: frame.after.log, seq: frame.place };
  }

  /** The log goes on behind what was taken. A log that was made anew is behind us from its beginning. */
  behind(end: LogPlace): boolean {
    if (this.at && this.at.log !== end.log) this.at = { log: end.log, seq: 0 };
    return end.seq > (this.at?.seq ?? 0);
  }

  /** The copy is filled again from here: a hole at the same place is then the log's own. */
  refilled(): void {
    this.given = this.at;
  }
}
