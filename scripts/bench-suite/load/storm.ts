import { mintId } from "#protocol/ids";
import type { Have, KnownRooms } from "#protocol/up";
import { quantile } from "../stats.ts";
import { accountsOf, type BeepLine, openDevice, Refused } from "./beep.ts";
import type { Target } from "./line.ts";
import { openLines } from "./pairs.ts";
import { Steady } from "./steady.ts";

/**
 * Everybody signs in at once and resumes all their rooms, while a few others, who stay, write to each other at a
 * steady rate. Run as a process of its own; the people who stay are in a second process, so that the storm in this
 * one's event loop does not count as the server's latency.
 */
export interface StormWork {
  target: Target;
  part: "storm" | "stay" | "flood";
  connections: number;
  rate: number;
  seconds: number;
}

/** Everyone signs in and keeps what they hold per room, and leaves; then all come together. */
async function storm({ target, connections }: StormWork) {
  const { accounts } = await accountsOf(target.accounts as string);
  const people = accounts.people.slice(target.first ?? 0, (target.first ?? 0) + connections);
  const dial = (who: (typeof people)[number], have: Have, reads: boolean, rooms?: KnownRooms) =>
    openDevice(target, who, accounts.pairs[0] as string, have, reads, rooms);
  const haves: Have[] = [];
  const knowns: KnownRooms[] = [];
  let rooms = 0;
  const lines: BeepLine[] = [];
  for (let at = 0; at < people.length; at += 100) {
    const some = await Promise.all(people.slice(at, at + 100).map((who) => dial(who, {}, true)));
    for (const line of some) {
      const have: Have = {};
      for (const room of line.welcome.rooms) {
        have[room.id] = Object.fromEntries(Object.entries(room.heads).map(([origin, { n }]) => [origin, n]));
        rooms++;
      }
      haves.push(have);
      knowns.push(Object.fromEntries(line.welcome.rooms.map(({ id, cseq }) => [id, cseq])));
    }
    lines.push(...some);
  }
  console.log(JSON.stringify({ ready: true }));
  const reader = Bun.stdin.stream().getReader();
  const once = () => reader.read();
  await once();
  for (const [i, line] of lines.entries()) {
    line.current.promise.catch(() => {});
    line.end();
    if (i % 50 === 49) await Bun.sleep(5);
  }
  // It is night: the node has noticed that they left.
  await Bun.sleep(3000);
  console.log(JSON.stringify({ ready: true }));
  await once();
  const at = performance.now();
  let failed = 0;
  let loggedOut = 0;
  const times: number[] = [];
  await Promise.all(
    people.map(async (who, i) => {
      try {
        await dial(who, haves[i] as Have, false, knowns[i]);
        times.push(performance.now() - at);
      } catch (error) {
        if (error instanceof Refused && error.wire.code === "sign-in") loggedOut++;
        else failed++;
        if (failed + loggedOut <= 3) console.error(String(error));
      }
    }),
  );
  times.sort((a, b) => a - b);
  return {
    ...{ failed, loggedOut, inside: times.length, p99: quantile(times, 0.99) },
    seconds: (times.at(-1) ?? Number.NaN) / 1000,
    half: quantile(times, 0.5) / 1000,
    rooms: rooms / people.length,
  };
}

/** Strangers of two IPv6 lines who ask to sign in, as fast as they are answered, forty at a time and at most `rate` a second. */
async function flood({ target, rate }: StormWork) {
  const answered = { nonce: 0, queued: 0, other: 0 };
  let asked = 0;
  const from = performance.now();
  console.log(JSON.stringify({ ready: true }));
  process.on("SIGTERM", () => {
    console.log(JSON.stringify(answered));
    process.exit(0);
  });
  const stranger = async () => {
    for (;;) {
      const at = asked++;
      const early = (at / rate) * 1000 - (performance.now() - from);
      if (early > 0) await Bun.sleep(early);
      const headers = {
        "content-type": "application/json",
        "x-forwarded-for": `2001:db8:${at % 2}:2::${(at % 65_000).toString(16)}`,
      };
      const body = JSON.stringify({ device: mintId(Date.now()) });
      try {
        const { status } = await fetch(`http://${target.host}:${target.port}/v1/challenge`, {
          method: "POST",
          headers,
          body,
        });
        if (status === 200) answered.nonce++;
        else if (status === 429) answered.queued++;
        else answered.other++;
      } catch {
        answered.other++;
      }
    }
  };
  await Promise.all(Array.from({ length: 40 }, stranger));
}

/** Prints a line of percentiles for each second. */
async function stay({ target, connections, rate, seconds }: StormWork) {
  const lines = await openLines(target, connections);
  const loop = new Steady(lines, rate);
  loop.start();
  console.log(JSON.stringify({ ready: true }));
  const samples: object[] = [];
  for (let i = 0; i < seconds; i++) {
    await Bun.sleep(1000);
    const sorted = loop.take();
    const sample = {
      at: Date.now(),
      p50: quantile(sorted, 0.5),
      p99: quantile(sorted, 0.99),
      delivered: sorted.length,
      all: sorted.map((ms) => Math.round(ms * 100) / 100),
    };
    samples.push(sample);
    console.log(JSON.stringify(sample));
  }
  loop.stop();
  return samples;
}

if (import.meta.main) {
  const work = JSON.parse(process.argv[2] as string) as StormWork;
  console.log(JSON.stringify(await { storm, stay, flood }[work.part](work)));
  process.exit(0);
}
