import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Meeting } from "#protocol/call";
import { words } from "../../locales/language.ts";
import { meetWords } from "./furnish.ts";
import { dateWords, dayNumber, wallOf } from "./pakistan-time.ts";
import { endOf, type Standing } from "./standing.ts";

const TICK = 10_000;
const now = signal(Date.now());
let watching = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** The present moment, renewed every ten seconds while somebody looks. */
export function useNow(): number {
  useEffect(() => {
    now.value = Date.now();
    if (watching++ === 0) timer = setInterval(() => (now.value = Date.now()), TICK);
    return () => {
      if (--watching === 0) clearInterval(timer);
    };
  }, []);
  return now.value;
}

/** "Tomorrow, 10:00–11:00 PKT". */
export function whenWords(meeting: Meeting, at: number): string {
  const w = meetWords.value;
  const ahead = dayNumber(meeting.at) - dayNumber(at);
  const near = { "-1": w.yesterday, 0: w.today, 1: w.tomorrow }[String(ahead)];
  const day = near ?? dateWords(meeting.at, at, words.value.intl);
  return w.span(day, `${wallOf(meeting.at).time}–${wallOf(endOf(meeting)).time}`);
}

/** What stands beside it; nothing while it is merely planned. */
export function standingWords(standing: Standing): string {
  const w = meetWords.value;
  switch (standing.at) {
    case "planned":
      return "";
    case "soon":
      return w.startsIn(standing.minutes);
    case "now":
    case "over":
    case "cancelled":
      return w[standing.at];
  }
}
