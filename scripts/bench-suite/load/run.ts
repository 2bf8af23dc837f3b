import { BUN, end, endLater, ROOT } from "../system.ts";

export type Program = "pairs" | "steady" | "rooms" | "hold" | "storm" | "cold" | "crossing" | "jetstream";

/** Runs a load program in a process of its own and gives what it printed. */
export async function load<T>(program: Program, work: unknown): Promise<T> {
  const child = spawnLoad(program, work);
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error(`the load ${program} failed`);
  return JSON.parse(text.trim().split("\n").at(-1) as string) as T;
}

/** The same for programs that stay: the caller reads and ends them. */
export function spawnLoad(program: Program, work: unknown) {
  const child = Bun.spawn([BUN, `${ROOT}scripts/bench-suite/load/${program}.ts`, JSON.stringify(work)], {
    cwd: ROOT,
    env: { ...process.env, BUN_CONFIG_MAX_HTTP_REQUESTS: "512" },
    stdin: "pipe",
    stdout: "pipe",
    stderr: "inherit",
  });
  endLater(() => end(child));
  return child;
}

/** Latencies of the disk in milliseconds while something else runs; call it first, then await what it answers. */
export async function probe(
  folder: string,
  seconds: number,
): Promise<{ p50: number; p99: number; worst: number; count: number }> {
  const child = Bun.spawn([BUN, `${ROOT}scripts/bench-suite/load/probe.ts`, folder, String(seconds)], {
    stdout: "pipe",
    stderr: "inherit",
  });
  const text = await new Response(child.stdout).text();
  return JSON.parse(text);
}

/** A load program that prints lines as it goes. */
export function lines(child: ReturnType<typeof spawnLoad>) {
  const decoder = new TextDecoder();
  const reader = child.stdout.getReader();
  let rest = "";
  return async (): Promise<Record<string, number> | undefined> => {
    while (!rest.includes("\n")) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      rest += decoder.decode(value, { stream: true });
    }
    const end = rest.indexOf("\n");
    const line = rest.slice(0, end);
    rest = rest.slice(end + 1);
    return JSON.parse(line);
  };
}
