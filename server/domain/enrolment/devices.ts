import type { DeviceInfo } from "#protocol/admin";
import type { DeviceId, PersonId } from "#protocol/ids";
import type { Store } from "../ports.ts";

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

/** A device's id is a UUIDv7: its first 48 bits are the time at which it came in. */
const mintedAt = (id: DeviceId): number => Number.parseInt(id.slice(0, 12), 16);
