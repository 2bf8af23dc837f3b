import type { SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import type { TrunkEnd } from "../ports.ts";
import { Refused } from "./line.ts";
import { ID_EXISTS, type Place } from "./place.ts";
import { told, unknownFeed } from "./refusals.ts";
import { Turns } from "./turns.ts";

interface Departure {
  seat: SeatId;
  to: Province;
  /** the feed's name */
  feed: string;
  end: TrunkEnd;
}

/** Feeds of a call that are sent on to other gateways. */
export class Departures {
  private readonly held = new Map<string, Departure>();
  private readonly turns = new Turns();

  constructor(
    private readonly place: Place,
    private readonly secret: () => string,
    /** the name of the seat's feed, while its media is there */
    private readonly feedOf: (seat: SeatId) => string | undefined,
  ) {}

  forward(seat: SeatId, to: Province, end: TrunkEnd): Promise<void> {
    return this.turns
      .take(async () => {
        const feed = this.feedOf(seat);
        if (!feed) throw unknownFeed();
        const known = this.held.get(key(seat, to));
        if (known?.feed === feed && Bun.deepEquals(known.end, end)) return;
        if (known) await this.end(known);
        const departure = { seat, to, feed, end };
        await this.begin(departure).catch(async (error) => {
          if (!(error instanceof Refused && error.code === ID_EXISTS)) throw error;
          await this.end(departure);
          await this.begin(departure);
        });
        this.held.set(key(seat, to), departure);
      })
      .catch((error) => {
        throw told(error);
      });
  }

  unforward(seat: SeatId, to: Province): Promise<void> {
    return this.turns.take(async () => {
      const known = this.held.get(key(seat, to));
      if (known) await this.end(known).catch(() => {});
    });
  }

  /** A feed that is gone took its ways with it. */
  tidy(): void {
    for (const [name, { seat, feed }] of this.held) if (this.feedOf(seat) !== feed) this.held.delete(name);
  }

  private async begin({ feed, to, end }: Departure): Promise<void> {
    await this.place.ask({
      request: "publish_remotely",
      admin_key: this.secret(),
      publisher_id: feed,
      remote_id: to,
      host: end.host,
      host_family: "ipv4",
      port: end.port,
      rtcp_port: end.rtcpPort,
      ...(end.srtp ? { srtp_suite: end.srtp.suite, srtp_crypto: end.srtp.key } : {}),
    });
  }

  private async end({ seat, to, feed }: Departure): Promise<void> {
    this.held.delete(key(seat, to));
    await this.place
      .ask({ request: "unpublish_remotely", admin_key: this.secret(), publisher_id: feed, remote_id: to })
      .catch((error) => {
        if (!(error instanceof Refused)) throw error;
      });
  }
}

const key = (seat: SeatId, to: Province): string => `${seat} ${to}`;
