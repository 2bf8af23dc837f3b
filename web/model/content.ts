import type { CallNote, Meeting } from "#protocol/call";
import { decodeClear } from "#protocol/clear";
import { type EventId, isId } from "#protocol/ids";
import type { ControlBody } from "#protocol/room";
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
      const { change, members, removed } = JSON.parse(new TextDecoder().decode(body)) as ControlBody;
      if (!isChange(change)) return UNKNOWN;
      if (change.op !== "succeed") return { kind: "change", change };
      const came = members.map(({ person }) => person);
      return isPeople(came) && isPeople(removed) ? { kind: "change", change, came, went: removed } : UNKNOWN;
    } catch {
      return UNKNOWN;
    }
  }
  const clear = scheme === SCHEME.clear ? decodeClear(body) : undefined;
  if (!clear) return UNKNOWN;
  const { text, call, note, meeting } = clear;
  if (kind === KIND.note) return note && isNote(note) ? { kind: "note", note } : UNKNOWN;
  if (kind !== KIND.message) return UNKNOWN;
  if (call && like(call, { kind: "", media: "" })) return { kind: "call", call, note: null };
  if (meeting && isMeeting(meeting)) return { kind: "meeting", meeting };
  return { kind: "text", text };
}

/** Whether each field of the sample is there, and of its type. */
const like = (value: object, sample: object): boolean =>
  Object.keys(sample).every(
    (name) => typeof (value as Record<string, unknown>)[name] === typeof (sample as Record<string, unknown>)[name],
  );

/** A moment that calendars can name, up to the year 9999: beyond, one message would break the page of all who read it. */
const isTime = (ms: unknown): boolean => typeof ms === "number" && ms >= 0 && ms <= 253_402_300_799_000;
const LONGEST_MINUTES = 31 * 24 * 60;

const isNote = (note: CallNote): boolean =>
  like(note, { of: "" }) &&
  isTime(note.began) &&
  isTime(note.ended) &&
  Array.isArray(note.people) &&
  note.people.every(isAttendance) &&
  isPeople(note.declined);

const isAttendance = (each: CallNote["people"][number] | null): boolean =>
  each !== null &&
  typeof each === "object" &&
  isId(each.person) &&
  isTime(each.from) &&
  isTime(each.to) &&
  ["string", "undefined"].includes(typeof each.name);

const isMeeting = (meeting: Meeting): boolean =>
  like(meeting, { title: "", agenda: "" }) &&
  isId(meeting.id) &&
  isTime(meeting.at) &&
  typeof meeting.minutes === "number" &&
  meeting.minutes > 0 &&
  meeting.minutes <= LONGEST_MINUTES &&
  isPeople(meeting.invitees);

/**
 * Items as they are shown: a call with its note, and each conference once, where it was planned first, as its planner
 * planned it last.
 */
export function fold(said: readonly Said[]): TimelineItem[] {
  const notes = new Map<EventId, CallNote[]>();
  const plans = new Map<EventId, Said>();
  for (const item of said) {
    const { content } = item;
    // Each province writes one, and signs its part of it. Whose these are is judged where they are shown.
    if (content.kind === "note") notes.set(content.note.of, [...(notes.get(content.note.of) || []), content.note]);
    if (content.kind === "meeting") {
      const plan = plans.get(content.meeting.id);
      if (!plan || plan.sender === item.sender) plans.set(content.meeting.id, item);
    }
  }
  const shown: Said[] = [];
  for (const item of said) {
    let { content } = item;
    if (content.kind === "note") continue;
    const told = notes.get(item.id);
    if (content.kind === "call" && told) content = { ...content, note: told[0] as CallNote, notes: told };
    if (content.kind === "meeting") {
      const { id } = content.meeting;
      const plan = plans.get(id);
      if (!plan) continue;
      plans.delete(id);
      content = plan.content;
    }
    shown.push(content === item.content ? item : { ...item, content });
  }
  return shown as TimelineItem[];
}
