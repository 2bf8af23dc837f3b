import type { AdminAnswer, AdminAsk } from "#protocol/admin";
import type { AuditEntry } from "#protocol/audit";
import type { AdminRole, Entry, Person, Scope } from "#protocol/directory";
import type { Down } from "#protocol/down";
import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import { type Order, type OrderAct, type OrderAnswer, orderText } from "#protocol/order";
import { ClientUnderTest, sign } from "./client-under-test.ts";
import { NodeUnderTest } from "./node-under-test.ts";

const words = (en: string) => ({ en, ur: en });

/** A node with a small government and its administrators, each signed in. */
export class AdministrationUnderTest {
  readonly node: NodeUnderTest;

  private constructor(options: ConstructorParameters<typeof NodeUnderTest>[0]) {
    this.node = new NodeUnderTest(options);
  }

  static async open(options?: ConstructorParameters<typeof NodeUnderTest>[0]): Promise<AdministrationUnderTest> {
    const at = new AdministrationUnderTest(options);
    const unit = (id: string, parent: string | null): Entry => ({
      unit: { id, province: "is", parent, kind: "department", name: words(id) },
    });
    await at.put([unit("dept", null), unit("district", "dept"), unit("dept2", null)]);
    await at.put([{ post: { id: "dc", province: "is", unit: "district", title: words("Deputy Commissioner") } }]);
    return at;
  }

  put(entries: Entry[]): Promise<void> {
    const { store, services } = this.node;
    return store.write(DIRECTORY_ROOM, (tx) => services.directory.issue(tx, "operator", entries));
  }

  async person(name: string, unitId?: string): Promise<Person> {
    const person: Person = {
      ...{ id: mintId(Date.now()), province: "is", name: words(name), post: words(""), unit: words("") },
      ...(unitId && { unitId }),
    };
    await this.put([{ person }]);
    return person;
  }

  /** A person with a device that is connected, and with a role if one is named. */
  async client(
    name: string,
    role?: AdminRole,
    scope: Scope = { province: "is" },
    unit?: string,
  ): Promise<ClientUnderTest> {
    const person = await this.person(name, unit);
    const client = await ClientUnderTest.enrol(this.node, person);
    const grant = { id: mintId(Date.now()), person: person.id, role: role as AdminRole, scope, from: 0, to: null };
    if (role) await this.put([{ grant }]);
    await client.connect();
    return client;
  }

  /** One of each role, a second one where two are needed, and somebody without any. */
  async staff() {
    return {
      prov: await this.client("Provincial", "provincial"),
      prov2: await this.client("Federal", "federal"),
      nodal: await this.client("Nodal", "nodal", { unit: "dept" }, "dept"),
      auditor: await this.client("Auditor", "auditor"),
      auditor2: await this.client("Auditor2", "auditor"),
      custodian: await this.client("Custodian", "custodian"),
      nobody: await this.client("Nobody", undefined, undefined, "district"),
    };
  }

  audit(kind?: AuditEntry["kind"]): AuditEntry[] {
    const all = this.node.store.tables.audit.entries(1, 10_000);
    return kind ? all.filter((entry) => entry.kind === kind) : all;
  }

  stop(): Promise<void> {
    return this.node.stop();
  }
}

export type Staff = Awaited<ReturnType<AdministrationUnderTest["staff"]>>;

type Failed = Extract<Down, { t: "error" }>["error"];

/** The answer, or the code of the refusal. */
export async function ask<K extends AdminAsk["ask"]>(
  client: ClientUnderTest,
  asked: Extract<AdminAsk, { ask: K }> | (Record<string, unknown> & { ask: K }),
): Promise<Extract<AdminAnswer, { answer: K }> | Failed> {
  const ref = client.nextRef();
  client.say({ t: "admin", ref, ask: asked } as never);
  return (await reply(client, "admin", ref)) as Extract<AdminAnswer, { answer: K }> | Failed;
}

export async function orderOf(client: ClientUnderTest, act: OrderAct, more: Partial<Order> = {}): Promise<Order> {
  const { person, device, pair } = client;
  const order = { id: mintId(Date.now()), at: Date.now(), person: person.id, device, act, ...more };
  return { ...order, signature: more.signature ?? (await sign(pair, orderText(order))) };
}

export async function send(
  client: ClientUnderTest,
  order: Order | Record<string, unknown>,
): Promise<OrderAnswer | Failed> {
  const ref = client.nextRef();
  client.say({ t: "order", ref, order } as never);
  return (await reply(client, "ordered", ref)) as OrderAnswer | Failed;
}

export const order = async (client: ClientUnderTest, act: OrderAct): Promise<OrderAnswer | Failed> =>
  send(client, await orderOf(client, act));

function reply(client: ClientUnderTest, t: "admin" | "ordered", ref: number): Promise<unknown> {
  return Promise.any([
    client.json(t, (message) => message.ref === ref).then(({ answer }) => answer),
    client.json("error", (message) => message.ref === ref).then(({ error }) => error),
  ]);
}
