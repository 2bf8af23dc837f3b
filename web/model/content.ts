import type { CallNote, Meeting } from "#protocol/call";
import { decodeClear } from "#protocol/clear";
import { type EventId, isId, type PersonId } from "#protocol/ids";
import { type EventRecord, KIND, SCHEME } from "#protocol/record";
import { isChange, isPeople } from "./change-shape.ts";
import type { TimelineItem } from "./contract.ts";

type Shown = TimelineItem["content"];
/** What an event says by itself. A note says more of another event, and is not shown in a place of its own. */
export type Content = Shown | { kind: "note"; note: CallNote };
export type Said = Omit<TimelineItem, "content"> & { content: Content };

const UNKNOWN = { kind: "unknown" } as const;

/** The words that every body has, for those who know nothing of the rest. */
export const textOf = ({ scheme, body }: Pick<EventRecord, "scheme" | "body">): string =>
  (scheme === SCHEME.clear && decodeClear(body)?.text) || "";

export function contentOf({ kind, scheme, body }: Pick<EventRecord, "kind" | "scheme" | "body">): Content {
  if (kind === KIND.control) {
    try {
      const { change } = JSON.parse(new TextDecoder().decode(body)) as { change?: unknown };
      return isChange(change) ? { kind: "change", change } : UNKNOWN;
    } catch {
      return UNKNOWN;
    }
  }
  const clear = scheme === SCHEME.clear ? decodeClear(body) : undefined;
  if (!clear) return UNKNOWN;
  const { text, call, note, meeting } = clear;
  if (kind === KIND.note) return note && isNote(note) ? { kind: "note", note } : UNKNOWN;
  if (kind !== KIND.message) return UNKNOWN;
  if (call && are(call, "string", "kind", "media")) return { kind: "call", call, note: null };
  if (meeting && isMeeting(meeting)) return { kind: "meeting", meeting };
  return { kind: "text", text };
}

const are = (value: object, type: string, ...names: string[]): boolean =>
  names.every((name) => typeof (value as Record<string, unknown>)[name] === type);

const isNote = (note: CallNote): boolean =>
  are(note, "string", "of") &&
  are(note, "number", "began", "ended") &&
  Array.isArray(note.people) &&
  note.people.every((each) => each && isId(each.person) && are(each, "number", "from", "to")) &&
  isPeople(note.declined);

const isMeeting = (meeting: Meeting): boolean =>
  are(meeting, "string", "id", "title", "agenda") && are(meeting, "number", "at", "minutes") && isPeople(meeting.invitees);

/**
 * Items as they are shown: a call with its note, and each conference once, where it was planned first, as its planner
 * planned it last.
 */
export function fold(said: readonly Said[]): TimelineItem[] {
  const notes = new Map<EventId, CallNote>();
  const plans = new Map<EventId, { sender: PersonId; meeting: Meeting }>();
  for (const { sender, content } of said) {
    if (content.kind === "note" && !notes.has(content.note.of)) notes.set(content.note.of, content.note);
    if (content.kind === "meeting") {
      const { meeting } = content;
      const plan = plans.get(meeting.id);
      if (!plan || plan.sender === sender) plans.set(meeting.id, { sender, meeting });
    }
  }
  const shown: TimelineItem[] = [];
  for (const item of said) {
    let { content } = item;
    if (content.kind === "note") continue;
    if (content.kind === "call" && notes.has(item.id)) content = { ...content, note: notes.get(item.id) as CallNote };
    if (content.kind === "meeting") {
      const plan = plans.get(content.meeting.id);
      if (!plan) continue;
      plans.delete(content.meeting.id);
      content = { kind: "meeting", meeting: plan.meeting };
    }
    shown.push(content === item.content ? (item as TimelineItem) : { ...item, content });
  }
  return shown;
}
