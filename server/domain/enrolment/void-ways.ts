import { DIRECTORY_ROOM, type PersonId } from "#protocol/ids";
import type { Store } from "../ports.ts";

/**
 * Voids all ways of signing in of a person: when somebody else may have made one, or an account at the issuer was made
 * anew. Devices that are inside are shut out by themselves.
 * @returns how many ways there were
 */
export function voidWays(store: Store, person: PersonId, operator: string, now: number): Promise<number> {
  return store.write(DIRECTORY_ROOM, ({ tables: { credentials, audit } }) => {
    const passkeys = credentials.passkeysOf(person);
    const [pin, codes] = [credentials.pin(person) !== undefined, credentials.recovery(person).length];
    for (const { id } of passkeys) credentials.dropPasskey(id);
    credentials.dropPin(person);
    credentials.dropMisses(person);
    credentials.putRecovery(person, []);
    credentials.dropAccounts(person);
    const facts = { did: "voided", person, passkeys: passkeys.length, pin, codes };
    audit.append({ kind: "credential", by: { operator }, facts }, now);
    return passkeys.length + (pin ? 1 : 0) + codes;
  });
}
