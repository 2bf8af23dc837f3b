import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startTime } from "./fleet-process.ts";

const LEAST: readonly [number, number, number] = [1, 1, 2];

/** A Janus on the PATH that is new enough; undefined where there is none. */
export function findJanus(): string | undefined {
  const path = Bun.which("janus");
  if (!path) return undefined;
  const { stdout, stderr } = Bun.spawnSync([path, "--version"]);
  const [, ...parts] = /Janus version:.*\((\d+)\.(\d+)\.(\d+)/.exec(`${stdout}${stderr}`) ?? [];
  return isFit(parts.map(Number)) ? path : undefined;
}

function isFit(version: number[]): boolean {
  const at = LEAST.findIndex((least, i) => version[i] !== least);
  return version.length === LEAST.length && (at < 0 || (version[at] as number) > (LEAST[at] as number));
}

/** The Janus that a node with this data folder runs, or left running when it was killed; undefined where there is none. */
export function janusPid(data: string): number | undefined {
  try {
    const { pid, began } = JSON.parse(readFileSync(join(data, "janus", "janus.pid"), "utf8"));
    return startTime(pid) === began ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Ends it where its node did not. Answers whether there was one. */
export function endJanus(data: string): boolean {
  const pid = janusPid(data);
  if (pid === undefined) return false;
  process.kill(pid, "SIGKILL");
  return true;
}
