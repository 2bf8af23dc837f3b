import { expect, test } from "bun:test";
import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import { AppError } from "../domain/error.ts";
import { pick, type Random, randomOf } from "../testing/fleet-schedule.ts";
import { MemoryPeers } from "../testing/memory-peers.ts";
import type { Feed, GatewayState, MediaGateway, TrunkEnd } from "./ports.ts";
import { CascadeTrunks } from "./trunks.ts";

const CALL: CallId = "0".repeat(31).concat("c");
const PROVINCES: Province[] = ["is", "pb", "sd"];

/** A gateway whose answers come when the test says, late, or never although the work was done. */
class HeldGateway implements MediaGateway {
  readonly accepted = new Map<SeatId, { life: number; port: number }>();
  readonly forwards = new Map<string, TrunkEnd>();
  readonly waiting: (() => void)[] = [];
  flaky = true;
  private life = 1;
  private ports = 10_000;
  private readonly listeners = new Set<(state: GatewayState) => void>();

  constructor(
    readonly province: Province,
    private readonly random: Random,
  ) {}

  state = (): GatewayState => ({ at: "up", life: this.life });
  onState(listener: (state: GatewayState) => void) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  restart(): void {
    this.life++;
    this.accepted.clear();
    this.forwards.clear();
    for (const listener of [...this.listeners]) listener(this.state());
  }

  accept = (_call: CallId, { seat, life }: Feed) =>
    this.work(() => {
      this.ports += 2;
      const port = this.ports;
      this.accepted.set(seat, { life, port });
      return { port, rtcpPort: port + 1 };
    });
  drop = (_call: CallId, seat: SeatId) => this.work(() => void this.accepted.delete(seat), false);
  forward = (_call: CallId, seat: SeatId, to: Province, end: TrunkEnd) =>
    this.work(() => {
      if (this.forwards.has(`${seat} ${to}`)) throw new Error("it crosses twice");
      this.forwards.set(`${seat} ${to}`, end);
    });
  unforward = (_call: CallId, seat: SeatId, to: Province) =>
    this.work(() => void this.forwards.delete(`${seat} ${to}`), false);
  seat = () => Promise.reject(new Error("no seats here"));
  close = () => Promise.resolve();
  stats = () => Promise.resolve(new Map());

  private work<T>(done: () => T, mayFail = true): Promise<T> {
    const life = this.life;
    return new Promise((resolve, reject) => {
      this.waiting.push(() => {
        const luck = mayFail && this.flaky ? this.random() : 1;
        const away = new AppError("wait", "away");
        if (luck < 0.1 || (life !== this.life && mayFail)) return reject(away);
        if (life !== this.life) return resolve(undefined as T);
        const value = done();
        if (luck < 0.2) reject(away);
        else resolve(value);
      });
    });
  }
}

/** Three provinces with two seats each, and the truth about who wants what. */
class Model {
  now = 1_000_000;
  readonly peers: MemoryPeers;
  readonly gateways = new Map<Province, HeldGateway>();
  readonly trunks = new Map<Province, CascadeTrunks>();
  readonly lives = new Map<SeatId, { home: Province; life: number; sends: boolean }>();
  /** by province, seats of others it wants */
  readonly wanted = new Map<Province, Set<SeatId>>();
  readonly arrived = new Map<Province, Map<SeatId, number>>();
  readonly faults: { random: Random; loss: number; twice: number; late: number };

  constructor(readonly random: Random) {
    this.faults = { random, loss: 0.15, twice: 0.15, late: 0.3 };
    this.peers = new MemoryPeers(PROVINCES, this.faults, true);
    for (const province of PROVINCES) {
      this.gateways.set(province, new HeldGateway(province, random));
      for (const i of [1, 2])
        this.lives.set(`${i}`.repeat(14) + hex(province), { home: province, life: 1, sends: false });
    }
    for (const province of PROVINCES) this.begin(province);
  }

  gateway = (province: Province) => this.gateways.get(province) as HeldGateway;
  at = (province: Province) => this.trunks.get(province) as CascadeTrunks;
  seats = (where: (home: Province) => boolean) =>
    [...this.lives].filter(([, { home }]) => where(home)).map(([id]) => id);
  seat = (id: SeatId) => this.lives.get(id) as { home: Province; life: number; sends: boolean };

  begin(province: Province): void {
    this.now += 1_000;
    this.peers.restart(province);
    const trunks = new CascadeTrunks({
      province,
      gateways: (one) => (one === province ? this.gateway(one) : undefined),
      hostOf: (one) => `${one}.test`,
      peers: this.peers.of(province),
      now: () => this.now,
    });
    this.trunks.set(province, trunks);
    this.wanted.set(province, new Set());
    const arrived = new Map<SeatId, number>();
    this.arrived.set(province, arrived);
    trunks.onArrived(({ seat, life }, feed) => {
      if (feed) arrived.set(seat, life);
      else if (arrived.get(seat) === life) arrived.delete(seat);
    });
    trunks.start(false);
    for (const id of this.seats((home) => home === province)) this.publish(id);
  }

  /** Another process takes the node's place; what the former one had asked its gateway is gone with it. */
  replace(province: Province): void {
    this.trunks.get(province)?.stop();
    this.gateway(province).waiting.length = 0;
    this.gateway(province).restart();
    this.begin(province);
    for (const seat of this.seats((home) => home === province)) this.anew(seat);
  }

  trunk = (province: Province, seat: SeatId) => {
    const { home, life } = this.seat(seat);
    return { call: CALL, seat, life, home, to: province };
  };
  publish(seat: SeatId): void {
    const { home, life, sends } = this.seat(seat);
    const feed: Feed = { seat, life, streams: [{ mid: "0", track: "mic", detail: { draw: this.random() < 0.2 } }] };
    if (sends) this.at(home).published(CALL, feed, home, PROVINCES);
    else this.at(home).unpublished(CALL, seat);
  }
  want(province: Province, seat: SeatId, on: boolean): void {
    const wanted = this.wanted.get(province) as Set<SeatId>;
    if (on) {
      wanted.add(seat);
      this.at(province).need(this.trunk(province, seat));
    } else if (wanted.delete(seat)) {
      this.at(province).release(this.trunk(province, seat));
      this.arrived.get(province)?.delete(seat);
    }
  }
  /** Its media begins anew: who wants it wants the new life. */
  anew(seat: SeatId): void {
    const wanting = PROVINCES.filter((province) => this.wanted.get(province)?.has(seat));
    for (const province of wanting) this.want(province, seat, false);
    this.seat(seat).life++;
    this.publish(seat);
    for (const province of wanting) this.want(province, seat, true);
  }

  async step(): Promise<void> {
    const { random } = this;
    const province = pick(random, PROVINCES);
    const luck = random();
    if (luck < 0.45) this.peers.deliver();
    else if (luck < 0.65) this.gateway(province).waiting.shift()?.();
    else if (luck < 0.8) this.pass(20 + random() * 400);
    else if (luck < 0.93)
      this.want(
        province,
        pick(
          random,
          this.seats((home) => home !== province),
        ),
        random() < 0.6,
      );
    else if (luck < 0.95) {
      const seat = pick(random, [...this.lives.keys()]);
      this.seat(seat).sends = random() < 0.8;
      this.publish(seat);
    } else if (luck < 0.965) this.anew(pick(random, [...this.lives.keys()]));
    else if (luck < 0.98) {
      const other = pick(
        random,
        PROVINCES.filter((one) => one !== province),
      );
      const how = random();
      if (how < 0.3) this.peers.cut(province, other);
      else if (how < 0.5) this.peers.hole(province, other);
      else this.peers.heal(province, other);
    } else if (luck < 0.99) {
      this.gateway(province).restart();
      for (const seat of this.seats((home) => home === province)) this.anew(seat);
    } else if (luck < 0.994) this.replace(province);
    await settled();
  }

  pass(ms: number): void {
    this.now += Math.round(ms);
    for (const province of PROVINCES) this.at(province).tick();
  }

  /** Everything works, and so much time passes that all must be well. */
  async heal(): Promise<void> {
    Object.assign(this.faults, { loss: 0, twice: 0, late: 0 });
    for (const gateway of this.gateways.values()) gateway.flaky = false;
    for (const a of PROVINCES) for (const b of PROVINCES) if (a < b) this.peers.heal(a, b);
    for (let i = 0; i < 160; i++) {
      this.pass(100);
      await settled();
      while (this.peers.deliver()) await settled();
      for (const { waiting } of this.gateways.values())
        while (waiting.length > 0) {
          waiting.shift()?.();
          await settled();
        }
    }
  }

  judge(): void {
    const should = { accepted: [] as string[], forwards: [] as string[] };
    const is = { accepted: [] as string[], forwards: [] as string[] };
    for (const province of PROVINCES) {
      for (const seat of this.wanted.get(province) as Set<SeatId>) {
        const { home, life, sends } = this.seat(seat);
        if (!sends) continue;
        should.accepted.push(`${province} ${seat} ${life}`);
        const port = this.gateway(province).accepted.get(seat)?.port;
        should.forwards.push(`${home} ${seat} ${province} ${province}.test ${port}`);
      }
      for (const [seat, { life }] of this.gateway(province).accepted) is.accepted.push(`${province} ${seat} ${life}`);
      for (const [key, end] of this.gateway(province).forwards)
        is.forwards.push(`${province} ${key} ${end.host} ${end.port}`);
    }
    const arrived = PROVINCES.flatMap((province) =>
      [...(this.arrived.get(province) ?? [])].map(([seat, life]) => `${province} ${seat} ${life}`),
    );
    expect(is.accepted.sort()).toEqual(should.accepted.sort());
    expect(is.forwards.sort()).toEqual(should.forwards.sort());
    expect(arrived.sort()).toEqual(should.accepted.sort());
  }
}

const hex = (province: Province) => ({ is: "aa", pb: "bb", sd: "cc" })[province] as string;
async function settled(): Promise<void> {
  for (let i = 0; i < 12; i++) await null;
}

async function run(seed: number, steps: number): Promise<void> {
  const model = new Model(randomOf(seed));
  for (let i = 0; i < steps; i++) await model.step();
  await model.heal();
  try {
    model.judge();
  } catch (error) {
    throw new Error(`seed ${seed}: ${(error as Error).message}`);
  }
}

test("whatever is lost, doubled, late, cut or begun anew: in the end each wanted feed crosses once, and nothing else", async () => {
  const [first, last] = (process.env.TRUNK_SEEDS ?? "1-25").split("-").map(Number) as [number, number];
  for (let seed = first; seed <= last; seed++) await run(seed, 600);
}, 60_000);
