import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { FleetProvince } from "../fleet.ts";
import type { CallMessage } from "./message.ts";
import type { Placement, Trunk, Trunks } from "./deciding.ts";
import { Placer } from "./placement.ts";
import type { GatewayState, MediaGateway, Peers } from "./ports.ts";
import { Prober } from "./probe.ts";
import { Ways } from "./probe-ways.ts";
import { RemoteGateway } from "./remote-gateway.ts";
import { GatewayHost } from "./remote-gateway-host.ts";
import { CascadeTrunks } from "./trunks.ts";

/** A gateway that is gone for a moment comes back sooner than people are moved; milliseconds. */
const PATIENCE = 3_000;

interface JoinParts {
  province: Province;
  /** the fleet's table */
  provinces: readonly FleetProvince[];
  /** this province's own gateway */
  own: MediaGateway;
  /** IPv4 of this machine on which its prober listens */
  listen: string;
  peers: Peers;
  /** Whether a province may have this seat of a call on our gateway. */
  admits(from: Province, call: CallId, seat: SeatId): boolean;
  /** Whether there is such a feed in a call that this node knows of; absent: believed. */
  knows?(trunk: Trunk): boolean;
  /** milliseconds since 1970 */
  now(): number;
  log(level: "warn", event: string, fields: Record<string, string>): void;
}

/** What joins provinces in a call. */
export interface Joined {
  /** the gateway of a province: our own, or another's through its node */
  gateways(province: Province): MediaGateway | undefined;
  trunks: Trunks;
  placement: Placement;
  /** feeds that come here from other gateways, and the measured loss on the way to each province, 0 to 1 */
  readings(): { trunks: number; trunkLoss: Record<Province, number> };
  start(): void;
  stop(): void;
}

/** Puts together the ways to other provinces' gateways, what is measured of them, and what crosses. */
export function joinProvinces(parts: JoinParts): Joined {
  const { province, provinces, own, listen, peers, admits, now, log } = parts;
  const media = new Map(provinces.map((one) => [one.code, one.media]));
  const others = provinces.map(({ code }) => code).filter((code) => code !== province);
  const hostOf = (one: Province) => media.get(one)?.host;
  const remotes = new Map(others.map((code) => [code, new RemoteGateway({ province: code, peers, now })]));
  const gateways = (one: Province): MediaGateway | undefined => (one === province ? own : remotes.get(one));
  const trunks: CascadeTrunks = new CascadeTrunks({
    ...{ province, gateways, hostOf, peers, now },
    hosts: (from, call) => host.hosts(from, call),
    knows: (trunk) => parts.knows?.(trunk) ?? true,
  });
  const host = new GatewayHost({
    ...{ gateway: own, peers, hostOf, admits, now },
    taken: (call, seat) => trunks.holds(call, seat),
  });
  const prober = new Prober({
    listen: { host: listen, port: media.get(province)?.probe ?? 0 },
    mediaOf: (one) => media.get(one),
    isUp: (one) => peers.links().some((link) => link.province === one && link.up),
    tell: (to, cookie) =>
      peers.send(to, { t: "call", is: "trunk", body: { is: "probe", cookie } } satisfies CallMessage),
    now,
  });
  const ways = new Ways({ province, prober, gateway: own, peers, now });
  const isUsable = (one: Province): boolean => {
    const state = gateways(one)?.state();
    return state !== undefined && (one === province ? isHere(state, now()) : isThere(state, now()));
  };
  const placer = new Placer(() => ({
    now: now(),
    isUsable,
    isJoined: (a, b) => media.get(a) !== undefined && media.get(b) !== undefined,
    between: (a, b) => ways.between(a, b),
    accessOf: (one) => ways.accessOf(one),
  }));
  const stops: (() => void)[] = [];
  return {
    gateways,
    trunks,
    placement: (state) => {
      if (state.seats.size > 1) ways.watch(state.seats.keys());
      return placer.place(state);
    },
    readings: () => ({
      trunks: trunks.size,
      trunkLoss: Object.fromEntries(
        others.flatMap((one) => {
          const { loss } = prober.reading(one);
          return loss === null ? [] : [[one, loss]];
        }),
      ),
    }),
    start() {
      for (const remote of remotes.values()) remote.start();
      host.start();
      trunks.start();
      ways.start();
      stops.push(
        peers.listen((from, message) => {
          const { t, is, body } = (message ?? {}) as Partial<CallMessage & { body: unknown }>;
          const probe = (body ?? {}) as { is?: unknown; cookie?: unknown };
          if (t === "call" && is === "trunk" && probe.is === "probe") prober.hear(from, probe.cookie);
        }),
      );
      // Without it the ways are not measured; calls go on.
      prober.start().catch((error) => log("warn", "prober.failed", { error: String(error) }));
    },
    stop() {
      for (const stop of stops.splice(0)) stop();
      prober.stop();
      ways.stop();
      trunks.stop();
      host.stop();
      for (const remote of remotes.values()) remote.stop();
    },
  };
}

/** Our own: while only the connection to it is lost, its media goes on. */
const isHere = (state: GatewayState, now: number): boolean => state.at !== "down" || now - state.since < PATIENCE;

const isThere = (state: GatewayState, now: number): boolean =>
  state.at === "up" || state.at === "starting" || now - state.since < PATIENCE;
