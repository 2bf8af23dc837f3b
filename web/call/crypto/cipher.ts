import type { SeatId } from "#protocol/call";
import { type Epoch, EpochRing, epochId, kidSeat, senderKey } from "./epoch.ts";
import { type MediaKind, openFrame, type QuietGate, readFrame, type SealedFrame, sealFrame } from "./frame.ts";
import { ReplayWindow } from "./replay.ts";
import type { Bytes, FrameKey } from "./sframe.ts";

/** Frames of one seat: of oneself those sent, of others those that came. Each frame counts once. */
export interface SealCounts {
  encrypted: number;
  decoded: number;
  /** no key is here for it: not sent, or not played */
  noKey: number;
  /** its tag did not verify */
  wrongKey: number;
  /** it names another seat: a line that changes hands brings some frames of its former one; more is a gateway's doing */
  astray: number;
  /** malformed */
  failed: number;
  /** seen before: browsers hand the first key frames on again while a decoder is made; else it is a gateway's doing */
  repeated: number;
  /** quiet ones that were left out */
  quiet: number;
}

interface Incoming {
  key: Promise<FrameKey>;
  window: ReplayWindow;
}

/**
 * Seals what one seat sends and opens what it receives. Without a key nothing is sent and nothing is played; frames
 * pass as they are only in a call that was opened by a host.
 */
export class FrameCipher {
  private readonly ring = new EpochRing();
  private readonly outgoing = new Map<string, Promise<FrameKey>>();
  private readonly incoming = new Map<SeatId, Map<string, Incoming>>();
  private readonly counts = new Map<SeatId, SealCounts>();
  private opened = false;

  constructor(private readonly me: SeatId) {}

  setEpochs(use: Epoch | null, hold: readonly Epoch[]): void {
    this.ring.set(use, hold);
    for (const id of this.outgoing.keys()) if (!this.ring.has(id)) this.outgoing.delete(id);
    for (const [seat, keys] of this.incoming) {
      for (const id of keys.keys()) if (!this.ring.has(id)) keys.delete(id);
      if (keys.size === 0) this.incoming.delete(seat);
    }
  }

  setOpen(on: boolean): void {
    this.opened = on;
  }

  stats(): Record<SeatId, SealCounts> {
    return Object.fromEntries([...this.counts].map(([seat, counts]) => [seat, { ...counts }]));
  }

  /** What to send in the frame's place; null for nothing. */
  async seal(kind: MediaKind, gate: QuietGate, frame: Bytes): Promise<Bytes | null> {
    if (this.opened) return frame;
    const mine = this.count(this.me);
    if (frame.length === 0) return null;
    if (!gate.passes(kind, frame)) {
      mine.quiet++;
      return null;
    }
    // Taken before anything is awaited, so that frames of several tracks never get the same counter.
    const taken = this.ring.take();
    if (!taken) {
      mine.noKey++;
      return null;
    }
    const sealed = await sealFrame(kind, frame, await this.keyFor(taken.epoch), taken.counter);
    if (sealed) mine.encrypted++;
    else mine.failed++;
    return sealed;
  }

  /** What to play in the frame's place; null for nothing. */
  async open(kind: MediaKind, seat: SeatId, frame: Bytes): Promise<Bytes | null> {
    if (frame.length === 0) return null;
    const counts = this.count(seat);
    const read = readFrame(kind, frame);
    const theirs = read !== undefined && read.header.kid % 2 ** 24 === kidSeat(seat);
    // Others may seal a moment longer than we do: what names its sender's key is still opened, never played as it is.
    if (this.opened && !theirs) return frame;
    if (!read) counts.failed++;
    else if (!theirs) counts.astray++;
    else return this.unseal(read, seat, counts);
    return null;
  }

  private async unseal(read: SealedFrame, seat: SeatId, counts: SealCounts): Promise<Bytes | null> {
    const epochs = this.ring.of(read.header.kid);
    let outcome: "noKey" | "wrongKey" | "repeated" = "noKey";
    // Two keyers may have numbered alike: then both are tried.
    for (const epoch of epochs) {
      const { key, window } = this.keyOf(epoch, seat);
      if (window.seen(read.header.counter)) {
        outcome = "repeated";
        continue;
      }
      const plain = await openFrame(read, await key);
      if (plain && window.take(read.header.counter)) {
        counts.decoded++;
        return plain;
      }
      outcome = plain ? "repeated" : "wrongKey";
    }
    counts[outcome]++;
    return null;
  }

  private keyFor(epoch: Epoch): Promise<FrameKey> {
    const known = this.outgoing.get(epochId(epoch));
    if (known) return known;
    const made = senderKey(epoch, this.me, "encrypt");
    this.outgoing.set(epochId(epoch), made);
    return made;
  }

  private keyOf(epoch: Epoch, seat: SeatId): Incoming {
    const keys = this.incoming.get(seat) ?? new Map<string, Incoming>();
    this.incoming.set(seat, keys);
    const known = keys.get(epochId(epoch));
    if (known) return known;
    const entry = { key: senderKey(epoch, seat, "decrypt"), window: new ReplayWindow() };
    keys.set(epochId(epoch), entry);
    return entry;
  }

  private count(seat: SeatId): SealCounts {
    let counts = this.counts.get(seat);
    if (!counts) {
      counts = { encrypted: 0, decoded: 0, noKey: 0, wrongKey: 0, astray: 0, failed: 0, repeated: 0, quiet: 0 };
      this.counts.set(seat, counts);
    }
    return counts;
  }
}
