import type { Province } from "#protocol/ids";
import type { Place } from "./deciding.ts";
import type { GatewayState, MediaGateway } from "./ports.ts";

/** A gateway that is gone for so long is given up for another one. */
const PATIENCE_MS = 1_500;
/** One that came back must hold for so long before seats go back to it. */
const TRUST_MS = 10_000;

interface Station {
  gateway: MediaGateway;
  stop: () => void;
  /** since when it is as usable as it is now; milliseconds since 1970 */
  since: number;
  isUsable: boolean;
}

const isUsable = (state: GatewayState): boolean => state.at === "up" || state.at === "lost";

/** The media gateways that this node can reach, and which one a seat is to stand on. */
export class Stations {
  private readonly stations = new Map<Province, Station>();

  constructor(
    private readonly own: MediaGateway,
    private readonly others: (province: Province) => MediaGateway | undefined,
    private readonly now: () => number,
    private readonly changed: (province: Province, state: GatewayState) => void,
  ) {
    this.watch(own, 0);
  }

  stop(): void {
    for (const { stop } of this.stations.values()) stop();
    this.stations.clear();
  }

  get(province: Province): MediaGateway | undefined {
    return this.find(province)?.gateway;
  }

  /**
   * Where a seat is to stand. It stays where it is for a while when that gateway is gone, then goes where the call is to
   * be, home, or to whichever other one can be reached.
   */
  choose(place: Place, current: MediaGateway | undefined, candidates: readonly Province[]): MediaGateway | undefined {
    const target = place.mode === "one" ? place.at : this.own.province;
    const now = this.now();
    const standing = current && this.find(current.province);
    if (standing && standing.gateway === current) {
      if (!standing.isUsable && now - standing.since < PATIENCE_MS) return current;
      const better = current.province === target ? undefined : this.find(target);
      const isBetter = better?.isUsable && now - better.since >= TRUST_MS;
      if (standing.isUsable) return isBetter ? better.gateway : current;
    }
    for (const province of [target, this.own.province, ...candidates]) {
      const station = this.find(province);
      if (station?.isUsable) return station.gateway;
    }
    return undefined;
  }

  private find(province: Province): Station | undefined {
    const gateway = province === this.own.province ? this.own : this.others(province);
    const known = this.stations.get(province);
    if (known && known.gateway === gateway) return known;
    known?.stop();
    this.stations.delete(province);
    return gateway && this.watch(gateway, this.now());
  }

  private watch(gateway: MediaGateway, since: number): Station {
    const station: Station = { gateway, since, isUsable: isUsable(gateway.state()), stop: () => {} };
    station.stop = gateway.onState((state) => {
      if (isUsable(state) !== station.isUsable) {
        station.isUsable = isUsable(state);
        station.since = this.now();
      }
      this.changed(gateway.province, state);
    });
    this.stations.set(gateway.province, station);
    return station;
  }
}
