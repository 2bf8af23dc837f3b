import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { openStore } from "../../store/open.ts";
import { storeFiles } from "../../store/folder.ts";
import { verifyFile } from "../../store/verify.ts";

interface Acked {
  room: string;
  n: number;
  id: string;
}

/** Compiles the shim into the folder; undefined, with the reason, where there is no C compiler. */
export function buildShim(folder: string): { path?: string; reason: string } {
  const compiler = Bun.which("cc") ?? Bun.which("gcc") ?? Bun.which("tcc");
  if (!compiler) return { reason: "there is no C compiler (Debian: apt-get install gcc libc6-dev)" };
  const path = join(folder, "power-loss.so");
  const sources = ["shim.c", "shadow.c"].map((name) => join(import.meta.dir, name));
  const built = Bun.spawnSync([compiler, "-O1", "-shared", "-fPIC", "-o", path, ...sources, "-ldl"]);
  if (built.exitCode !== 0) return { reason: `the shim does not compile: ${built.stderr}` };
  return { path, reason: "" };
}

/** Lets the writer work for about `ms` after its first ack, kills it, and answers what it had acknowledged. */
export async function writeAndKill(
  folder: string,
  seed: number,
  ms: number,
  env = {},
  ...more: string[]
): Promise<Acked[]> {
  mkdirSync(folder, { recursive: true });
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "writer.ts"), folder, String(seed), ...more], {
    env: { ...process.env, ...env },
    stdout: "pipe",
    stderr: "inherit",
  });
  let text = "";
  for await (const chunk of child.stdout) {
    if (text === "") setTimeout(() => child.kill("SIGKILL"), ms);
    text += new TextDecoder().decode(chunk);
  }
  await child.exited;
  // The last line may have been cut by the kill.
  const lines = text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter(Boolean);
  return lines.map((line) => {
    const [room, n, id] = line.split(" ") as [string, string, string];
    return { room, n: Number(n), id };
  });
}

/** Opens what was left behind, as a node would, and answers the acknowledged events that are not there. */
export async function missing(folder: string, acked: readonly Acked[]): Promise<Acked[]> {
  const store = openStore({ folder, province: "is" });
  const lost = acked.filter(({ room, n, id }) => store.find(room, id)?.n !== n);
  await store.close();
  return lost;
}

/** Faults of the folder's files, each read from end to end. */
export const faults = (folder: string): string[] =>
  storeFiles(folder).flatMap((name) => verifyFile(join(folder, name))?.message ?? []);
