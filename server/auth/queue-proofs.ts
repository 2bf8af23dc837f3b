import type { PersonId } from "#protocol/ids";
import { isId } from "#protocol/ids";
import { queueText } from "#protocol/queue";
import { isActive } from "../domain/administration/reach.ts";
import type { Store, VerifySignature } from "../domain/ports.ts";

/** Tells devices of people who may come in from strangers, before the door: a look-up and a signature. */
export class QueueProofs {
  constructor(
    private readonly store: Pick<Store, "device" | "person">,
    private readonly verify: VerifySignature,
  ) {}

  /** Whose device signed the turn; undefined for an unknown or revoked one, one of a person who is not active, and a wrong signature. */
  async whose(id: string, turn: string, proof: string): Promise<PersonId | undefined> {
    const device = isId(id) ? this.store.device(id) : undefined;
    const person = device && !device.revoked ? this.store.person(device.person) : undefined;
    if (!device || !person || !isActive(person)) return undefined;
    return (await this.verify(device.key, queueText(turn, id), proof)) ? person.id : undefined;
  }
}
