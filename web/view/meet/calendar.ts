import type { Meeting } from "#protocol/call";

/** A name that every system takes, of the letters that the title has. */
const fileName = (title: string): string =>
  `${
    title
      .replace(/[^\p{L}\p{N}]+/gu, "-")
      .replace(/^-+|-+$/g, "")
      .slice(0, 40) || "conference"
  }.ics`;

/** Hands the conference out as a file for calendars (RFC 5545). */
export async function toCalendar(meeting: Meeting, room: string): Promise<void> {
  const { icsFile } = await import("./ics.ts");
  const url = URL.createObjectURL(
    new Blob([icsFile(meeting, room, location.href)], { type: "text/calendar;charset=utf-8" }),
  );
  const link = document.createElement("a");
  link.href = url;
  link.download = fileName(meeting.title);
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
