import type { CallStats, Ladder } from "./contract.ts";
import type { Life } from "./life.ts";
import type { Sitting } from "./sitting.ts";
import { availableOf, receivedOf, reportOf, rttOf, sentOf } from "./stats.ts";

/** Figures of a seat; null while it has no media. */
export async function statsOf(sitting: Sitting | null, ladder: Ladder): Promise<CallStats | null> {
  const life = sitting?.present;
  if (!sitting || !life) return null;
  const [details, seal] = await Promise.all([detailsOf(life), sitting.seal.stats()]);
  return { seat: sitting.seat, life: life.life, ladder, ...details, seal };
}

/** What the connections of a life have carried. */
async function detailsOf({
  sender,
  receiver,
}: Life): Promise<Pick<CallStats, "rtt" | "available" | "sent" | "received">> {
  const [sending, receiving] = await Promise.all([reportOf(sender.pc), reportOf(receiver.pc)]);
  const lines = new Map(sender.tracks().map(({ mid, track }) => [mid, track]));
  const arriving = [...receiver.arriving.values()];
  const mids = new Map(receiver.pc.getTransceivers().map((line) => [line.mid, line.receiver.track]));
  return {
    rtt: rttOf(sending) ?? rttOf(receiving),
    available: availableOf(sending),
    sent: sentOf(sending, (mid) => lines.get(mid)),
    received: receivedOf(receiving, (id, mid) => {
      const found = arriving.find(({ media }) => media.id === id || media === mids.get(mid));
      return found && { seat: found.seat, track: found.track };
    }),
  };
}
