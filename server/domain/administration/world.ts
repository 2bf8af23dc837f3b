import type { Device, Person, PostId } from "#protocol/directory";
import type { DeviceId, PersonId, Province } from "#protocol/ids";
import type { Offices } from "../directory/ports.ts";
import type { VerifyNow } from "../ports.ts";

/** The directory as it stands just before an order, in the order of its province's own log. */
export interface World {
  offices: Offices;
  person(id: PersonId): Person | undefined;
  device(id: DeviceId): Device | undefined;
  /** has come in with some device, shut out since or not */
  wasInside(id: PersonId): boolean;
  /** conversations have a place for the post; known where they are kept alone: replicas do not ask */
  isWrittenTo?(post: PostId): boolean;
  verify: VerifyNow;
  /** whose part of the directory the order is to change: that in whose log it stands */
  province: Province;
}

/** `second`: it is in order, and waits for another administrator's word. */
export type Verdict = { is: "sound" } | { is: "second" } | { is: "refused"; why: string };
