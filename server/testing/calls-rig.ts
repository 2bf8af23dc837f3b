import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Province } from "#protocol/ids";
import { openDesk } from "../ops/desk.ts";
import { Fleet } from "../ops/fleet.ts";
import { findJanus } from "../ops/fleet-janus.ts";
import { findNatsServer } from "../ops/fleet-nats.ts";
import { seed } from "../ops/seed.ts";
import { PEOPLE, personId, type Who } from "../ops/seed-people.ts";
import { MediaPage, type Sending } from "./calls-page.ts";
import { CallSeat } from "./calls-seat.ts";
import { FaultProxy, type Line } from "./fault-proxy.ts";

/** A running fleet with gateways, its links breakable, and one browser page before it that carries everybody's media. */
export class CallsRig {
  readonly seats: CallSeat[] = [];

  private constructor(
    private readonly dir: string,
    readonly fleet: Fleet,
    readonly page: MediaPage,
    private readonly lines: ReadonlyMap<string, FaultProxy>,
  ) {}

  static async open(provinces: readonly Province[]): Promise<CallsRig> {
    const [natsServer, janus] = [findNatsServer(), findJanus()];
    if (!natsServer || !janus) throw new Error("no nats-server or no Janus: run scripts/test, which installs them");
    const dir = mkdtempSync(join(tmpdir(), "beep-calls-"));
    const lines = new Map<string, FaultProxy>();
    const fleet = await Fleet.open({
      ...{ dir, provinces, ports: "free", natsServer, janus },
      line: async (from, to, port, target) => {
        const proxy = await FaultProxy.start(port, target);
        lines.set(`${from} ${to}`, proxy);
        return { stop: () => proxy.stop() };
      },
    });
    await seed(
      fleet.sites.map(({ code, data }) => ({ province: code, data })),
      Date.now(),
    );
    const [page] = await Promise.all([MediaPage.open(), fleet.start()]);
    return new CallsRig(dir, fleet, page, lines);
  }

  /** Sets both links between two provinces. */
  link(a: Province, b: Province, line: Line): void {
    this.lines.get(`${a} ${b}`)?.set(line);
    this.lines.get(`${b} ${a}`)?.set(line);
  }

  /** A person at their own province's node, who sends sound and a small picture unless told otherwise. */
  async sit(who: Who, room: string, sending: Sending = { audio: true, video: true }): Promise<CallSeat> {
    const site = this.fleet.site(PEOPLE[who].province);
    const desk = await openDesk(site.data);
    const code = await desk.code(personId(who), 600_000);
    await desk.close();
    const seat = await CallSeat.open(site.url, code, room, this.page, sending);
    this.seats.push(seat);
    return seat;
  }

  /** Of each seat's receiving connections: pictures and packets so far, by who they are from and which track. */
  async received(seat: CallSeat): Promise<{ kind: "audio" | "video"; mid: string; progress: number }[]> {
    const { received } = await this.page.stats();
    const peer = `${seat.id}.${seat.life}.receive`;
    return received
      .filter((one) => one.peer === peer)
      .map(({ kind, mid, packets, frames }) => ({ kind, mid, progress: kind === "video" ? frames : packets }));
  }

  /** How many streams of a kind carry something new to the seat within `ms`. */
  async flowing(seat: CallSeat, ms = 700): Promise<{ audio: number; video: number }> {
    const before = await this.received(seat);
    await Bun.sleep(ms);
    const after = await this.received(seat);
    const grew = after.filter(({ mid, progress }) => progress > (before.find((one) => one.mid === mid)?.progress ?? 0));
    const of = (kind: string) => grew.filter((one) => one.kind === kind).length;
    return { audio: of("audio"), video: of("video") };
  }

  async close(): Promise<void> {
    for (const seat of this.seats) seat.close();
    await this.page.close();
    await this.fleet.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
