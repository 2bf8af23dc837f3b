import type { Report } from "./stats.ts";

/** So long a voice may arrive unplayed, in milliseconds, and so many packets of it: five seconds of speech. */
const PATIENT_MS = 8000;
const PACKETS = 250;
/** A seat is taken anew for this no more often than that. */
const AGAIN_MS = 60_000;

/**
 * Notices a voice that arrives and is never played, while others are. On a machine that was very busy when the
 * connection came about, browsers have let all frames of a line vanish behind its decryption, for good; nothing else
 * tells of it, and a new connection mends it. Where nothing at all is played, the page may not play sound.
 */
export class Deaf {
  private readonly lines = new Map<string, { first: number; at: number; last: number }>();
  private mended = Number.NEGATIVE_INFINITY;

  /** @returns whether the connection should begin anew */
  take(receiving: Report, now: number): boolean {
    let plays = false;
    let unplayed = false;
    for (const row of receiving.values()) {
      const { id, type, kind, totalSamplesReceived: samples, packetsReceived: packets } = row;
      // Older browsers count neither here.
      if (type !== "inbound-rtp" || kind !== "audio" || typeof samples !== "number" || typeof packets !== "number")
        continue;
      if (samples > 0) {
        plays = true;
        this.lines.delete(id);
        continue;
      }
      const known = this.lines.get(id);
      // Another connection counts from the beginning.
      const line = known && known.last <= packets ? known : { first: packets, at: now, last: packets };
      line.last = packets;
      this.lines.set(id, line);
      if (packets - line.first >= PACKETS && now - line.at >= PATIENT_MS) unplayed = true;
    }
    if (!plays || !unplayed || now - this.mended < AGAIN_MS) return false;
    this.mended = now;
    this.lines.clear();
    return true;
  }
}
