import type { EventId, PersonId, RoomId } from "#protocol/ids";
import { decodeRecord, KIND } from "#protocol/record";
import { stampMs } from "#protocol/stamp";
import { contentOf } from "../model/content.ts";
import type { AppModel } from "../model/contract.ts";

/** A message of a request, as bare text: no link in it can be followed. */
export interface Shown {
  id: EventId;
  sender: PersonId;
  at: number;
  /** null for what is no text */
  text: string | null;
}

/** Most that are looked at before one answers. */
const MOST = 30;

/** The newest messages of a room about which one is asked, oldest first. Nobody learns that they were read. */
export async function messagesOf(app: AppModel, room: RoomId): Promise<Shown[]> {
  const answer = await app.request({ t: "page", room, before: {}, limit: MOST });
  if (!("records" in answer)) return [];
  const events = answer.records.map(decodeRecord).filter(({ kind }) => kind === KIND.message);
  return events.reverse().map((event) => {
    const content = contentOf(event);
    const text = content.kind === "text" ? content.text : null;
    return { id: event.id, sender: event.sender, at: stampMs(event.stamp), text };
  });
}
