import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditFacts } from "#protocol/audit";
import type { Person } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import type { OperatorDone, OperatorList } from "../domain/administration/operator.ts";
import type { Imported } from "../domain/import/importer.ts";
import type { RawRow } from "../domain/import/row.ts";
import { codeFrom, type Desk } from "./desk-port.ts";
import { OpsError } from "./error.ts";
import { operatorName } from "./operator-name.ts";

/** How long an answer may take, in milliseconds: the usual one, one that sends messages or lists a whole province, an import. */
const PATIENCE_MS = 10_000;
const LONG_MS = 60_000;
const IMPORT_MS = 3600_000;

/** A node that runs, spoken with over its operator's door. */
export class RunningNode implements Desk {
  private constructor(
    private readonly url: string,
    private readonly token: string,
  ) {}

  /** Undefined where no node answers; `ops.json` of one that was killed is not believed. */
  static async find(data: string): Promise<RunningNode | undefined> {
    const path = join(data, "ops.json");
    if (!existsSync(path)) return undefined;
    const { url, token } = JSON.parse(readFileSync(path, "utf8")) as { url: string; token: string };
    const node = new RunningNode(url, token);
    try {
      await node.status();
      return node;
    } catch (error) {
      if (error instanceof OpsError) throw error;
      return undefined;
    }
  }

  status() {
    return this.ask("GET", "/ops/status") as Promise<Record<string, unknown>>;
  }
  async people(text: string): Promise<Person[]> {
    return (await this.ask("GET", `/ops/people?text=${encodeURIComponent(text)}`)).people as Person[];
  }
  code(person: PersonId, validMs: number): Promise<string> {
    return codeFrom(this, person, validMs);
  }
  async addPerson(person: Omit<Person, "province">): Promise<void> {
    const { province } = await this.status();
    await this.act({ do: "put", entries: [{ person: { ...person, province: String(province) } }] });
  }
  async voidWays(person: PersonId): Promise<number> {
    return (await this.ask("POST", "/ops/ways", { person, operator: operatorName() })).voided as number;
  }
  async tell(kind: "read" | "exported", facts: AuditFacts): Promise<void> {
    await this.ask("POST", "/ops/audit", { kind, operator: operatorName(), facts });
  }
  async act(act: OrderAct): Promise<OperatorDone> {
    return (await this.ask("POST", "/ops/act", { operator: operatorName(), act }, LONG_MS)) as unknown as OperatorDone;
  }
  async list<T>(wanted: OperatorList): Promise<T[]> {
    return (await this.ask("POST", "/ops/list", { operator: operatorName(), wanted }, LONG_MS)).list as T[];
  }
  async import(rows: readonly RawRow[], how: { dry: boolean; removals: boolean }): Promise<Imported> {
    const request = { operator: operatorName(), rows, ...how };
    return (await this.ask("POST", "/ops/import", request, IMPORT_MS)) as unknown as Imported;
  }
  async close(): Promise<void> {}

  private async ask(
    method: string,
    path: string,
    body?: unknown,
    patience = PATIENCE_MS,
  ): Promise<Record<string, unknown>> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(patience),
    });
    if (answer.status === 401)
      throw new OpsError("The node refused the token of ops.json. Run this as the node's own user.");
    const value = (await answer.json()) as { error?: { message: string } };
    if (!answer.ok) throw new OpsError(value.error?.message ?? `The node answered ${answer.status}.`);
    return value as Record<string, unknown>;
  }
}
