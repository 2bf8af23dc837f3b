import { janusPid } from "../../../server/ops/fleet-janus.ts";
import { MediaPage } from "../../../server/testing/calls-page.ts";
import { CallSeat } from "../../../server/testing/calls-seat.ts";
import { callHouse } from "../calls-house.ts";
import { startRaw } from "../limits/janus.ts";
import { type Bench, figure, median } from "../report.ts";
import { until } from "../system.ts";

/** Between two faults, so that a gateway that dies over and over is not given its pauses; milliseconds. */
const REST_MS = 11_000;

export const recovery: Bench = async ({ dir, quick }) => {
  const times = quick ? 3 : 10;
  const starts: number[] = [];
  for (let i = 0; i < times; i++) {
    const at = performance.now();
    const raw = await startRaw(`${dir}/raw-${i}`);
    starts.push(performance.now() - at);
    await raw.stop();
  }
  const house = await callHouse(`${dir}/house`, 2);
  const page = await MediaPage.open();
  try {
    const [site] = house.fleet.sites as [(typeof house.fleet.sites)[number]];
    const seats: CallSeat[] = [];
    for (const n of [0, 1])
      seats.push(await CallSeat.open(site.url, house.code(n), house.room, page, { audio: true, video: true }));
    const [first, second] = seats as [CallSeat, CallSeat];
    await first.begin();
    await until("the call is known", 10, () => second.head !== null);
    await second.join();
    /** Both get the other's pictures, on connections of a later life than this. */
    const bothSee = async (lives: readonly number[]) => {
      const { received } = await page.stats();
      return seats.every(
        (seat, i) =>
          (seat.life ?? 0) > (lives[i] as number) &&
          received.some(({ peer, frames }) => peer === `${seat.id}.${seat.life}.receive` && frames > 0),
      );
    };
    await until("both see", 15, () => bothSee([0, 0]));
    const after = async (signal: "SIGKILL" | "SIGSTOP") => {
      await Bun.sleep(REST_MS);
      const lives = seats.map(({ life }) => life as number);
      const at = performance.now();
      process.kill(janusPid(site.data) as number, signal);
      await until("both see again", 30, () => bothSee(lives));
      return performance.now() - at;
    };
    const killed: number[] = [];
    while (killed.length < times) killed.push(await after("SIGKILL"));
    const frozen: number[] = [];
    while (frozen.length < times) frozen.push(await after("SIGSTOP"));
    for (const seat of seats) seat.close();
    return {
      name: "recovery",
      title: "a gateway that dies in a call",
      method:
        "Two people in a call through one node, with voice and picture; the gateway is killed, or stopped without a word. Until both see new pictures of each other again, on new connections to the gateway that was started in its place.",
      rows: [
        { what: "limit: Janus by itself, from start until it takes requests", figure: figure(starts, " ms") },
        {
          what: "Beep: killed (SIGKILL), until both see each other again",
          figure: figure(killed, " ms"),
          target: "median ≤ 2000 ms",
          met: median(killed) <= 2000,
        },
        {
          what: "Beep: frozen (SIGSTOP), until both see each other again",
          figure: figure(frozen, " ms"),
          target: "median ≤ 2000 ms",
          met: median(frozen) <= 2000,
        },
      ],
      samples: { starts, killed, frozen },
    };
  } finally {
    await page.close();
    await house.stop();
  }
};
