import { existsSync } from "node:fs";
import { resolve } from "node:path";

const OWN = resolve(import.meta.dir, "../../.beep/tools/bin/nats-server");
const LEAST: readonly [number, number] = [2, 14];

/** The nats-server that the set-up brought, or a fit one on the PATH; undefined where there is neither. */
export function findNatsServer(): string | undefined {
  return [OWN, Bun.which("nats-server")].find(
    (path): path is string => path !== null && existsSync(path) && isFit(path),
  );
}

function isFit(path: string): boolean {
  const { stdout } = Bun.spawnSync([path, "--version"]);
  const [, major, minor] = /v(\d+)\.(\d+)/.exec(stdout.toString()) ?? [];
  return Number(major) > LEAST[0] || (Number(major) === LEAST[0] && Number(minor) >= LEAST[1]);
}
