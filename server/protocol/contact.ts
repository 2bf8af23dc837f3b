import type { EventId, PersonId, RoomId } from "./ids.ts";
import type { ControlRequest, RoomKind } from "./room.ts";

/** A room that somebody whom the person does not know yet began with them, or added them to, and that they have not answered. */
export interface ContactRequest {
  room: RoomId;
  kind: RoomKind;
  /** empty for a direct room */
  name: string;
  /** who began it or added them, as far as their own node can tell; null where only another province says who */
  by: PersonId | null;
  size: number;
  /** what a leaving request names as `expect` */
  cseq: number;
  /** milliseconds since 1970 */
  at: number;
}

/** How a person answers first contacts, and whom they hear nothing of. Acts of `self`, at home alone. */
export type ContactAct =
  /** the newest first; `before`: `at` of the last one of the page before */
  | { do: "contacts"; before?: number }
  | { do: "accept"; room: RoomId }
  /** the room is not shown any more; `leave`: of a group, the signed request with which the person leaves it */
  | { do: "decline"; room: RoomId; leave?: ControlRequest }
  | { do: "block"; person: PersonId }
  | { do: "unblock"; person: PersonId }
  | { do: "blocked" }
  /** tells the administrators of one's own units of a person; of messages those alone that are named, at most five */
  | { do: "report"; room: RoomId; person: PersonId; messages: EventId[] };

export type ContactAnswer =
  | { answer: "contacts"; contacts: ContactRequest[]; more: boolean }
  | { answer: "blocked"; people: { person: PersonId; at: number }[] };

const ACTS: readonly string[] = ["contacts", "accept", "decline", "block", "unblock", "blocked", "report"];
export const isContactAct = (act: { do: string }): act is ContactAct => ACTS.includes(act.do);
/** Messages that one report names. */
export const MOST_REPORTED = 5;

/** What a report tells: who, where, by whom, and the chosen messages as they were written. */
export interface Report {
  id: string;
  /** milliseconds since 1970 */
  at: number;
  by: PersonId;
  person: PersonId;
  room: RoomId;
  kind: RoomKind;
  name: string;
  /** whole records, base64 */
  messages: string[];
}
