import type { Line, Target } from "./line.ts";
import { openLines } from "./pairs.ts";

/**
 * Fills both sides of a cut link: every person sends `each` messages, acknowledged in their own province. Prints a line
 * when they are connected, waits for a line, fills, prints, waits for a line (the link heals), and prints how long it
 * took until everything had arrived on both sides.
 */
export interface CrossingWork {
  target: Target;
  connections: number;
  each: number;
  window: number;
}

const sum = (lines: readonly Line[], what: "sent" | "got" | "acked") =>
  lines.reduce((all, line) => all + line[what], 0);

if (import.meta.main) {
  const work = JSON.parse(process.argv[2] as string) as CrossingWork;
  const heard = Bun.stdin.stream().getReader();
  const lines = await openLines(work.target, work.connections);
  console.log(JSON.stringify({ ready: true }));
  await heard.read();
  const at = performance.now();
  for (const line of lines) {
    line.turn = () => {
      while (line.sent < work.each && line.sent - line.acked < work.window) line.push();
      line.flush();
    };
    line.turn();
  }
  while (sum(lines, "acked") < work.each * lines.length) await Bun.sleep(20);
  const early = sum(lines, "got");
  console.log(JSON.stringify({ filled: sum(lines, "acked"), early, seconds: (performance.now() - at) / 1000 }));
  await heard.read();
  const healed = performance.now();
  const late = healed + 120_000;
  while (sum(lines, "got") < work.each * lines.length && performance.now() < late) await Bun.sleep(10);
  const missing = work.each * lines.length - sum(lines, "got");
  console.log(JSON.stringify({ seconds: (performance.now() - healed) / 1000, missing }));
  process.exit(0);
}
