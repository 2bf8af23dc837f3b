import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { availableParallelism, networkInterfaces } from "node:os";
import { join } from "node:path";
import { type PortRange, writeJanusConfig } from "./config.ts";

/** Above this size its log is begun anew. */
const LOG_BYTES = 1024 * 1024;

export interface ProcessSettings {
  binary: string;
  parts: string;
  folder: string;
  name: string;
  mediaHost: string;
  rtpPorts: PortRange;
}

/** One life of the media server. */
export interface Running {
  pid: number;
  port: number;
  adminPort: number;
  secret: string;
  /** resolves with the reason once it is gone */
  exited: Promise<string>;
  /** whether the system has stopped it: it will not answer until somebody lets it go on */
  isStopped(): boolean;
  kill(): void;
  /** Asks it to end and makes it. */
  stop(): Promise<void>;
  trimLog(): void;
}

/** Starts it and waits until it listens. @throws Error where it ends before, or takes longer than `patience` ms */
export async function spawnJanus(settings: ProcessSettings, patience = 5000): Promise<Running> {
  const { folder } = settings;
  const [port, adminPort] = await freePorts();
  const secret = Buffer.from(crypto.getRandomValues(new Uint8Array(24))).toString("hex");
  const own = Object.values(networkInterfaces()).some((list) =>
    list?.some(({ address }) => address === settings.mediaHost),
  );
  writeJanusConfig({
    folder,
    parts: settings.parts,
    name: settings.name,
    port,
    adminPort,
    secret,
    media: { host: settings.mediaHost, own },
    ports: settings.rtpPorts,
    loops: Math.min(8, Math.max(2, availableParallelism())),
  });
  const log = join(folder, "janus.log");
  if (sizeOf(log) > 0) renameSync(log, join(folder, "janus.log.1"));
  const fd = openSync(log, "a", 0o600);
  // A group of its own: a signal for the node's group is not for media, which goes on while a node is replaced.
  const child = spawn(settings.binary, ["-F", folder, "-C", join(folder, "janus.jcfg"), "-o"], {
    stdio: ["ignore", fd, fd],
    cwd: folder,
    detached: true,
  });
  closeSync(fd);
  const exited = new Promise<string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ? `ended by ${signal}` : `ended with code ${code}`));
    child.once("error", (error) => resolve(error.message));
  });
  child.unref();
  const pid = child.pid;
  if (pid === undefined) throw new Error(await exited);
  writeFileSync(join(folder, "janus.pid"), JSON.stringify({ pid, began: beganAt(pid) }), { mode: 0o600 });
  const kill = () => signal(pid, "SIGKILL");
  const end = exited.then((why) => ({ why }));
  const deadline = performance.now() + patience;
  for (;;) {
    if ((await listens(port)) && (await listens(adminPort))) break;
    const over = await Promise.race([end, Bun.sleep(10)]);
    if (over) throw new Error(over.why);
    if (performance.now() > deadline) {
      kill();
      throw new Error("it does not listen");
    }
  }
  return {
    pid,
    port,
    adminPort,
    secret,
    exited,
    isStopped: () => /^[Tt]$/.test(statOf(pid)?.[0] ?? ""),
    kill,
    async stop() {
      signal(pid, "SIGTERM");
      const timer = setTimeout(kill, 2000);
      await exited;
      clearTimeout(timer);
      rmSync(join(folder, "janus.pid"), { force: true });
    },
    trimLog() {
      if (sizeOf(log) > LOG_BYTES) truncateSync(log);
    },
  };
}

/** Ends what a killed node left running in this folder: its secret died with that node. */
export async function endOrphan(folder: string): Promise<boolean> {
  const file = join(folder, "janus.pid");
  let left: { pid?: number; began?: string };
  try {
    left = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return false;
  }
  const { pid, began } = left;
  rmSync(file, { force: true });
  // Another process may have got the number since: only the start time tells.
  if (!pid || began === undefined || beganAt(pid) !== began) return false;
  signal(pid, "SIGKILL");
  while (beganAt(pid) === began) await Bun.sleep(5);
  return true;
}

/** When a living process began, in the kernel's ticks (proc(5), field 22 of stat); undefined where there is none. */
function beganAt(pid: number): string | undefined {
  const fields = statOf(pid);
  return fields?.[0] === "Z" || fields?.[0] === "X" ? undefined : fields?.[19];
}

/** Fields of proc(5)'s stat from the third on, the state. */
function statOf(pid: number): string[] | undefined {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ");
  } catch {
    return undefined;
  }
}

function signal(pid: number, name: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });

/** Two that are free now. Should another take one meanwhile, the process ends at once and is started again with others. */
async function freePorts(): Promise<[number, number]> {
  const open = () =>
    new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
      const server = createServer().once("error", reject);
      server.listen(0, "127.0.0.1", () => resolve(server));
    });
  const servers = [await open(), await open()];
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports as [number, number];
}
