import type { DeviceInfo } from "#protocol/admin";
import type { DeviceId, PersonId } from "#protocol/ids";
import type { Store } from "../ports.ts";
import { cameAt } from "./held.ts";

/** A person's devices, newest first. @param online those with an open session here */
export function deviceInfos(store: Store, person: PersonId, online: ReadonlySet<DeviceId>): DeviceInfo[] {
  const { invitations } = store.tables;
  return store
    .devicesOf(person)
    .map(({ id, label, revoked }) => ({
      id,
      label,
      since: cameAt(store, id),
      lastSeen: invitations.lastSeen(id),
      revoked,
      online: online.has(id),
    }))
    .sort((a, b) => b.since - a.since);
}
