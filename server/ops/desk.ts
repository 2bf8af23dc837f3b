import { existsSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import type { AuditFacts } from "#protocol/audit";
import type { Person } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import { openSigner } from "../auth/province-key.ts";
import { verifyNow } from "../auth/verify.ts";
import { sealer } from "../domain/audit/seal.ts";
import { HybridClock } from "../domain/clock.ts";
import { Directory } from "../domain/directory/directory.ts";
import { Enrolment } from "../domain/enrolment/enrolment.ts";
import type { Signer } from "../domain/ports.ts";
import { openStore } from "../store/open.ts";
import { OpsError } from "./error.ts";
import { folderProvince } from "./folder.ts";

/** What an operator asks of a node, whether it runs or not. */
export interface Desk {
  status(): Promise<Record<string, unknown>>;
  /** all people of the province, or those of the fleet whom a text finds */
  people(text: string): Promise<Person[]>;
  code(person: PersonId, validMs: number): Promise<string>;
  addPerson(person: Omit<Person, "province">): Promise<void>;
  revoke(device: string): Promise<void>;
  close(): Promise<void>;
}

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

class RunningNode implements Desk {
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
  async code(person: PersonId, validMs: number): Promise<string> {
    return (await this.ask("POST", "/ops/code", { person, validMs })).code as string;
  }
  async addPerson(person: Omit<Person, "province">): Promise<void> {
    const { province } = await this.status();
    await this.ask("POST", "/ops/person", { ...person, province });
  }
  async revoke(device: string): Promise<void> {
    await this.ask("POST", "/ops/revoke", { device });
  }
  async tell(kind: "read" | "exported", facts: AuditFacts): Promise<void> {
    const { username, uid } = userInfo();
    const operator = username === "unknown" ? `uid ${uid}` : username;
    await this.ask("POST", "/ops/audit", { kind, operator, facts });
  }
  async close(): Promise<void> {}

  private async ask(method: string, path: string, body?: unknown): Promise<Record<string, unknown>> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    });
    if (answer.status === 401)
      throw new OpsError("The node refused the token of ops.json. Run this as the node's own user.");
    const value = (await answer.json()) as { error?: { message: string } };
    if (!answer.ok) throw new OpsError(value.error?.message ?? `The node answered ${answer.status}.`);
    return value as Record<string, unknown>;
  }
}

const unheard = () => new OpsError("The other provinces must hear of this: start the node first.");

/** Only a running node signs for its province. */
const signsNothing: Signer = {
  get key(): string {
    throw unheard();
  },
  sign: () => {
    throw unheard();
  },
};

/** A folder without a node. What must reach other provinces is left to a running one, which knows them. */
class ClosedFolder implements Desk {
  private readonly store;
  private readonly directory: Directory;

  constructor(data: string) {
    const province = folderProvince(data);
    this.store = openStore({ folder: data, province });
    // What is done here is in the audit log as well, and its seal needs the province's hand.
    this.store.tables.audit.sealWith(sealer(province, openSigner(this.store.secrets), verifyNow));
    const clock = new HybridClock(Date.now);
    clock.restore(this.store.newestStamp());
    this.directory = new Directory(this.store, clock, Date.now, () => [], signsNothing);
  }

  async status() {
    const { province, origin, files } = this.store;
    return { running: false, province, origin, files, waiting: this.store.waiting() };
  }
  async people(text: string): Promise<Person[]> {
    return text ? this.directory.find(text, 50) : this.store.peopleOf(this.store.province);
  }
  code(person: PersonId, validMs: number): Promise<string> {
    return new Enrolment(this.store, this.directory, Date.now).issueCode(person, validMs);
  }
  addPerson(): Promise<void> {
    throw unheard();
  }
  revoke(): Promise<void> {
    throw unheard();
  }
  close(): Promise<void> {
    return this.store.close();
  }
}
