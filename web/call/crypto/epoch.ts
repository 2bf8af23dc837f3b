import type { SeatId } from "#protocol/call";
import { type Bytes, concat, type FrameKey, frameKey } from "./sframe.ts";

/** One secret of a call, which all seats of its time share. Each `keyer` numbers its own upwards, never one twice. */
export interface Epoch {
  n: number;
  keyer: SeatId;
  /** 32 bytes */
  secret: Bytes;
}

/** Most epochs that are held at once: the one in use, and those that frames on their way may need. */
export const HELD_EPOCHS = 3;

export const epochId = ({ n, keyer }: Epoch): string => `${n} ${keyer}`;

/** What of a key id tells the sender: the first six hex digits of its seat. */
export const kidSeat = (seat: SeatId): number => Number.parseInt(seat.slice(0, 6), 16);

/** Two keyers who act at the same moment take the same number: who of them it was tells their epochs apart. */
const tagOf = ({ n, keyer }: Epoch): number => (n + Number.parseInt(keyer.slice(0, 2), 16)) % 256;

/** Eight bits of the epoch, then 24 of the seat. */
export const kidOf = (epoch: Epoch, seat: SeatId): number => tagOf(epoch) * 2 ** 24 + kidSeat(seat);

/** A sender's own key in an epoch: no two senders ever share one (RFC 9605, section 4.4.1). */
export async function senderKey(epoch: Epoch, seat: SeatId, use: "encrypt" | "decrypt"): Promise<FrameKey> {
  const secret = await crypto.subtle.importKey("raw", epoch.secret, "HKDF", false, ["deriveBits"]);
  const text = new TextEncoder();
  const info = concat(text.encode("beep call sender v1"), text.encode(seat));
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info };
  return frameKey(kidOf(epoch, seat), new Uint8Array(await crypto.subtle.deriveBits(how, secret, 128)), use);
}

/** The epochs that are held, and the counter of each for sending. */
export class EpochRing {
  private slots = new Map<string, { epoch: Epoch; counter: number }>();
  private readonly retired = new Set<string>();
  private using: string | null = null;

  /** An epoch that was once forgotten does not come back: its counter would begin again under the same key. */
  set(use: Epoch | null, hold: readonly Epoch[]): void {
    const next: typeof this.slots = new Map();
    for (const epoch of hold.slice(0, HELD_EPOCHS)) {
      const id = epochId(epoch);
      if (!this.retired.has(id)) next.set(id, this.slots.get(id) ?? { epoch, counter: 0 });
    }
    for (const id of this.slots.keys()) if (!next.has(id)) this.retired.add(id);
    this.slots = next;
    this.using = use && next.has(epochId(use)) ? epochId(use) : null;
  }

  /** The epoch to seal the next frame with, and a counter that is taken thereby; null where there is no key. */
  take(): { epoch: Epoch; counter: number } | null {
    const slot = this.using === null ? undefined : this.slots.get(this.using);
    return slot ? { epoch: slot.epoch, counter: slot.counter++ } : null;
  }

  has(id: string): boolean {
    return this.slots.has(id);
  }

  /** Held epochs that a key id may speak of, newest first. */
  of(kid: number): Epoch[] {
    const tag = Math.floor(kid / 2 ** 24);
    const found = [...this.slots.values()].map(({ epoch }) => epoch).filter((epoch) => tagOf(epoch) === tag);
    return found.sort((a, b) => b.n - a.n);
  }
}
