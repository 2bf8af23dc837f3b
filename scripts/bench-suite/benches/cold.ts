import { BUN, listening, ROOT } from "../system.ts";
import { load } from "../load/run.ts";
import type { ColdSample } from "../load/cold.ts";
import { node } from "../node.ts";
import { type Bench, figure, median, ratio, short } from "../report.ts";

const MESSAGES = 10_000;
const PAGE = 200;

export const cold: Bench = async ({ dir, quick, runs }) => {
  const bytes = 96 + 200;
  const start = (name: string, stored: number) =>
    node(`${dir}/${name}`, async (seed) => {
      await seed.people(200);
      await seed.pairs();
      seed.accounts.rooms.old = await seed.room("group", seed.accounts.people, "Old");
      if (stored > MESSAGES) await seed.messages(seed.accounts.pairs, stored - MESSAGES, 200);
      await seed.messages([seed.accounts.rooms.old], MESSAGES, 200);
    });
  const small = await start("cold", MESSAGES);
  const large = await start("cold-10", 10 * MESSAGES);
  const limit = await listening("bare SQLite and socket", "bare", [
    BUN,
    `${ROOT}scripts/bench-suite/limits/cold.ts`,
    `${dir}/bare.sqlite`,
    String(MESSAGES),
    String(bytes),
    String(PAGE),
  ]);
  const taken: Record<"small" | "large" | "limit", ColdSample[]> = { small: [], large: [], limit: [] };
  const work = { room: "old", messages: MESSAGES, page: PAGE, samples: 2 };
  for (let run = 0; run < Math.max(runs, quick ? 1 : 5); run++) {
    // the first of two warms the load program up
    for (const [name, system] of Object.entries({ small, large, limit }))
      taken[name as keyof typeof taken].push(
        ...(await load<ColdSample[]>("cold", { ...work, target: system.target })).slice(1),
      );
  }
  await Promise.all([small.stop(), large.stop(), limit.stop()]);
  const all = (s: ColdSample) => s.all;
  const gap =
    "sign-in (two requests and a signature), the welcome with its rooms, and the resume's own first page, all before the first request";
  return {
    name: "cold",
    title: "a new device fetches its rooms and the last 10,000 messages",
    method: `From the first request of the sign-in until ${MESSAGES.toLocaleString("en")} messages of 200 bytes are there, in pages of ${PAGE}, all asked for at once; the limit reads the same bytes from a bare table and sends them unasked. The slow-link, slow-CPU first screen is part of \`page\`.`,
    rows: [
      {
        what: "Beep",
        figure: figure(taken.small.map(all), " ms"),
        cpu: `${short(median(taken.small.map((s) => s.bytes)) / 1e6)} MB`,
      },
      { what: "limit: bare SQLite and socket", figure: figure(taken.limit.map(all), " ms") },
      {
        ...ratio("Beep over the limit", median(taken.small.map(all)), median(taken.limit.map(all)), undefined, 1.5),
        gap,
      },
      {
        what: "first page there",
        figure: figure(
          taken.small.map((s) => s.first),
          " ms",
        ),
      },
      { what: "Beep with 10× the stored messages", figure: figure(taken.large.map(all), " ms") },
      {
        ...ratio("growth: 10× the data", median(taken.large.map(all)), median(taken.small.map(all)), undefined, 1.3),
        gap: "rooms and pages no longer fit the page cache",
      },
    ],
    samples: taken,
  };
};
