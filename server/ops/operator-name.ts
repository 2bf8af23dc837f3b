import { userInfo } from "node:os";

/** Who of the machine's users asks: what the audit log says of whatever is done here. */
export function operatorName(): string {
  const { username, uid } = userInfo();
  return username === "unknown" ? `uid ${uid}` : username;
}
