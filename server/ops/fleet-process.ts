import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface ProcessPlan {
  /** "node pb", for sentences */
  name: string;
  command: string[];
  env?: Record<string, string>;
  /** stdout and stderr are appended here */
  log: string;
  /** pid and start time of the running process, so that a later supervisor can tell a leftover from a stranger */
  pidFile: string;
  /** a group of its own, which Ctrl-C on the terminal does not reach, so that a supervisor can stop things in order */
  detached?: boolean;
  /** resolves true once the process can be used */
  ready(): Promise<boolean>;
}

/** One process of the fleet, that can be stopped well, killed, frozen and started again. */
export class FleetProcess {
  private child: Bun.Subprocess | undefined;
  private frozen = false;
  /** called when the process ends without having been asked to */
  onCrash: (code: number | null, signal: string | null) => void = () => {};

  constructor(readonly plan: ProcessPlan) {}

  get name(): string {
    return this.plan.name;
  }
  get pid(): number | undefined {
    return this.child?.pid;
  }
  get running(): boolean {
    return this.child !== undefined;
  }

  /** Starts it and settles once it is ready. @throws Error with the last words of its log */
  async start(withinMs = 60_000): Promise<void> {
    this.launch();
    await this.ready(withinMs);
  }

  launch(): void {
    if (this.child) return;
    mkdirSync(dirname(this.plan.log), { recursive: true });
    const log = openSync(this.plan.log, "a");
    const child = Bun.spawn(this.plan.command, {
      env: { ...foreignEnv(), ...this.plan.env },
      stdin: "ignore",
      stdout: log,
      stderr: log,
      detached: this.plan.detached ?? false,
      onExit: (exited, code, signal) => {
        if (this.child !== exited) return; // asked for
        this.gone();
        this.onCrash(code, signal === null ? null : String(signal));
      },
    });
    closeSync(log);
    this.child = child;
    this.frozen = false;
    writeFileSync(this.plan.pidFile, `${child.pid} ${startTime(child.pid) ?? "?"}\n`);
  }

  async ready(withinMs = 60_000): Promise<void> {
    const end = performance.now() + withinMs;
    while (performance.now() < end) {
      if (!this.child) throw new Error(`${this.name} ended before it was ready. Its last words:\n${this.lastWords()}`);
      if (await this.plan.ready().catch(() => false)) return;
      await Bun.sleep(25);
    }
    throw new Error(`${this.name} was not ready within ${withinMs / 1000} s. Its last words:\n${this.lastWords()}`);
  }

  /** SIGTERM, and SIGKILL where that is not heeded in time. Answers whether it went by itself. */
  async stop(withinMs = 8_000): Promise<boolean> {
    const child = this.gone();
    if (!child) return true;
    if (this.frozen) child.kill("SIGCONT");
    child.kill("SIGTERM");
    const heeded = await Promise.race([child.exited.then(() => true), Bun.sleep(withinMs).then(() => false)]);
    if (!heeded) {
      child.kill("SIGKILL");
      await child.exited;
    }
    rmSync(this.plan.pidFile, { force: true });
    return heeded;
  }

  /** kill -9: nothing is flushed, nothing said. */
  async kill(): Promise<void> {
    const child = this.gone();
    if (!child) return;
    child.kill("SIGKILL");
    await child.exited;
    rmSync(this.plan.pidFile, { force: true });
  }

  /** SIGSTOP: its sockets stand and say nothing. */
  freeze(): void {
    if (!this.child || this.frozen) return;
    this.frozen = true;
    this.child.kill("SIGSTOP");
  }

  thaw(): void {
    if (!this.child || !this.frozen) return;
    this.frozen = false;
    this.child.kill("SIGCONT");
  }

  lastWords(lines = 12): string {
    if (!existsSync(this.plan.log)) return "(it said nothing)";
    return readFileSync(this.plan.log, "utf8").trimEnd().split("\n").slice(-lines).join("\n") || "(it said nothing)";
  }

  private gone(): Bun.Subprocess | undefined {
    const child = this.child;
    this.child = undefined;
    return child;
  }
}

/** What the process inherits: all but our own settings, which the plan alone gives. */
const foreignEnv = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("BEEP_"))) as Record<
    string,
    string
  >;

/** Clock ticks from boot to the start of a process (proc(5), stat field 22): with the pid, names it for good. */
export function startTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}

/** Ends the process that a pid file of an unclean stop names, if it is still the very one. Answers whether there was one. */
export async function endLeftover(pidFile: string): Promise<boolean> {
  if (!existsSync(pidFile)) return false;
  const [pid, started] = readFileSync(pidFile, "utf8").trim().split(" ");
  const number = Number(pid);
  const isIt = () => Number.isInteger(number) && number > 1 && startTime(number) === started;
  let ended = false;
  for (const signal of ["SIGCONT", "SIGTERM", "SIGKILL"] as const) {
    if (!isIt()) break;
    ended = true;
    process.kill(number, signal);
    for (let i = 0; signal !== "SIGCONT" && i < 80 && isIt() && !isZombie(number); i++) await Bun.sleep(50);
    if (isZombie(number)) break;
  }
  rmSync(pidFile, { force: true });
  return ended;
}

function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).startsWith("Z");
  } catch {
    return false;
  }
}
