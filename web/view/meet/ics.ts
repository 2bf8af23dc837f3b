import type { Meeting } from "#protocol/call";
import { wallOf } from "./pakistan-time.ts";
import { endOf } from "./standing.ts";

const FOLD = 75;
const utf8 = new TextEncoder();

/** Pakistan has no summer time now; calendars take the zone from here and need none of their own. */
const ZONE = [
  "BEGIN:VTIMEZONE",
  "TZID:Asia/Karachi",
  "BEGIN:STANDARD",
  "DTSTART:19700101T000000",
  "TZOFFSETFROM:+0500",
  "TZOFFSETTO:+0500",
  "TZNAME:PKT",
  "END:STANDARD",
  "END:VTIMEZONE",
];

/** Text as a value (RFC 5545 section 3.3.11); other control characters than the end of a line are not allowed in it. */
const escaped = (text: string): string =>
  text
    .replace(/[\\;,]/g, "\\$&")
    .replace(/\r\n?|\n/g, "\\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must go
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, "");

/** Lines of at most 75 bytes, never cut within a letter (section 3.1). */
function folded(line: string): string {
  const lines: string[] = [];
  let now = "";
  let bytes = 0;
  for (const letter of line) {
    const size = utf8.encode(letter).length;
    if (bytes + size > FOLD) {
      lines.push(now);
      now = " ";
      bytes = 1;
    }
    now += letter;
    bytes += size;
  }
  return [...lines, now].join("\r\n");
}

const local = (ms: number): string => {
  const { date, time } = wallOf(ms);
  return `${date.replace(/-/g, "")}T${time.replace(":", "")}00`;
};
const utc = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, "");

/**
 * A conference as a file for calendars (RFC 5545). A later file of the same conference takes the place of the earlier
 * one: its UID is the conference's, its SEQUENCE grows with time.
 * @param room name of the room @param url address of the conversation @param now milliseconds since 1970
 */
export function icsFile(meeting: Meeting, room: string, url: string, now = Date.now()): string {
  const lines = [
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Beep//Conferences//EN",
    "CALSCALE:GREGORIAN",
    `METHOD:${meeting.cancelled ? "CANCEL" : "PUBLISH"}`,
    ...ZONE,
    "BEGIN:VEVENT",
    `UID:${meeting.id}@beep`,
    `DTSTAMP:${utc(now)}`,
    `SEQUENCE:${Math.floor(now / 1000) % 2 ** 31}`,
    `DTSTART;TZID=Asia/Karachi:${local(meeting.at)}`,
    `DTEND;TZID=Asia/Karachi:${local(endOf(meeting))}`,
    `SUMMARY:${escaped(meeting.title)}`,
    ...(meeting.agenda ? [`DESCRIPTION:${escaped(meeting.agenda)}`] : []),
    `LOCATION:${escaped(room)}`,
    `URL:${url.replace(/[\r\n]/g, "")}`,
    `STATUS:${meeting.cancelled ? "CANCELLED" : "CONFIRMED"}`,
    "END:VEVENT",
    "END:VCALENDAR",
  ];
  return `${lines.map(folded).join("\r\n")}\r\n`;
}
