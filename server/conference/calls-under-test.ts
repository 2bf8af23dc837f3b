import type { SeatId } from "#protocol/call";
import type { PersonId, Province, RoomId } from "#protocol/ids";
import type { RoomKind } from "#protocol/room";
import { type FakeGateway, FakeWorld } from "../testing/fake-gateway.ts";
import { type Door, person, ROOM, TestClient } from "./caller-under-test.ts";
import { TestChannel, TestClock } from "./channel-under-test.ts";
import { type Conference, openConference } from "./conference.ts";
import { type Placement, simplePlacement } from "./deciding.ts";
import { TestDevices } from "./orders-under-test.ts";
import type { MediaGateway, Membership } from "./ports.ts";
import { CascadeTrunks } from "./trunks.ts";

interface TestRoom {
  kind: RoomKind;
  /** people by name, the first is the owner (not in a conversation of two) */
  members: readonly PersonId[];
}

/** Provinces with a conference each, on gateways without media. */
export class TestProvinces {
  readonly clock = new TestClock();
  readonly channel: TestChannel;
  readonly world = new FakeWorld();
  readonly devices = new TestDevices();
  readonly nodes = new Map<Province, TestNode>();
  readonly rooms = new Map<RoomId, TestRoom>();
  /** where people are at home */
  readonly homes = new Map<PersonId, Province>();
  placement: Placement = simplePlacement;
  private minted = 0;

  constructor(
    readonly provinces: readonly Province[],
    random?: () => number,
  ) {
    this.channel = new TestChannel(this.clock, provinces, random);
    for (const province of provinces) this.world.add(province);
    for (const province of provinces) this.nodes.set(province, new TestNode(province, this));
  }

  node(province: Province): TestNode {
    return this.nodes.get(province) as TestNode;
  }

  gateway(province: Province): FakeGateway {
    return this.world.gateways.get(province) as FakeGateway;
  }

  reach(from: Province, to: Province): MediaGateway | undefined {
    const up =
      from === to ||
      this.channel
        .port(from)
        .links()
        .some((link) => link.province === to && link.up);
    return up ? this.gateway(to) : undefined;
  }

  /** People of a room, named `province:name`. */
  room(kind: RoomKind, ...names: string[]): void {
    const members = names.map((name) => {
      const [home, own] = name.split(":") as [Province, string];
      this.homes.set(person(own), home);
      return person(own);
    });
    this.rooms.set(ROOM, { kind, members });
  }

  readonly members: Membership = {
    roleOf: (id, one) => {
      const room = this.rooms.get(id);
      const at = room?.members.indexOf(one) ?? -1;
      if (at < 0) return undefined;
      return at === 0 && room?.kind !== "direct" ? "owner" : "member";
    },
    membersOf: (id) => this.rooms.get(id)?.members ?? [],
    isOpen: (id, one) => this.members.roleOf(id, one) !== undefined,
    blocks: () => false,
    provincesOf: (id) => [...new Set(this.rooms.get(id)?.members.map((one) => this.homes.get(one) as Province) ?? [])],
    kindOf: (id) => this.rooms.get(id)?.kind as ReturnType<Membership["kindOf"]>,
    provinceOf: (one) => this.homes.get(one),
  };

  mintSeat = (): SeatId => (++this.minted).toString(16).padStart(16, "0");
  run = (ms: number) => this.clock.run(ms);

  stop(): void {
    for (const node of this.nodes.values()) node.stop();
  }
}

class TestNode implements Door {
  conference!: Conference;
  readonly clients: TestClient[] = [];
  readonly counts = new Map<string, number>();
  private trunks!: CascadeTrunks;

  constructor(
    readonly province: Province,
    readonly all: TestProvinces,
  ) {
    this.start();
  }

  /** A new life of the node: nothing is left of the former one. */
  start(): void {
    const { province, all } = this;
    const peers = all.channel.port(province);
    const now = () => all.clock.now;
    this.trunks = new CascadeTrunks({
      province,
      gateways: (other) => all.reach(province, other),
      hostOf: (other) => `${other}.test`,
      peers,
      now,
      later: all.clock.after,
    });
    this.trunks.start(false);
    all.clock.every(250, () => this.trunks.tick());
    this.conference = openConference({
      province,
      gateway: all.gateway(province),
      gateways: (other) => all.reach(province, other),
      trunks: this.trunks,
      placement: (state) => all.placement(state),
      peers,
      members: all.members,
      evidence: all.devices,
      sign: (text) => `${province} ${text}`,
      now,
      mintSeat: all.mintSeat,
      ice: () => [],
      count: (name, by = 1) => void this.counts.set(name, (this.counts.get(name) ?? 0) + by),
      log: () => {},
      timers: all.clock,
    });
    this.conference.open({
      of: (one) => this.clients.filter((client) => client.person === one),
      people: () => this.clients.map((client) => client.person),
      crowd: 10_000,
    });
  }

  stop(): void {
    this.conference.stop();
    this.trunks.stop();
  }

  gateway(province: Province): FakeGateway {
    return this.all.gateway(province);
  }

  get devices(): TestDevices {
    return this.all.devices;
  }
  now = (): number => this.all.clock.now;

  client(name: string, device = name): TestClient {
    const client = new TestClient(this, person(name), person(`device-${device}`));
    this.clients.push(client);
    this.conference.greet(client);
    return client;
  }
}
