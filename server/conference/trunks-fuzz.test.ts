import { expect, test } from "bun:test";
import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import { pick, type Random, randomOf } from "../testing/fleet-schedule.ts";
import { MemoryPeers } from "../testing/memory-peers.ts";
import type { Feed } from "./ports.ts";
import { CascadeTrunks } from "./trunks.ts";
import { HeldGateway } from "./trunks-under-test.ts";

const CALL: CallId = "0".repeat(31).concat("c");
const PROVINCES: Province[] = ["is", "pb", "sd"];

/** Three provinces with two seats each, and the truth about who wants what. */
class Model {
  now = 1_000_000;
  readonly peers: MemoryPeers;
  readonly gateways = new Map<Province, HeldGateway>();
  readonly trunks = new Map<Province, CascadeTrunks>();
  readonly lives = new Map<SeatId, { home: Province; life: number; sends: boolean }>();
  /** by province, what it wants: on which gateway (its own as a rule), which seat */
  readonly wanted = new Map<Province, Set<string>>();
  readonly arrived = new Map<Province, Map<string, number>>();
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
      gateways: (one) => this.gateway(one),
      hostOf: (one) => `${one}.test`,
      hosts: () => true,
      peers: this.peers.of(province),
      now: () => this.now,
      later: (_ms, work) => queueMicrotask(work),
    });
    this.trunks.set(province, trunks);
    this.wanted.set(province, new Set());
    const arrived = new Map<string, number>();
    this.arrived.set(province, arrived);
    trunks.onArrived(({ to, seat, life }, feed) => {
      if (feed) arrived.set(`${to} ${seat}`, life);
      else if (arrived.get(`${to} ${seat}`) === life) arrived.delete(`${to} ${seat}`);
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

  trunk = (what: string) => {
    const [to, seat] = what.split(" ") as [Province, SeatId];
    const { home, life } = this.seat(seat);
    return { call: CALL, seat, life, home, to };
  };
  publish(seat: SeatId): void {
    const { home, life, sends } = this.seat(seat);
    const feed: Feed = { seat, life, streams: [{ mid: "0", track: "mic", detail: { draw: this.random() < 0.2 } }] };
    if (sends) this.at(home).published(CALL, feed, home, PROVINCES);
    else this.at(home).unpublished(CALL, seat);
  }
  want(province: Province, what: string, on: boolean): void {
    const wanted = this.wanted.get(province) as Set<string>;
    if (on) {
      wanted.add(what);
      this.at(province).need(this.trunk(what));
    } else if (wanted.delete(what)) {
      this.at(province).release(this.trunk(what));
      this.arrived.get(province)?.delete(what);
    }
  }
  /** Its media begins anew: who wants it wants the new life. */
  anew(seat: SeatId): void {
    const wanting = PROVINCES.flatMap((province) =>
      [...(this.wanted.get(province) ?? [])].filter((what) => what.endsWith(seat)).map((what) => ({ province, what })),
    );
    for (const { province, what } of wanting) this.want(province, what, false);
    this.seat(seat).life++;
    this.publish(seat);
    for (const { province, what } of wanting) this.want(province, what, true);
  }

  async step(): Promise<void> {
    const { random } = this;
    const province = pick(random, PROVINCES);
    const luck = random();
    if (luck < 0.45) this.peers.deliver();
    else if (luck < 0.65) this.gateway(province).waiting.shift()?.();
    else if (luck < 0.8) this.pass(20 + random() * 400);
    else if (luck < 0.93) {
      const to = random() < 0.75 ? province : pick(random, PROVINCES);
      const others = this.seats((home) => home !== to);
      this.want(province, `${to} ${pick(random, others)}`, random() < 0.6);
    } else if (luck < 0.95) {
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
    const wanted = new Set(PROVINCES.flatMap((province) => [...(this.wanted.get(province) as Set<string>)]));
    const there = (what: string) => this.seat(this.trunk(what).seat).sends;
    const should = { accepted: [] as string[], forwards: [] as string[] };
    const is = { accepted: [] as string[], forwards: [] as string[] };
    for (const what of [...wanted].filter(there)) {
      const { home, to, seat, life } = this.trunk(what);
      should.accepted.push(`${what} ${life}`);
      should.forwards.push(`${home} ${seat} ${to} ${to}.test ${this.gateway(to).accepted.get(seat)?.port}`);
    }
    for (const province of PROVINCES) {
      for (const [seat, { life }] of this.gateway(province).accepted) is.accepted.push(`${province} ${seat} ${life}`);
      for (const [key, end] of this.gateway(province).forwards)
        is.forwards.push(`${province} ${key} ${end.host} ${end.port}`);
      const arrived = [...(this.arrived.get(province) ?? [])].map(([what, life]) => `${what} ${life}`);
      const mine = [...(this.wanted.get(province) as Set<string>)].filter(there);
      expect(arrived.sort()).toEqual(mine.map((what) => `${what} ${this.trunk(what).life}`).sort());
    }
    expect(is.accepted.sort()).toEqual(should.accepted.sort());
    expect(is.forwards.sort()).toEqual(should.forwards.sort());
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
});
