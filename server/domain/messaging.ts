import type { Ack } from "#protocol/down";
import { type DeviceId, type PersonId, type Province, provinceOf } from "#protocol/ids";
import {
  AT,
  deviceIn,
  HEAD_BYTES,
  idIn,
  isSameDraft,
  KIND,
  recordSize,
  roomIn,
  SCHEME,
  senderIn,
} from "#protocol/record";
import { isHidden } from "./claim.ts";
import type { HybridClock } from "./clock.ts";
import { tookUp } from "./contact/meeting.ts";
import { AppError } from "./error.ts";
import type { Room, Store, Tx } from "./ports.ts";
import { mayCarry, mayWrite } from "./writers.ts";

export interface Sender {
  person: PersonId;
  device: DeviceId;
}

/** Takes people's messages: checks the envelope and the right to write, never the body. */
export class Messaging {
  private readonly dests = new WeakMap<Room, readonly Province[]>();

  constructor(
    private readonly store: Store,
    private readonly clock: HybridClock,
  ) {}

  /**
   * Stores a draft and settles once it is on disk; a draft sent again answers its first ack.
   * The record is stamped in place: it is the caller's to give away.
   * @throws AppError fix (malformed), forbidden (no right to write), elsewhere (room not held here), wait (disk full, busy)
   */
  async send(sender: Sender, record: Uint8Array): Promise<Ack> {
    checkDraft(sender, record);
    const id = idIn(record);
    const roomId = roomIn(record);
    return this.store.write(roomId, (tx) => {
      const room = tx.room(roomId);
      if (!room || isHidden(room, sender.person, this.store))
        throw new AppError("elsewhere", "This conversation is not kept on this node.");
      this.checkWriter(room, sender.person);
      const known = tx.find(roomId, id);
      if (known && !this.isForged(tx, known, record)) return known;
      if (known) tx.refuse(roomId, id);
      tookUp(tx, room, sender.person);
      return tx.append(record, this.clock.next(), this.destsOf(room));
    });
  }

  /** What a visited node made of the draft of one of this province's people: here they say it themselves. */
  private isForged(tx: Tx, known: Ack, draft: Uint8Array): boolean {
    const { province } = this.store;
    if (provinceOf(known.origin) === province || this.store.person(senderIn(draft))?.province !== province)
      return false;
    const standing = tx.standing(roomIn(draft), known.id);
    return standing !== undefined && standing[AT.kind] !== KIND.control && !isSameDraft(standing, draft);
  }

  /**
   * Only the home knows who may write; another node may not have heard yet, and its no would lose the message. What this
   * province may not carry the others would not believe: it is sent by another node.
   */
  private checkWriter(room: Room, person: PersonId): void {
    if (mayWrite(room, person)) {
      if (mayCarry(room, this.store.province)) return;
      throw new AppError("elsewhere", "Only a node of those who write in this conversation takes messages for it.");
    }
    if (room.home !== this.store.province)
      throw new AppError("elsewhere", "This node has not heard that you may write in this conversation.");
    if (!room.members.has(person)) throw new AppError("forbidden", "You are not a member of this conversation.");
    throw new AppError("forbidden", "Only the owners of this channel may write in it.");
  }

  private destsOf(room: Room): readonly Province[] {
    let dests = this.dests.get(room);
    if (!dests) {
      dests = room.provinces.filter((province) => province !== this.store.province);
      this.dests.set(room, dests);
    }
    return dests;
  }
}

function checkDraft(sender: Sender, record: Uint8Array): void {
  if (recordSize(record) !== record.length) throw new AppError("fix", "The message is malformed or too large.");
  const kind = record[AT.kind];
  if ((kind !== KIND.message && kind !== KIND.note) || record[AT.scheme] !== SCHEME.clear || record[AT.reserved] !== 0)
    throw new AppError("fix", "The message is of a kind that this node does not take.");
  if (record.length === HEAD_BYTES) throw new AppError("fix", "The message is empty.");
  if (senderIn(record) !== sender.person || deviceIn(record) !== sender.device)
    throw new AppError("fix", "The message names another sender than the one signed in.");
}
