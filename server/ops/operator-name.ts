import { existsSync, readFileSync } from "node:fs";

/**
 * Who of the machine's users asks: what the audit log says of whatever is done here. By the process's own number, not by
 * what the environment calls itself (`os.userInfo` of this runtime believes that).
 */
export function operatorName(passwd = "/etc/passwd"): string {
  const uid = process.getuid?.();
  const users = existsSync(passwd) ? readFileSync(passwd, "utf8").split("\n") : [];
  const own = users.map((line) => line.split(":")).find(([, , number]) => number === String(uid));
  return own?.[0] || `uid ${uid}`;
}
