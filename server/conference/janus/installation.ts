import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { AppError } from "../../domain/error.ts";

export interface Installation {
  version: [number, number, number];
  /** the folder that holds `plugins` and `transports` */
  parts: string;
}

const LEAST = [1, 1, 2] as const;

/** 1.1.2 is the first that carries a feed from one gateway to another. */
export const isNewEnough = (version: readonly number[], least: readonly number[] = LEAST): boolean => {
  const at = least.findIndex((number, i) => version[i] !== number);
  return at < 0 || (version[at] ?? 0) > (least[at] as number);
};

/** From 1.3 on what crosses between gateways can be encrypted on the way (SRTP). */
export const canEncryptHop = (version: readonly number[]): boolean => isNewEnough(version, [1, 3, 0]);

/** Packages put it beside the machine's libraries, a build of one's own beside the binary. */
const partsOf = (binary: string): string | undefined => {
  const root = dirname(dirname(resolve(binary)));
  const triplet = { x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu" }[process.arch as string] ?? "none";
  const folders = [join(root, "lib"), join(root, "lib", triplet), join(root, "lib64"), join("/usr/lib", triplet)];
  return folders.map((folder) => join(folder, "janus")).find((folder) => existsSync(join(folder, "plugins")));
};

/** @throws AppError fix, in words for the operator, where it is missing, too old or in parts */
export function findInstallation(binary: string): Installation {
  let said: string;
  try {
    const { stdout, stderr } = Bun.spawnSync([binary, "--version"], { timeout: 5000 });
    said = `${stdout}${stderr}`;
  } catch (cause) {
    throw new AppError("fix", `Janus (${binary}) cannot be run. Install the package janus, 1.1.2 or newer.`, { cause });
  }
  const version = (/\((\d+)\.(\d+)\.(\d+)/.exec(said) ?? []).slice(1).map(Number);
  if (version.length !== 3) throw new AppError("fix", `${binary} is not Janus, or an old one: it tells no version.`);
  if (!isNewEnough(version))
    throw new AppError("fix", `Janus ${version.join(".")} (${binary}) is too old: 1.1.2 or newer is needed.`);
  const parts = partsOf(binary);
  if (!parts || !existsSync(join(parts, "plugins", "libjanus_videoroom.so")))
    throw new AppError("fix", `The plugins of Janus (${binary}) are not there. Install the package janus whole.`);
  return { version: version as [number, number, number], parts };
}
