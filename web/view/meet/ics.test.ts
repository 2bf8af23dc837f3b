import { expect, test } from "bun:test";
import type { Meeting } from "#protocol/call";
import { icsFile } from "./ics.ts";

const meeting: Meeting = {
  id: "0192".padEnd(32, "a"),
  title: "Review; floods, and more",
  agenda: "1. Gauges\n2. C:\\files, all",
  at: Date.UTC(2026, 10, 23, 5, 0),
  minutes: 90,
  lobby: false,
  invitees: [],
  cancelled: false,
};
const NOW = Date.UTC(2026, 10, 22, 18, 0);
const file = (change: Partial<Meeting> = {}, now = NOW) =>
  icsFile({ ...meeting, ...change }, "Flood relief · Sukkur", "https://beep.is.example/#/r/ab", now);
const unfolded = (text: string) => text.replace(/\r\n[ \t]/g, "").split("\r\n");

test("a conference in Pakistan time, with its zone, is what a calendar reads", () => {
  const lines = unfolded(file());
  expect(lines[0]).toBe("BEGIN:VCALENDAR");
  expect(lines.slice(-3)).toEqual(["END:VEVENT", "END:VCALENDAR", ""]);
  for (const line of [
    "TZID:Asia/Karachi",
    "TZOFFSETTO:+0500",
    `UID:${meeting.id}@beep`,
    "DTSTAMP:20261122T180000Z",
    "DTSTART;TZID=Asia/Karachi:20261123T100000",
    "DTEND;TZID=Asia/Karachi:20261123T113000",
    "SUMMARY:Review\\; floods\\, and more",
    "DESCRIPTION:1. Gauges\\n2. C:\\\\files\\, all",
    "URL:https://beep.is.example/#/r/ab",
    "STATUS:CONFIRMED",
  ])
    expect(lines).toContain(line);
});

test("lines are at most 75 bytes, and no letter is cut", () => {
  const agenda = "سکھر بیراج کی صورتحال 🚤 ".repeat(40);
  const text = file({ agenda });
  expect(text.replace(/\r\n/g, "")).not.toMatch(/[\r\n]/);
  for (const line of text.split("\r\n")) {
    const bytes = new TextEncoder().encode(line);
    expect(bytes.length).toBeLessThanOrEqual(75);
    expect(new TextDecoder("utf-8", { fatal: true }).decode(bytes)).toBe(line);
  }
  expect(unfolded(text)).toContain(`DESCRIPTION:${agenda}`);
});

test("a title cannot smuggle lines in", () => {
  const lines = unfolded(file({ title: "A\r\nATTENDEE:mailto:x@example\rB\u0000" }));
  expect(lines.filter((line) => line.startsWith("ATTENDEE"))).toEqual([]);
  expect(lines).toContain("SUMMARY:A\\nATTENDEE:mailto:x@example\\nB");
});

test("a later file replaces an earlier one, and a cancelled conference is struck", () => {
  const sequence = (text: string) => Number(/SEQUENCE:(\d+)/.exec(text)?.[1]);
  expect(sequence(file({}, NOW + 1000))).toBe(sequence(file()) + 1);
  const lines = unfolded(file({ cancelled: true }));
  expect(lines).toContain("METHOD:CANCEL");
  expect(lines).toContain("STATUS:CANCELLED");
});
