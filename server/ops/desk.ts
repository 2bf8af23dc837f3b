import type { AuditFacts } from "#protocol/audit";
import { ClosedFolder } from "./desk-closed.ts";
import type { Desk } from "./desk-port.ts";
import { RunningNode } from "./desk-running.ts";

/** The running node of a data folder, or the folder itself where none runs. @throws OpsError */
export async function openDesk(data: string): Promise<Desk> {
  return (await RunningNode.find(data)) ?? new ClosedFolder(data);
}

/** Has a running node write down that the operator reads the audit log by himself; false where none runs. */
export async function tellNode(data: string, kind: "read" | "exported", facts: AuditFacts): Promise<boolean> {
  const node = await RunningNode.find(data);
  await node?.tell(kind, facts);
  return node !== undefined;
}
