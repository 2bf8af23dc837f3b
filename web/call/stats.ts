import type { SeatId, Track } from "#protocol/call";
import type { CallStats } from "./contract.ts";
import type { Sample } from "./ladder.ts";

/** One row of getStats (W3C WebRTC statistics); old browsers lack some, and some go by other names. */
type Row = Record<string, unknown> & { id: string; type: string };
export type Report = ReadonlyMap<string, Row>;

const num = (value: unknown): number => (typeof value === "number" ? value : 0);
const rows = (report: Report, ...types: string[]): Row[] =>
  [...report.values()].filter(({ type }) => types.includes(type));

export const reportOf = async (pc: RTCPeerConnection): Promise<Report> => (await pc.getStats()) as unknown as Report;

/** The pair of addresses in use. */
const pairOf = (report: Report): Row | undefined => {
  const chosen = rows(report, "transport").map(({ selectedCandidatePairId }) =>
    report.get(String(selectedCandidatePairId)),
  );
  return (
    chosen.find(Boolean) ?? rows(report, "candidate-pair").find((pair) => pair.nominated && pair.state === "succeeded")
  );
};

/** Milliseconds to the gateway and back. */
export function rttOf(report: Report): number | null {
  const seconds = pairOf(report)?.currentRoundTripTime;
  return typeof seconds === "number" ? Math.round(seconds * 1000) : null;
}

/** kb/s that the way out is thought to bear. */
export function availableOf(report: Report): number | null {
  const bits = pairOf(report)?.availableOutgoingBitrate;
  return typeof bits === "number" ? Math.round(bits / 1000) : null;
}

export function sentOf(report: Report, trackOf: (mid: string) => Track | undefined): CallStats["sent"] {
  return rows(report, "outbound-rtp").flatMap((row) => {
    const track = trackOf(String(row.mid));
    const { rid, bytesSent, packetsSent, framesEncoded, frameWidth, frameHeight } = row;
    if (!track) return [];
    return {
      ...{ track, layer: String(rid ?? ""), bytes: num(bytesSent), packets: num(packetsSent) },
      ...{ frames: num(framesEncoded), width: num(frameWidth), height: num(frameHeight) },
    };
  });
}

/** @param of whose stream it is, by the id of its track here */
export function receivedOf(
  report: Report,
  of: (trackId: string, mid: string) => { seat: SeatId; track: Track } | undefined,
): CallStats["received"] {
  return rows(report, "inbound-rtp").flatMap((row) => {
    // Chromium before 112 keeps sizes, sound and the track's id in rows of their own.
    const about: Partial<Row> = report.get(String(row.trackId)) ?? {};
    const whose = of(String(row.trackIdentifier ?? about.trackIdentifier), String(row.mid));
    if (!whose) return [];
    const either = (name: string): number => num(row[name] ?? about[name]);
    return {
      ...whose,
      ...{ bytes: num(row.bytesReceived), packets: num(row.packetsReceived), lost: Math.max(0, num(row.packetsLost)) },
      ...{ frames: either("framesDecoded"), width: either("frameWidth"), height: either("frameHeight") },
      energy: either("totalAudioEnergy"),
      samples: either("totalSamplesReceived"),
      // What is filled with silence is missed by nobody: nothing was sent then.
      concealed: Math.max(0, either("concealedSamples") - either("silentConcealedSamples")),
    };
  });
}

/** Counts of packets, to be told apart from those of a while ago. */
export interface Counted {
  received: number;
  lost: number;
  /** bytes, and by when in milliseconds */
  sent: number;
  at: number;
}

/** Share of what is thought to be available that must be sent before that is believed: what was not tried is guessed too low. */
const USED = 0.85;

/** How it does now: loss of both ways, delay, what the way out bears, what holds the encoder back. */
export function sampleOf(sending: Report, receiving: Report, before: Counted): { sample: Sample; counted: Counted } {
  const inbound = rows(receiving, "inbound-rtp");
  const counted = {
    received: inbound.reduce((sum, row) => sum + num(row.packetsReceived), 0),
    lost: inbound.reduce((sum, row) => sum + Math.max(0, num(row.packetsLost)), 0),
    sent: rows(sending, "outbound-rtp").reduce((sum, row) => sum + num(row.bytesSent), 0),
    at: Math.max(0, ...rows(sending, "outbound-rtp").map((row) => num(row.timestamp))),
  };
  const kbps = ((counted.sent - before.sent) * 8) / Math.max(1, counted.at - before.at);
  const available = availableOf(sending);
  const lost = Math.max(0, counted.lost - before.lost);
  const all = lost + Math.max(0, counted.received - before.received);
  // Of a few packets one lost says nothing.
  const lossIn = all >= 10 ? lost / all : 0;
  const lossOut = Math.max(0, ...rows(sending, "remote-inbound-rtp").map((row) => num(row.fractionLost)));
  const reasons = rows(sending, "outbound-rtp").map(({ qualityLimitationReason }) => qualityLimitationReason);
  return {
    sample: {
      loss: Math.max(lossIn, lossOut),
      rtt: rttOf(sending) ?? rttOf(receiving),
      // Browsers think a way bears little more than what goes out on it: who sends little has no weak line for that.
      available: available !== null && kbps > 0 && kbps >= available * USED ? available : null,
      limited: reasons.includes("cpu") ? "cpu" : reasons.includes("bandwidth") ? "bandwidth" : "none",
    },
    counted,
  };
}

/** As shown to all: 3 good, 2 fair, 1 poor. */
export function levelOf({ loss, rtt }: Sample): 1 | 2 | 3 {
  if (loss > 0.1 || (rtt ?? 0) > 1000) return 1;
  return loss > 0.03 || (rtt ?? 0) > 400 ? 2 : 3;
}
