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
