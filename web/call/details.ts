import type { CallStats } from "./contract.ts";
import type { Life } from "./life.ts";
import { availableOf, receivedOf, reportOf, rttOf, sentOf } from "./stats.ts";

/** What the connections of a life have carried. */
export async function detailsOf({
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
    received: receivedOf(receiving, (id, mid) =>
      arriving.find(({ media }) => media.id === id || media === mids.get(mid)),
    ).map(
      ({ media: _, stream: __, ...row }: CallStats["received"][number] & { media?: unknown; stream?: unknown }) => row,
    ),
  };
}
