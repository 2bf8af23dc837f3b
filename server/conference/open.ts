import { join } from "node:path";
import type { Province } from "#protocol/ids";
import type { CallSettings } from "../config.ts";
import type { Evidence } from "../domain/calls/judge.ts";
import type { FleetProvince } from "../fleet.ts";
import type { Log } from "../log.ts";
import type { CallReadings } from "../metrics.ts";
import { type Conference, openConference } from "./conference.ts";
import { openJanusGateway } from "./janus/gateway.ts";
import { MediaReadings } from "./media-readings.ts";
import type { Membership, Peers } from "./ports.ts";
import { joinProvinces } from "./trunks-provinces.ts";
import { iceServers } from "./turn.ts";

/** What the node gives its calls. */
export interface CallsAround {
  province: Province;
  provinces: readonly FleetProvince[];
  /** the node's data folder; the gateway's own is in it */
  data: string;
  settings: CallSettings & { media: string };
  peers: Peers;
  members: Membership;
  evidence: Evidence;
  sign: (text: string) => string;
  now: () => number;
  count: (name: string, by?: number) => void;
  log: Log;
}

export interface OpenCalls {
  conference: Conference;
  readings(): CallReadings;
  /** Ends the calls of this node's people, then the gateway. */
  stop(): Promise<void>;
}

/**
 * Puts together what makes calls: the gateway of this province, the ways to those of others, and the conference between
 * them. The gateway is not waited for: until it is up, whoever begins a call is told to wait.
 * @throws AppError fix, in words for the operator, where Janus is missing or too old
 */
export function openCalls(around: CallsAround): OpenCalls {
  const { province, provinces, data, settings, peers, members, evidence, sign, now, count, log } = around;
  const own = openJanusGateway({
    binary: settings.janus,
    folder: join(data, "janus"),
    province,
    mediaHost: settings.media,
    rtpPorts: settings.ports,
    log,
    count,
  });
  const joined = joinProvinces({
    ...{ province, provinces, own, peers, now, log, listen: settings.media },
    admits: (from, call, seat) => conference.admits(call, from, seat),
    knows: (trunk) => conference.knows(trunk),
  });
  const { gateways, trunks, placement } = joined;
  const conference: Conference = openConference({
    ...{ province, gateway: own, gateways, trunks, placement, peers, members, evidence, sign, now, count },
    mintSeat: () => Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex"),
    ice: () => iceServers(settings.turn, now()),
    log,
  });
  const media = new MediaReadings(own, count);
  joined.start();
  media.start();
  own.start().catch((error) => log("error", "gateway.failed", { error: String(error) }));
  return {
    conference,
    readings: () => ({
      ...conference.status(),
      gatewayUp: own.state().at === "up",
      ...joined.readings(),
      media: media.last,
    }),
    async stop() {
      conference.stop();
      joined.stop();
      media.stop();
      await own.stop();
    },
  };
}
