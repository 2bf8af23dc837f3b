import { load } from "../load/run.ts";
import type { PairsSample, PairsWork } from "../load/pairs.ts";
import { node } from "../node.ts";
import { ejabberd } from "../peers/ejabberd.ts";
import { prosody } from "../peers/prosody.ts";
import { type Bench, cpuBeside, figure, median, ratio, type Row } from "../report.ts";
import type { System } from "../system.ts";
import { bareDurable, rawBinary, rawJson, rawJsonTopics, socketIo } from "../systems.ts";

const USERS = 200;

type Start = (dir: string) => Promise<System>;
const SYSTEMS: Record<string, Start> = {
  beep: (dir) =>
    node(dir, async (seed) => {
      await seed.people(USERS);
      await seed.pairs();
    }),
  "raw JSON topics": rawJsonTopics,
  "raw JSON": rawJson,
  "raw binary": rawBinary,
  "bare durable": (dir) => bareDurable(`${dir}.sqlite`),
};
const PEERS: Record<string, Start> = {
  "Socket.IO": (dir) => socketIo(`${dir}.sqlite`),
  ejabberd: () => ejabberd(USERS),
  Prosody: () => prosody(USERS),
};

/** Orientation where a peer is not measured: seen on another day, on this kind of machine. */
const ORIENTATION: Record<string, string> = {
  "Socket.IO": "1,600–2,500/s, 190–300 CPU-s per 1M",
  ejabberd: "1,630–1,680/s, 910–1,650 CPU-s per 1M",
  Prosody: "810–1,400/s, 715–2,300 CPU-s per 1M",
};

const NAMES: Record<string, string> = {
  beep: "**Beep**: 1:1 in one province, FULL-committed before its ack, full protocol",
  "raw JSON topics": "limit: raw Bun.serve relay, JSON, a topic per person",
  "raw JSON": "limit: raw Bun.serve relay, JSON, `ws.send`",
  "raw binary": "limit: raw Bun.serve relay, binary, a topic per person",
  "bare durable": "limit: bare Bun + SQLite group commit, FULL, binary, one index",
  "Socket.IO": "peer: Socket.IO on Node + SQLite per message, WAL, FULL",
  ejabberd: "peer: ejabberd, archive in PostgreSQL",
  Prosody: "peer: Prosody, archive in files",
};

/** What keeps Beep from its targets, by messages in flight. */
const GAPS: Record<number, string> = {
  1: "each message dirties a leaf of its own in the index (log, n), which SQLite writes whole: with one entry in 64 and links back, a trial of the table alone took 3.7 instead of 8.6 µs a row; then a read and a write of the socket for each message",
  8: "SQLite's insert into a table with two indices is a third, sockets a tenth; the rest is spread: promises and closures of each write, ids as text, ack and event as two frames",
};

/** `durable` and `cpu` are one measurement: rates and the CPU behind them. */
export const durable: Bench = async ({ dir, quick, peers, runs }) => {
  const systems = { ...SYSTEMS, ...(peers ? PEERS : {}) };
  const rows: Row[] = [];
  const samples: Record<string, Record<string, PairsSample[]>> = {};
  for (const window of [1, 8]) {
    const taken: Record<string, PairsSample[]> = {};
    for (let run = 0; run < runs; run++) {
      for (const [name, start] of Object.entries(systems)) {
        // a peer's window is told by its latency, not by its batches: one is enough
        if (name in PEERS && window > 1) continue;
        const system = await start(`${dir}/${name.replaceAll(" ", "-")}-${window}-${run}`);
        const work: PairsWork = {
          target: system.target,
          connections: USERS,
          window,
          warm: quick ? 0.5 : 1,
          sample: quick ? 1 : 3,
          samples: 1,
        };
        const got = await load<PairsSample[]>("pairs", work);
        taken[name] = [...(taken[name] ?? []), ...got];
        await checkKept(system, got);
        await system.stop();
      }
    }
    samples[`window ${window}`] = taken;
    rows.push(...rates(taken, window), ...ratios(taken, window));
  }
  return {
    name: "durable",
    title: "1:1 pairs in one province, and the CPU behind them (`cpu`)",
    method: `${USERS} connections in pairs, ${200}-byte bodies, closed loop: each person has 1 (or 8) messages not yet acknowledged and delivered. Clients also say what was delivered, once a second. Every system was started afresh for each run, in turn.`,
    rows,
    samples,
  };
};

/** A system that says it keeps messages and does not would win for the wrong reason. */
async function checkKept(system: System, got: readonly PairsSample[]): Promise<void> {
  if (!system.kept) return;
  const delivered = got.reduce((sum, s) => sum + s.delivered, 0);
  const kept = await system.kept();
  if (kept < delivered) throw new Error(`${system.name} delivered ${delivered} messages and kept ${kept}`);
}

const rate = (s: PairsSample) => s.delivered / s.seconds;
const cost = (s: PairsSample) => (s.server / s.delivered) * 1e6;

function rates(taken: Record<string, PairsSample[]>, window: number): Row[] {
  const rows: Row[] = [];
  for (const [name, label] of Object.entries(NAMES)) {
    const got = taken[name];
    if (got)
      rows.push({ what: `${label}; ${window} in flight`, figure: figure(got.map(rate), "/s"), cpu: cpuBeside(got) });
    else if (window === 1 && ORIENTATION[name])
      rows.push({ what: label, figure: `not measured in this run (another day: ${ORIENTATION[name]})` });
  }
  return rows;
}

function ratios(taken: Record<string, PairsSample[]>, window: number): Row[] {
  const of = (name: string, what: (s: PairsSample) => number) => median((taken[name] ?? []).map(what));
  const beep = of("beep", rate);
  const cpu = of("beep", cost);
  const note = `${window} in flight`;
  const gap = GAPS[window] ?? "";
  const rows = [
    {
      ...ratio(`rate over raw JSON relay with topics, ${note}`, beep, of("raw JSON topics", rate), 0.3),
      gap,
    },
    { ...ratio(`rate over the bare durable loop, ${note}`, beep, of("bare durable", rate), 0.8), gap },
    {
      what: `CPU-s per 1M durable deliveries, ${note}`,
      figure: figure((taken.beep ?? []).map(cost), ""),
      target: "≤ 12",
      met: cpu <= 12,
      gap,
    },
    ratio(`CPU over the bare durable loop, ${note}`, cpu, of("bare durable", cost), undefined),
    {
      ...ratio(`CPU over raw JSON relay with topics, ${note}`, cpu, of("raw JSON topics", cost), undefined, 3),
      gap,
    },
  ];
  if (taken.ejabberd)
    rows.push(
      { ...ratio(`rate over ejabberd, ${note}`, beep, of("ejabberd", rate), 40), gap },
      { ...ratio(`CPU over ejabberd, ${note}`, cpu, of("ejabberd", cost), undefined, 0.015), gap },
    );
  if (taken["Socket.IO"])
    rows.push({ ...ratio(`CPU over Socket.IO, ${note}`, cpu, of("Socket.IO", cost), undefined, 0.06), gap });
  return rows;
}
