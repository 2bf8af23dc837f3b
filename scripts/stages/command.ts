// Runs one command of a stage in a process group of its own, so that a browser or a server it forgot ends with it.
import { closeSync, openSync, readdirSync, readFileSync, writeSync } from "node:fs";

export type Outcome = { code: number; timedOut: boolean; leftovers: boolean };

const running = new Set<number>();

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

/** Whether a process of the group still runs; one that ended but was not yet collected does not (proc(5), stat). */
function groupAlive(pid: number): boolean {
  if (!signalGroup(pid, 0)) return false;
  return readdirSync("/proc").some((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      const [state, , group] = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      return Number(group) === pid && state !== "Z" && state !== "X";
    } catch {
      return false;
    }
  });
}

/** Ends the whole group: asks, waits three seconds at most, then insists. */
async function endGroup(pid: number): Promise<void> {
  signalGroup(pid, "SIGTERM");
  for (let i = 0; i < 30 && groupAlive(pid); i++) await Bun.sleep(100);
  signalGroup(pid, "SIGKILL");
}

/** Output is appended to `log`. `limitMs` bounds the run; past it the group is ended and the outcome says so. */
export async function runCommand(
  command: string[],
  log: string,
  limitMs: number,
  env: Record<string, string> = {},
): Promise<Outcome> {
  const out = openSync(log, "a");
  writeSync(out, `$ ${command.join(" ")}\n`);
  const child = Bun.spawn(command, {
    stdin: "ignore",
    stdout: out,
    stderr: out,
    detached: true,
    env: { ...process.env, NO_COLOR: "1", CI: "1", ...env },
  });
  running.add(child.pid);
  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    writeSync(out, `\nStopped: it took longer than ${Math.round(limitMs / 1000)} s.\n`);
    void endGroup(child.pid);
  }, limitMs);
  const code = await child.exited;
  clearTimeout(limit);
  // A browser's last helpers take a moment to go by themselves.
  for (let i = 0; i < 20 && groupAlive(child.pid); i++) await Bun.sleep(100);
  const leftovers = groupAlive(child.pid);
  if (leftovers) {
    writeSync(out, "\nProcesses were left running, and are ended now.\n");
    await endGroup(child.pid);
  }
  running.delete(child.pid);
  closeSync(out);
  return { code, timedOut, leftovers };
}

/** For Ctrl-C: nothing that a stage started outlives the run. */
export async function endAll(): Promise<void> {
  await Promise.all([...running].map(endGroup));
}
