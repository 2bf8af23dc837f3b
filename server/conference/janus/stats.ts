import type { Message } from "janode";
import type { SeatStats } from "../ports.ts";

/** Sums of one connection at one time. */
export interface Sums {
  /** milliseconds, of any clock that does not jump */
  at: number;
  packetsIn: number;
  lostIn: number;
  bytesIn: number;
  bytesOut: number;
  rtt: number | null;
}

/** Reads what the server tells of a handle (`handle_info`). Fields that are not there count as nothing. */
export function sumsOf(info: Message, at: number): Sums {
  const webrtc = (info.webrtc ?? {}) as Message;
  const media = Object.values((webrtc.media ?? {}) as Record<string, Message>);
  const sums: Sums = { at, packetsIn: 0, lostIn: 0, bytesIn: 0, bytesOut: 0, rtt: null };
  for (const stream of media) {
    const { in: came, out: went } = (stream.stats ?? {}) as { in?: Message; out?: Message };
    sums.packetsIn += number(came?.packets);
    sums.bytesIn += number(came?.bytes);
    sums.bytesOut += number(went?.bytes);
    for (const rtcp of Object.values((stream.rtcp ?? {}) as Record<string, Message>)) {
      sums.lostIn += Math.max(0, number(rtcp.lost));
      const rtt = number(rtcp.rtt);
      if (rtt > 0) sums.rtt = Math.max(sums.rtt ?? 0, rtt);
    }
  }
  return sums;
}

/** What happened between two readings: of the sending connection, and of the receiving one where there is one. */
export function between(
  was: Sums | undefined,
  send: Sums,
  had: Sums | undefined,
  receive: Sums | undefined,
): SeatStats {
  const lost = Math.max(0, send.lostIn - (was?.lostIn ?? 0));
  const came = Math.max(0, send.packetsIn - (was?.packetsIn ?? 0));
  return {
    lossIn: lost + came === 0 ? 0 : lost / (lost + came),
    rtt: send.rtt ?? receive?.rtt ?? null,
    kbpsIn: was ? rate(was.at, was.bytesIn, send.at, send.bytesIn) : 0,
    kbpsOut: had && receive ? rate(had.at, had.bytesOut, receive.at, receive.bytesOut) : 0,
  };
}

/** Kilobits a second. */
const rate = (from: number, before: number, to: number, after: number): number =>
  to > from ? Math.max(0, ((after - before) * 8) / (to - from)) : 0;

const number = (value: unknown): number => (typeof value === "number" && Number.isFinite(value) ? value : 0);
