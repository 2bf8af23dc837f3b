import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import type { SeatId } from "#protocol/call";
import { SeatsPage } from "../../testing/gateway-contract-browser.ts";
import type { Peer } from "../../testing/gateway-contract-sitting.ts";
import type { Feed, GatewaySeat, Offer } from "../ports.ts";
import { type JanusGateway, openJanusGateway } from "./gateway.ts";
import { until } from "../../testing/until.ts";

const HOST = Object.values(networkInterfaces())
  .flat()
  .find((one) => one && one.family === "IPv4" && !one.internal)?.address as string;
const CALL = "0123456789abcdef0123456789abcdef";
const SEED = Number(process.env.BEEP_SEED ?? Math.floor(Math.random() * 2 ** 31));

/** A small generator (mulberry32), so that a failing run can be had again by its seed. */
function randomness(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A seat whose browser answers each offer in its own time, as one over a network would. */
class Guest {
  feed: Feed | null = null;
  up = false;
  lines: Offer["feeds"] = [];
  private at: GatewaySeat | undefined;
  private answering: Promise<void> = Promise.resolve();

  constructor(
    readonly id: SeatId,
    readonly life: number,
    private readonly peer: Peer,
    private readonly random: () => number,
  ) {}

  async sit(gateway: JanusGateway): Promise<void> {
    this.at = await gateway.seat(CALL, this.id, this.life, (event) => {
      if (event.is === "offer") this.take(event.offer);
      else if (event.is === "media" && event.side === "send") this.up = event.up;
    });
    const { sdp, tracks } = await this.peer.offer(["mic"]);
    const published = await this.at.publish(sdp, tracks);
    await this.peer.accept(published.sdp);
    this.feed = published.feed;
  }

  async want(others: Guest[]): Promise<void> {
    const feeds = others.flatMap(({ id, life, feed }) =>
      (feed?.streams ?? []).map(({ mid }) => ({ seat: id, life, mid })),
    );
    const offer = await this.at?.want(feeds);
    if (offer) this.take(offer);
  }

  async leave(): Promise<void> {
    await this.at?.leave();
    await this.peer.close();
  }

  /** What has come of each other seat. */
  async received(): Promise<Map<SeatId, number>> {
    const counts = await this.peer.received();
    return new Map(this.lines.map(({ mid, seat }) => [seat, counts.get(mid) ?? 0]));
  }

  private take(offer: Offer): void {
    this.lines = offer.feeds;
    this.answering = this.answering
      .then(async () => {
        await Bun.sleep(this.random() * 60);
        await this.at?.answer(await this.peer.answer(offer.sdp));
      })
      .catch(() => {}); // it has left meanwhile
  }
}

test(`people come, go and begin anew, and in the end all hear all (seed ${SEED})`, async () => {
  const random = randomness(SEED);
  const folder = mkdtempSync(join(tmpdir(), "beep-churn-"));
  const page = await SeatsPage.open();
  const gateway = openJanusGateway({
    binary: process.env.BEEP_JANUS ?? Bun.which("janus") ?? "/usr/bin/janus",
    folder,
    province: "is",
    mediaHost: HOST,
    rtpPorts: { from: 55_000, to: 55_299 },
    log: () => {},
  });
  await gateway.start();
  const guests = new Map<SeatId, Guest>();
  const others = (guest: Guest) => [...guests.values()].filter((one) => one !== guest && one.up);
  const come = async (id: SeatId) => {
    const former = guests.get(id);
    const guest = new Guest(id, (former?.life ?? 0) + 1, page.peer(id), random);
    guests.set(id, guest);
    await guest.sit(gateway);
  };
  const ids = Array.from({ length: 6 }, (_, i) => `00000000000000c${i}`);
  try {
    for (let step = 0; step < 60; step++) {
      const id = ids[Math.floor(random() * ids.length)] as SeatId;
      const guest = guests.get(id);
      const chance = random();
      const doing: Promise<void>[] = [];
      if (!guest || chance < 0.15) doing.push(come(id));
      else if (chance < 0.35) {
        guests.delete(id);
        doing.push(guest.leave());
      }
      // Wants cross comings, goings and answers, as they do.
      for (const one of guests.values()) if (random() < 0.5) doing.push(one.want(others(one)).catch(() => {}));
      await Promise.all(doing);
      await Bun.sleep(random() * 60);
    }
    for (const id of ids) if (!guests.has(id)) await come(id);
    await until(() => [...guests.values()].every(({ up }) => up), "everyone's media");
    await until(async () => {
      let whole = true;
      for (const guest of guests.values()) {
        const before = await guest.received();
        if (before.size === ids.length - 1 && [...before.values()].every((count) => count > 5)) continue;
        whole = false;
        await guest.want(others(guest));
      }
      await Bun.sleep(200);
      return whole;
    }, "all hear all");
    expect(gateway.health().seats).toBe(ids.length);
  } finally {
    await gateway.stop();
    await page.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
