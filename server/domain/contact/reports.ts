import { type ContactAct, MOST_REPORTED } from "#protocol/contact";
import { DIRECTORY_ROOM, type EventId, isId, mintId, type PersonId, type RoomId } from "#protocol/ids";
import { AT, KIND, senderIn } from "#protocol/record";
import type { Stamp } from "#protocol/stamp";
import type { Now } from "../clock.ts";
import { AppError } from "../error.ts";
import type { Store } from "../ports.ts";

const DAY_MS = 24 * 3600_000;
/** Reports that a person makes in a day. */
const MOST = 10;
/** Of all chosen messages together: what an answer to an administrator can carry a page of. */
const MOST_BYTES = 16 * 1024;

/** What people tell the administrators of their own units of somebody: who, in which room, and the messages that they chose. */
export class Reports {
  constructor(
    private readonly store: Store,
    private readonly now: Now,
  ) {}

  /** @throws AppError fix, forbidden (not in that room, or no message of that person there), wait */
  async make(who: { person: PersonId; device: string }, act: Extract<ContactAct, { do: "report" }>): Promise<void> {
    const { store } = this;
    const { person: by, device } = who;
    const { room: id, person, messages } = act;
    const isSound = isId(id) && isId(person) && Array.isArray(messages) && messages.every(isId) && person !== by;
    if (!isSound || messages.length > MOST_REPORTED) throw new AppError("fix", "The request is malformed.");
    const room = store.room(id);
    const isOfRoom = room?.members.has(by) && (room.members.has(person) || room.contacts?.get(by)?.by === person);
    if (!room || !isOfRoom) throw new AppError("forbidden", "That person is not in this conversation with you.");
    const since = room.history === "joined" ? (room.members.get(by)?.since ?? 0) : 0;
    const chosen = [...new Set(messages)].map((message) => this.recordOf(id, person, message, since));
    if (chosen.reduce((sum, { length }) => sum + length, 0) > MOST_BYTES)
      throw new AppError("fix", "These messages are too long to be sent together. Choose fewer.");
    const now = this.now();
    await store.write(DIRECTORY_ROOM, (tx) => {
      const { contacts, audit } = tx.tables;
      if (contacts.reportsBy(by, now - DAY_MS) >= MOST)
        throw new AppError("wait", "You have reported often today. Go on tomorrow.", { retryAfter: DAY_MS });
      const { kind, name } = room;
      const report = { id: mintId(now), at: now, by, person, room: id, kind, name };
      contacts.addReport({ ...report, messages: chosen.map((record) => Buffer.from(record).toString("base64")) });
      const facts = { report: report.id, person, room: id, messages: [...new Set(messages)].join(" ") };
      audit.append({ kind: "reported", by: { person: by, device }, facts }, now);
    });
  }

  /** As this node has it: nobody can put words into another's mouth by a report. */
  private recordOf(room: RoomId, person: PersonId, id: EventId, since: Stamp): Uint8Array {
    const place = this.store.find(room, id);
    const [record] = place && place.stamp >= since ? this.store.shown(room, place.origin, place.n - 1, place.n, 1) : [];
    if (!record || senderIn(record) !== person || record[AT.kind] !== KIND.message)
      throw new AppError("forbidden", "That person wrote no such message in this conversation.");
    return record;
  }
}
