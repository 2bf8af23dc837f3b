/** Conferences are planned in Pakistan time, whatever the zone of the machine. */
const ZONE = "Asia/Karachi";
const MINUTE = 60_000;
const DAY = 86_400_000;

/** A date and a time as the fields of a form hold them: `2026-11-23`, `10:00`. */
export interface Wall {
  date: string;
  time: string;
}

const PARTS = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE,
  hourCycle: "h23",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
  hour: "2-digit",
  minute: "2-digit",
});

/** What clocks in Pakistan show at a moment. */
export function wallOf(ms: number): Wall {
  const part: Record<string, string> = {};
  for (const { type, value } of PARTS.formatToParts(ms)) part[type] = value;
  return { date: `${part.year}-${part.month}-${part.day}`, time: `${part.hour}:${part.minute}` };
}

const asUtc = ({ date, time }: Wall): number => Date.parse(`${date}T${time}:00Z`);
const offset = (ms: number): number => asUtc(wallOf(ms)) - Math.floor(ms / MINUTE) * MINUTE;

/** The moment at which clocks in Pakistan show this; NaN where no clock ever does. */
export function momentOf({ date, time }: Wall): number {
  if (!/^\d{4}-\d\d-\d\d$/.test(date) || !/^\d\d:\d\d$/.test(time)) return Number.NaN;
  const utc = asUtc({ date, time });
  if (Number.isNaN(utc)) return utc;
  const ms = utc - offset(utc - offset(utc));
  const shown = wallOf(ms);
  return shown.date === date && shown.time === time ? ms : Number.NaN;
}

/** Days are told apart by this: it grows by one at each midnight in Pakistan. */
export const dayNumber = (ms: number): number => Math.floor(asUtc({ date: wallOf(ms).date, time: "00:00" }) / DAY);

const made = new Map<string, Intl.DateTimeFormat>();

/** Thursday 26 November; with the year when it is not the present one. */
export function dateWords(ms: number, now: number, intl: string): string {
  const sameYear = wallOf(ms).date.slice(0, 4) === wallOf(now).date.slice(0, 4);
  const key = `${intl}${sameYear}`;
  const known =
    made.get(key) ??
    new Intl.DateTimeFormat(intl, {
      timeZone: ZONE,
      weekday: "long",
      day: "numeric",
      month: "long",
      ...(!sameYear && { year: "numeric" }),
    });
  made.set(key, known);
  return known.format(ms);
}
