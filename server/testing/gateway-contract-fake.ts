import type { SeatId, Track } from "#protocol/call";
import type { Province } from "#protocol/ids";
import { type FakeGateway, FakeWorld } from "./fake-gateway.ts";
import type { GatewaysUnderTest, GatewayUnderTest, Peer } from "./gateway-contract-sitting.ts";

/** A browser without media: what flows is read off the gateway. */
class FakePeer implements Peer {
  private readonly mids = new Map<Track, string>();
  private readonly counts = new Map<string, number>();

  constructor(
    private readonly gateway: FakeGateway,
    private readonly seat: SeatId,
  ) {}

  async offer(tracks: readonly Track[]) {
    for (const track of tracks) if (!this.mids.has(track)) this.mids.set(track, `${this.mids.size}`);
    return { sdp: "v=0", tracks: tracks.map((track) => ({ mid: this.mids.get(track) as string, track })) };
  }

  async accept(): Promise<void> {
    this.gateway.mediaUp(this.seat);
  }

  async answer(): Promise<string> {
    return "v=0";
  }

  async received(): Promise<ReadonlyMap<string, number>> {
    for (const mid of this.gateway.flowing(this.seat)) this.counts.set(mid, (this.counts.get(mid) ?? 0) + 1);
    return this.counts;
  }

  async speak(on: boolean): Promise<void> {
    this.gateway.speak(this.seat, on);
  }

  async close(): Promise<void> {
    if (this.gateway.sends(this.seat)) this.gateway.mediaUp(this.seat, "send", false);
  }
}

/** The fake as its contract sees it. */
export async function fakeGateways(): Promise<GatewaysUnderTest> {
  const world = new FakeWorld();
  const held = new Map<Province, GatewayUnderTest>();
  for (const province of ["is", "pb"]) {
    const gateway = world.add(province);
    const fail = async () => {
      gateway.die();
      setTimeout(() => gateway.restart(), 50);
    };
    held.set(province, {
      gateway,
      host: gateway.host,
      peer: async (seat) => new FakePeer(gateway, seat),
      kill: fail,
      freeze: fail,
      control: async (there) => (there ? gateway.regainControl() : gateway.loseControl()),
    });
  }
  return { at: (province) => held.get(province) as GatewayUnderTest, close: async () => {} };
}
