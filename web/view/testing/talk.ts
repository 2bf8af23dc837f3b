import type { EventId } from "#protocol/ids";
import { stampOf } from "#protocol/stamp";
import type { Stage, TimelineItem } from "../../model/contract.ts";
import { PEOPLE, idOf } from "./people.ts";

const MINUTE = 60_000;
let counter = 0;

export function item(room: string, who: number, at: number, text: string, stage?: Stage): TimelineItem {
  const n = ++counter;
  const sender = PEOPLE[who] as (typeof PEOPLE)[number];
  return {
    id: idOf(n, 7) as EventId,
    room,
    sender: sender.id,
    mine: who === 0,
    at,
    stamp: stampOf(at),
    origin: stage === "waiting" ? null : `${sender.province}-abcdefghi`,
    n,
    content: { kind: "text", text },
    ...(who === 0 ? { stage: stage ?? "read" } : {}),
  };
}

/** Minutes ago, who, what, how far. */
export type Line = [number, number, string, Stage?];

export const talk = (room: string, now: number, lines: Line[]): TimelineItem[] =>
  lines.map(([ago, who, text, stage]) => item(room, who, now - ago * MINUTE, text, stage));

export const FLOOD: Line[] = [
  [
    1530,
    10,
    "Assalam o alaikum. The Met Office expects 140 mm over upper Sindh until Thursday. All districts please confirm that relief camps are staffed.",
  ],
  [1524, 4, "وعلیکم السلام۔ سکھر میں چھ کیمپ قائم ہیں، ہر ایک میں ڈاکٹر اور پینے کا صاف پانی موجود ہے۔"],
  [1522, 4, "Boats: 14 in the water, 3 under repair."],
  [1490, 2, "Punjab can lend two medical teams and 4,000 cholera kits. They leave Rahim Yar Khan tonight."],
  [1488, 0, "Thank you, Dr. Sana. I will have the escort letter out within the hour.", "read"],
  [
    1402,
    13,
    "Barrage gauge at 16:00: upstream 197.4 ft, discharge 5,12,000 cusecs and rising slowly. Readings every two hours: https://irrigation.example.gov.pk/sukkur/gauge?station=7",
  ],
  [190, 5, "صبح بخیر۔ رات بھر بہاؤ میں کمی آئی ہے۔ بند محفوظ ہیں۔"],
  [182, 10, "Good. Keep the watch on Qadirpur loop for another day."],
  [64, 11, "Our teams have reached Ghotki. The road at km 212 is passable for trucks only."],
  [61, 11, "Photos and the load list follow with the evening report."],
  [52, 0, "Noted. NHA will send a grader to km 212; expect it before 17:00.", "read"],
  [44, 6, "روہڑی کے 312 خاندان واپس جا رہے ہیں، راشن کی فہرست تیار ہے۔"],
  [31, 4, "Can we release the schools that are used as camps? Classes are to begin on Monday."],
  [
    22,
    0,
    "Yes, release four of the six. Keep Government High School Sukkur and the Rohri college until the second wave is over.",
    "delivered",
  ],
  [14, 0, "I also need the list of families without CNIC, in Urdu please.", "crossed"],
  [6, 0, "Meeting at 15:30 today, all DCs. The agenda is in the file.", "stored"],
];

const FILLERS = [
  "The monthly return has been received, thank you.",
  "Please see paragraph 4 of the summary.",
  "رپورٹ موصول ہو گئی، شکریہ۔",
  "We will need the concurrence of the Finance Division before the 14th. The draft was put up on Tuesday and the file is with the Deputy Secretary; I expect it back tomorrow morning.",
  "Agreed.",
  "براہِ کرم اجلاس کی کارروائی کا مسودہ آج شام تک بھجوا دیں تاکہ سیکرٹری صاحب کو پیش کیا جا سکے۔",
  "Noted for action.",
];

export const longTalk = (room: string, now: number, count: number): TimelineItem[] =>
  Array.from({ length: count }, (_, i) =>
    item(
      room,
      [0, 7, 9, 1][(i >> 1) % 4] as number,
      now - (count - i) * 7 * MINUTE,
      `${FILLERS[(i * 3) % 7]}${i % 5 ? "" : ` (${i})`}`,
    ),
  );
