import type { Person } from "#protocol/directory";
import type { PersonId } from "#protocol/ids";
import type { OrderAct } from "#protocol/order";
import type { OperatorDone, OperatorList } from "../domain/administration/operator.ts";
import type { Imported } from "../domain/import/importer.ts";
import type { RawRow } from "../domain/import/row.ts";

/** What an operator asks of a node, whether it runs or not. */
export interface Desk {
  status(): Promise<Record<string, unknown>>;
  /** all people of the province, or those of the fleet whom a text finds */
  people(text: string): Promise<Person[]>;
  code(person: PersonId, validMs: number): Promise<string>;
  addPerson(person: Omit<Person, "province">): Promise<void>;
  /** how many ways of signing in were voided */
  voidWays(person: PersonId): Promise<number>;
  /** @throws OpsError; what other provinces must hear of needs the running node */
  act(act: OrderAct): Promise<OperatorDone>;
  list<T>(wanted: OperatorList): Promise<T[]>;
  import(rows: readonly RawRow[], how: { dry: boolean; removals: boolean }): Promise<Imported>;
  close(): Promise<void>;
}

/** A code for one person, to be shown. */
export async function codeFrom(desk: Pick<Desk, "act">, person: PersonId, validMs: number): Promise<string> {
  const { invitations } = await desk.act({ do: "invite", people: [person], validMs, way: "show" });
  return invitations?.[0]?.code as string;
}
