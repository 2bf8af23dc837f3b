import { openLines } from "./pairs.ts";
import type { Target } from "./line.ts";

/** Opens connections and keeps them idle until its standard input ends. Prints one line when all are there. */
export interface HoldWork {
  target: Target;
  connections: number;
}

if (import.meta.main) {
  const work = JSON.parse(process.argv[2] as string) as HoldWork;
  const at = performance.now();
  const lines = await openLines(work.target, work.connections);
  console.log(JSON.stringify({ connections: lines.length, seconds: (performance.now() - at) / 1000 }));
  for await (const _ of Bun.stdin.stream());
  process.exit(0);
}
