import type { DeviceInfo } from "#protocol/admin";
import type { DeviceId, PersonId } from "#protocol/ids";
import type { Store } from "../ports.ts";
import { mintedAt } from "./held.ts";

/** A person's devices, newest first. @param online those with an open session here */
export function deviceInfos(store: Store, person: PersonId, online: ReadonlySet<DeviceId>): DeviceInfo[] {
  const { invitations } = store.tables;
  return store
    .devicesOf(person)
    .map(({ id, label, revoked }) => ({
      id,
      label,
      since: mintedAt(id),
      lastSeen: invitations.lastSeen(id),
      revoked,
      online: online.has(id),
    }))
    .reverse();
}
