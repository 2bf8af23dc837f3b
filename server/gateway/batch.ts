import type { DeviceId } from "#protocol/ids";
import { DOWN } from "#protocol/down";
import { recordsFrame } from "#protocol/frame";
import { deviceIn, KIND, placeIn, AT } from "#protocol/record";
import type { Stamp } from "#protocol/stamp";

/** Largest `events` frame; more go in several. Bytes. */
const MAX_EVENTS = 128 * 1024;

/** What one commit added to one room, encoded once however many receive it. */
export class Batch {
  private encoded: Uint8Array[] | undefined;

  constructor(readonly records: readonly Uint8Array[]) {}

  get frames(): readonly Uint8Array[] {
    this.encoded ??= encode(this.records);
    return this.encoded;
  }

  /** Without what the device itself sent and this node just acknowledged. */
  without(device: DeviceId, isOwn: (record: Uint8Array) => boolean): Batch {
    const rest = this.records.filter((record) => !(isOwn(record) && deviceIn(record) === device));
    return rest.length === this.records.length ? this : new Batch(rest);
  }

  /** Without what was written before a member came, where the room's history is not for them. */
  since(stamp: Stamp): Batch {
    const rest = this.records.filter((record) => placeIn(record).stamp >= stamp);
    return rest.length === this.records.length ? this : new Batch(rest);
  }
}

function encode(records: readonly Uint8Array[]): Uint8Array[] {
  const frames: Uint8Array[] = [];
  let from = 0;
  let bytes = 0;
  records.forEach((record, i) => {
    if (bytes > 0 && bytes + record.length > MAX_EVENTS) {
      frames.push(recordsFrame(DOWN.events, records.slice(from, i)));
      from = i;
      bytes = 0;
    }
    bytes += record.length;
  });
  if (from < records.length) frames.push(recordsFrame(DOWN.events, records.slice(from)));
  return frames;
}

/** Recognises messages that this very node accepted: their sender is told by an ack. */
export function acceptedBy(origin: string): (record: Uint8Array) => boolean {
  const bytes = new TextEncoder().encode(origin);
  return (record) => {
    if (record[AT.kind] !== KIND.message && record[AT.kind] !== KIND.note) return false;
    for (let i = 0; i < bytes.length; i++) if (record[AT.origin + i] !== bytes[i]) return false;
    return true;
  };
}
