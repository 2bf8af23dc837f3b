import type { Notice } from "#protocol/notice";
import type { Device } from "#protocol/directory";
import type { DeviceId, PersonId } from "#protocol/ids";
import type { Store } from "../ports.ts";
import { changesOf } from "./changes.ts";
import type { Invitation } from "./ports.ts";

/** How long an invitation for somebody who is inside is held, so that they can stop it. */
export const HELD_MS = 24 * 3600_000;

/**
 * From when an invitation is good (R103). Whoever comes in with it reads what the person reads: so the devices of somebody
 * who is inside have time to stop it. Where none is left nobody could; two administrators then let the person in at once,
 * while one hand alone, the operator's, still waits until the last device has been silent for as long: it could have
 * shut that out itself.
 */
export function goodFrom(
  store: Store,
  person: PersonId,
  { now, hands, heldMs }: { now: number; hands: 1 | 2; heldMs: number },
): number {
  const devices = store.devicesOf(person);
  if (devices.some(({ revoked }) => !revoked)) return now + heldMs;
  if (devices.length === 0 || hands === 2) return now;
  const seen = devices.map((device) => Math.min(lastThere(store, device), now));
  return Math.max(now, Math.max(...seen) + heldMs);
}

/** What a device that connects is told: invitations that it may stop, and what changed who can come in. */
export function standingNotices(store: Store, person: PersonId, now: number): Notice[] {
  // What this node's log tells of a guest is not all of it: their home tells them.
  if (store.person(person)?.province !== store.province) return [];
  const held = store.tables.invitations.openInvitations(person, now).filter(({ good }) => good > now);
  const changes = changesOf(store, person, now);
  return [...held.map(noticeOf), ...(changes.length > 0 ? [{ kind: "changes", changes } as const] : [])];
}

export const noticeOf = ({ id, by, good, made }: Invitation): Notice => ({
  ...{ kind: "invitation", invitation: id },
  ...{ by, from: good, at: made },
});

const lastThere = (store: Store, { id }: Device): number => store.tables.invitations.lastSeen(id) ?? cameAt(store, id);

/** When a device came in. An id from before it followed from the key is a UUIDv7: its first 48 bits are that time. */
export const cameAt = (store: Pick<Store, "tables">, id: DeviceId): number =>
  store.tables.offices.entered("device", id) ?? Number.parseInt(id.slice(0, 12), 16);
