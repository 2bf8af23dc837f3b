import type { Subprocess } from "bun";
import type { Target } from "./load/line.ts";

/** Something under measurement: where it listens, which processes are it, and how to end it. */
export interface System {
  name: string;
  target: Target;
  /** how many messages its disk has, where it claims to keep them */
  kept?(): Promise<number>;
  stop(): Promise<void>;
}

export const ROOT = new URL("../../", import.meta.url).pathname;
export const BUN = process.execPath;
/** What the bench installs for itself; never part of the product. */
export const KEEP = `${ROOT}.beep/bench`;
export const BODY = 200;

/** What is to be ended whatever happens; ending it twice does no harm. */
const atEnd = new Set<() => Promise<unknown>>();

export function endLater(stop: () => Promise<unknown>): void {
  atEnd.add(stop);
}

export async function endAll(): Promise<void> {
  const stops = [...atEnd];
  atEnd.clear();
  await Promise.allSettled(stops.map((stop) => stop()));
}

/** Starts a program that prints its port as its first line. */
export async function listening(
  name: string,
  dialect: string,
  command: string[],
  env: Record<string, string> = {},
): Promise<System> {
  const child = Bun.spawn(command, { cwd: ROOT, env: { ...process.env, ...env }, stdout: "pipe", stderr: "inherit" });
  endLater(() => end(child));
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const port = Number.parseInt(new TextDecoder().decode(value), 10);
  if (!(port > 0)) throw new Error(`${name} did not start`);
  void drain(reader);
  return {
    name,
    target: { dialect, host: "127.0.0.1", port, pids: [child.pid], body: BODY },
    stop: () => end(child),
  };
}

async function drain(reader: { read(): Promise<{ done: boolean }> }): Promise<void> {
  while (!(await reader.read()).done);
}

export async function end(child: Subprocess, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  child.kill(signal);
  const late = setTimeout(() => child.kill("SIGKILL"), 15_000);
  await child.exited;
  clearTimeout(late);
}

/** A port that was free a moment ago, for programs that cannot choose one themselves. */
export function freePort(): number {
  const probe = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = probe;
  probe.stop(true);
  return port;
}

export async function until(what: string, seconds: number, test: () => boolean | Promise<boolean>): Promise<void> {
  const late = performance.now() + seconds * 1000;
  while (!(await test())) {
    if (performance.now() > late) throw new Error(`${what}: not within ${seconds} s`);
    await Bun.sleep(50);
  }
}

export async function accepts(port: number): Promise<boolean> {
  try {
    const socket = await Bun.connect({ hostname: "127.0.0.1", port, socket: { data() {} } });
    socket.end();
    return true;
  } catch {
    return false;
  }
}

/** Runs a command to its end and gives its output; throws with its words when it fails. */
export async function run(command: string[], options: { cwd?: string; stdin?: string } = {}): Promise<string> {
  const child = Bun.spawn(command, {
    cwd: options.cwd ?? ROOT,
    stdin: options.stdin === undefined ? "ignore" : new Blob([options.stdin]),
    stdout: "pipe",
    stderr: "pipe",
  });
  const [out, words] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  if ((await child.exited) !== 0) throw new Error(`${command[0]} failed: ${words.slice(-500)}`);
  return out;
}
