import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LISTEN = "0A";

/** Name and pid of the process that listens on a TCP port, as far as this user may see it (proc(5)). */
export function portHolder(port: number): string | undefined {
  const inodes = new Set(["tcp", "tcp6"].flatMap((table) => listeners(`/proc/net/${table}`, port)));
  if (inodes.size === 0) return undefined;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      for (const fd of readdirSync(`/proc/${pid}/fd`))
        if (inodes.has(readlinkSync(`/proc/${pid}/fd/${fd}`)))
          return `${readFileSync(`/proc/${pid}/comm`, "utf8").trim()}, pid ${pid}`;
    } catch {
      // another user's process, or one that has just ended
    }
  }
  return undefined;
}

function listeners(table: string, port: number): string[] {
  let text = "";
  try {
    text = readFileSync(table, "utf8");
  } catch {
    return [];
  }
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local, , state]) => state === LISTEN && Number.parseInt(local?.split(":").at(-1) ?? "", 16) === port)
    .map((fields) => `socket:[${fields[9]}]`);
}
