import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { type CallOrder, callOrderText } from "#protocol/call-order";
import type { CallId } from "#protocol/call";
import type { DeviceId, PersonId, RoomId } from "#protocol/ids";
import { verifyNow } from "../auth/verify.ts";
import type { Evidence } from "../domain/calls/judge.ts";

type Unsigned = Omit<CallOrder, "spki" | "signature">;

/** The devices of a test with their keys, and the entries of calls that are in the log of its rooms. */
export class TestDevices implements Evidence {
  readonly verify = verifyNow;
  takesUnsigned = false;
  readonly entries = new Map<CallId, { by: PersonId; at: number }>();
  readonly revoked = new Set<DeviceId>();
  private readonly people = new Map<DeviceId, PersonId>();
  private readonly keys = new Map<DeviceId, KeyObject>();

  enter(device: DeviceId, person: PersonId): void {
    this.people.set(device, person);
  }

  deviceOf(device: DeviceId) {
    const person = this.people.get(device);
    return person && !this.revoked.has(device) ? { person, key: this.spkiOf(device) } : undefined;
  }

  entryOf(_room: RoomId, call: CallId) {
    return this.entries.get(call);
  }

  spkiOf(device: DeviceId): string {
    return createPublicKey(this.keyOf(device)).export({ format: "der", type: "spki" }).toString("base64");
  }

  sign(order: Unsigned, device = order.device): CallOrder {
    const key = { key: this.keyOf(device), dsaEncoding: "ieee-p1363" } as const;
    const signature = sign("sha256", Buffer.from(callOrderText(order)), key).toString("base64");
    return { ...order, spki: this.spkiOf(device), signature };
  }

  private keyOf(device: DeviceId): KeyObject {
    const known = this.keys.get(device);
    if (known) return known;
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    this.keys.set(device, privateKey);
    return privateKey;
  }
}
