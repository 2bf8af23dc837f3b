import type { HistoryPolicy, RoomKind } from "#protocol/room";
import type { Who } from "./seed-people.ts";

/** When something was said: days ago at a time of day in Pakistan, or minutes ago. */
export type When = readonly [daysAgo: number, time: string] | number;
export type Said = readonly [when: When, who: Who, text: string];

export interface SeedRoom {
  key: string;
  kind: RoomKind;
  /** empty for a direct room */
  name: string;
  history: HistoryPolicy;
  /** the first one makes the room, so its home is their province (a direct room's follows from its two people) */
  members: readonly Who[];
  made: When;
  added?: readonly [when: When, by: Who, who: Who];
  said: readonly Said[];
  /** how many of the newest messages are not yet read by everyone else */
  fresh: number;
}

export const ROOMS: readonly SeedRoom[] = [
  {
    key: "floods",
    kind: "group",
    name: "Flood coordination · سیلاب رابطہ",
    history: "all",
    members: ["nadia", "ayesha", "usman", "imran", "sana", "waqar"],
    made: [4, "08:40"],
    added: [[2, "10:05"], "nadia", "saima"],
    fresh: 2,
    said: [
      [
        [4, "08:42"],
        "nadia",
        "Assalam-o-Alaikum all. This room is for the Chenab–Indus wave only. Levels at 06:00, 12:00 and 18:00.",
      ],
      [[4, "08:50"], "usman", "Trimmu 06:00: inflow 186,000 cusecs, outflow 181,000. Rising slowly."],
      [
        [4, "09:03"],
        "imran",
        "ملتان میں نشیبی علاقوں کے لیے پہلا انتباہ جاری کر دیا گیا ہے۔ پٹواریوں کو دیہات کی فہرستیں دے دی ہیں۔",
      ],
      [
        [4, "09:11"],
        "ayesha",
        "Thank you. Please give the population of the low-lying union councils as well, I need it for the Secretary's noon briefing.",
      ],
      [[4, "09:35"], "imran", "11 union councils, about 64,000 people. Half of them have moved their cattle already."],
      [[4, "12:04"], "usman", "Trimmu 12:00: 204,000 / 199,000. Peak expected tomorrow around 04:00."],
      [[4, "12:20"], "sana", "سکھر پر یہ ریلا کب تک متوقع ہے؟ ہمیں کشتیاں خیرپور سے لانی ہوں گی۔"],
      [[4, "12:31"], "nadia", "Four to five days to Guddu, then one more to Sukkur. I will refine after Panjnad."],
      [[4, "12:36"], "waqar", "جی شکریہ۔ ہم پرسوں تک تمام کشتیاں اپنی جگہ پر کر لیں گے۔"],
      [[3, "04:30"], "usman", "Trimmu passed its peak at 04:10: 238,000 cusecs. Both guide banks are sound."],
      [[3, "07:15"], "ayesha", "Good news, thank you for sitting through the night."],
      [
        [3, "07:48"],
        "imran",
        "شیر شاہ بند پر پانی کا دباؤ ہے۔ محکمہ آبپاشی کی ٹیم موقع پر موجود ہے، خطرے کی بات نہیں۔",
      ],
      [[3, "11:10"], "usman", "Confirmed from Sher Shah: seepage at RD 12, sandbags placed, machinery standing by."],
      [[3, "18:06"], "usman", "Panjnad 18:00: 226,000 / 226,000. Gates fully open."],
      [[2, "09:40"], "nadia", "Revised for Guddu: 410,000–430,000 on Thursday night. Sukkur about 24 hours later."],
      [
        [2, "09:52"],
        "waqar",
        "We can hold 450,000 at Sukkur with the repaired gate. Evacuation of the katcha begins this evening.",
      ],
      [[2, "10:05"], "ayesha", "Please bring Saima in, the Secretary wants to read along."],
      [
        [2, "10:14"],
        "saima",
        "Thank you. The Secretary asks for one page each evening by 20:00: levels, people moved, what is short.",
      ],
      [[2, "10:20"], "sana", "ٹھیک ہے، سندھ کا حصہ میں روزانہ 19:30 تک بھیج دوں گی۔"],
      [
        [2, "19:28"],
        "sana",
        "Sindh, evening: 18,400 people moved to 23 camps. Short: 1,200 tents, water purification tablets, fodder.",
      ],
      [
        [2, "19:45"],
        "imran",
        "Multan, evening: 31,000 moved, 14 camps, nothing short. 300 tents can be lent to Sukkur.",
      ],
      [[2, "19:51"], "waqar", "بہت شکریہ عمران صاحب۔ ٹرک ہم کل صبح بھیج دیں گے۔"],
      [[1, "06:10"], "usman", "Guddu 06:00: 352,000, rising 6,000 an hour."],
      [[1, "11:30"], "waqar", "The 300 tents from Multan have reached Rohri. Distribution by this evening."],
      [[1, "12:02"], "nadia", "Guddu 12:00: 388,000. The forecast stands."],
      [[1, "19:20"], "sana", "شام کی رپورٹ: 41,700 افراد 38 کیمپوں میں منتقل۔ ادویات پہنچ گئی ہیں، چارہ اب بھی کم ہے۔"],
      [[1, "19:58"], "saima", "Received, with thanks. It is before the Secretary."],
      [170, "usman", "Guddu passed its peak: 421,000 cusecs. Within the forecast."],
      [148, "ayesha", "Excellent work, everyone. Fodder: 40 trucks leave Rahim Yar Khan this afternoon."],
      [41, "waqar", "سکھر 397,000 کیوسک، تمام دروازے کھلے ہیں، بند محفوظ ہیں۔"],
      [18, "sana", "Two medical teams are free from Larkana. Waqar, where do you want them?"],
    ],
  },
  {
    key: "budget",
    kind: "group",
    name: "Relief budget · first draft",
    history: "all",
    members: ["bilal", "ayesha", "rubina", "mehwish"],
    made: [5, "10:00"],
    fresh: 1,
    said: [
      [
        [5, "10:02"],
        "bilal",
        "Colleagues, the call circular gives us until the 25th. I need the provincial shares by Monday.",
      ],
      [
        [5, "10:20"],
        "rubina",
        "Punjab: the revised figure for embankments is Rs 2.84 billion, of which 1.9 is ongoing schemes.",
      ],
      [[5, "10:41"], "mehwish", "سندھ کا تخمینہ ابھی زیرِ غور ہے۔ کیمپوں کے اخراجات الگ مد میں دکھائیں یا امداد میں؟"],
      [
        [5, "10:55"],
        "bilal",
        "Under a separate head please: emergency relief, not development. The auditors asked for this last year.",
      ],
      [[5, "11:01"], "mehwish", "جی بہتر، شکریہ۔"],
      [
        [3, "14:12"],
        "mehwish",
        "Sindh: relief Rs 1.12 billion, development Rs 2.05 billion. Working sheet is on the file, page 31 onward.",
      ],
      [
        [3, "14:40"],
        "ayesha",
        "The relief figure was set before this wave. Leave room for a supplementary grant and say so in the note.",
      ],
      [[3, "15:05"], "bilal", "Noted. I will put a paragraph in the summary for the Finance Division."],
      [
        [2, "16:30"],
        "rubina",
        "Our department has concurred. File 7-3/Relief was marked to Islamabad today, diary no. 2281.",
      ],
      [[2, "16:44"], "bilal", "فائل موصول ہو گئی ہے۔ کل نوٹ کے ساتھ جوائنٹ سیکریٹری صاحبہ کو پیش کر دوں گا۔"],
      [[1, "11:15"], "bilal", "Put up: summary with both shares, flags A to D. Total Rs 6.01 billion."],
      [
        [1, "15:52"],
        "ayesha",
        "Seen. Paragraph 6 needs the names of the schemes, otherwise approved for the Secretary.",
      ],
      [[1, "16:20"], "bilal", "Done, paragraph 6 now lists all nine schemes."],
      [
        95,
        "ayesha",
        "The Secretary has signed. Please dispatch to the Finance Division today and keep a copy for both provinces.",
      ],
    ],
  },
  {
    key: "bulletin",
    kind: "channel",
    name: "Daily relief bulletin · روزنامچہ امداد",
    history: "all",
    members: [
      "sana",
      "waqar",
      "mehwish",
      "ayesha",
      "bilal",
      "hina",
      "farhan",
      "saima",
      "nadia",
      "imran",
      "usman",
      "rubina",
    ],
    made: [4, "18:00"],
    fresh: 1,
    said: [
      [
        [4, "18:30"],
        "sana",
        "روزنامچہ نمبر 1: دریائے چناب میں اونچے درجے کا سیلاب۔ تمام ضلعی کنٹرول روم چوبیس گھنٹے کھلے ہیں۔",
      ],
      [
        [3, "18:30"],
        "sana",
        "Bulletin no. 2: peak passed Trimmu at 238,000 cusecs. No breach reported anywhere. 31,000 people moved in Punjab.",
      ],
      [
        [2, "18:30"],
        "sana",
        "روزنامچہ نمبر 3: گڈو بیراج پر جمعرات کی رات 4 لاکھ 10 ہزار سے 4 لاکھ 30 ہزار کیوسک متوقع۔ کچے کے علاقے خالی کرائے جا رہے ہیں۔",
      ],
      [
        [1, "18:30"],
        "sana",
        "Bulletin no. 4: 41,700 people in 38 camps in Sindh. Donations in kind through the district control rooms only, please.",
      ],
      [60, "sana", "روزنامچہ نمبر 5: گڈو پر ریلا گزر گیا، چوٹی 4 لاکھ 21 ہزار کیوسک۔ اب توجہ سکھر پر ہے۔"],
    ],
  },
  {
    key: "ayesha-sana",
    kind: "direct",
    name: "",
    history: "all",
    members: ["ayesha", "sana"],
    made: [3, "20:10"],
    fresh: 1,
    said: [
      [[3, "20:11"], "ayesha", "السلام علیکم ثنا۔ کل شام کی رپورٹ میں ادویات کی صورتِ حال بھی شامل کر دیں۔"],
      [[3, "20:15"], "sana", "وعلیکم السلام۔ جی ضرور۔ سانپ کے کاٹے کی ویکسین کم ہے، کراچی سے منگوائی ہے۔"],
      [[3, "20:17"], "ayesha", "How many doses, and by when? I can ask for an air lift if the road is slow."],
      [[3, "20:22"], "sana", "600 doses. By road tomorrow night, so no air lift needed for now."],
      [[1, "09:05"], "sana", "ویکسین سکھر پہنچ گئی ہے۔ الحمد للہ۔"],
      [[1, "09:09"], "ayesha", "Very good. Please get some rest tonight, the second half will be long."],
      [32, "sana", "Could you speak to the health people about two more water testing kits? Ours are all in Khairpur."],
    ],
  },
  {
    key: "delegation",
    kind: "group",
    name: "Delegation visit, 28th",
    history: "joined",
    members: ["hina", "saima", "ayesha", "farhan"],
    made: [3, "11:00"],
    fresh: 1,
    said: [
      [
        [3, "11:02"],
        "hina",
        "The donor delegation arrives on the 28th at 09:30, seven persons. Meeting in the committee room, third floor.",
      ],
      [[3, "11:10"], "saima", "سیکریٹری صاحب 10:00 سے 11:15 تک دستیاب ہیں۔ اس کے بعد کابینہ کمیٹی ہے۔"],
      [[3, "11:14"], "hina", "10:00 it is. Ayesha, fifteen minutes on the flood response, then questions?"],
      [
        [3, "11:30"],
        "ayesha",
        "Yes. I will bring maps rather than slides. Farhan, can the screen take a laptop this time?",
      ],
      [[3, "11:42"], "farhan", "It can. I have replaced the cable and will be there at 09:00 to test with you."],
      [
        [1, "13:20"],
        "hina",
        "مہمانوں کی حتمی فہرست آ گئی ہے، گیٹ پاس آج بن جائیں گے۔ دوپہر کے کھانے کے لیے 14 افراد لکھوا دیے ہیں۔",
      ],
      [[1, "13:31"], "saima", "Two of the guests are vegetarian."],
      [75, "hina", "Noted and passed on to the mess. Route card and seating plan are on your desks."],
    ],
  },
  {
    key: "barrages",
    kind: "group",
    name: "بیراج پنجاب",
    history: "all",
    members: ["usman", "nadia", "imran"],
    made: [6, "09:00"],
    fresh: 0,
    said: [
      [[6, "09:04"], "usman", "تمام گیج ریڈرز کی ڈیوٹی لسٹ بھیج دی ہے۔ رات کی شفٹ میں دو دو آدمی ہوں گے۔"],
      [[6, "09:20"], "nadia", "Good. The telemetry at Panjnad drops out at night, so the manual readings matter."],
      [[4, "22:10"], "usman", "Trimmu gate 17 was slow to open, motor replaced, tested twice."],
      [[4, "22:14"], "imran", "شکریہ، تریموں سے نیچے کے دیہات کو اطلاع دے دی ہے۔"],
      [[2, "08:00"], "nadia", "Night staff may stand down at Trimmu. Panjnad stays on full watch until Friday."],
      [[2, "08:06"], "usman", "جی بہتر۔"],
    ],
  },
  {
    key: "sukkur",
    kind: "group",
    name: "Sukkur control room",
    history: "all",
    members: ["waqar", "sana", "mehwish"],
    made: [3, "08:00"],
    fresh: 1,
    said: [
      [[3, "08:05"], "waqar", "کنٹرول روم قائم ہو گیا ہے۔ تین شفٹیں، ہر شفٹ میں آبپاشی، پولیس اور صحت کا ایک نمائندہ۔"],
      [
        [3, "08:30"],
        "mehwish",
        "Imprest of Rs 5 million has been released. Please keep a bill for everything, however small.",
      ],
      [[2, "17:40"], "waqar", "Katcha evacuation: 62 of 71 villages are empty. The rest go at first light."],
      [[1, "07:25"], "waqar", "تمام 71 دیہات خالی ہو گئے۔ لوگ مال مویشی کے ساتھ بحفاظت پہنچ گئے ہیں۔"],
      [[1, "07:33"], "sana", "شاباش۔ کیمپ نمبر 12 میں صاف پانی کا ٹینکر بھیج دیں۔"],
      [
        26,
        "mehwish",
        "The fodder suppliers want 30 percent in advance. I am putting up the case today; please recommend it.",
      ],
    ],
  },
  {
    key: "ayesha-bilal",
    kind: "direct",
    name: "",
    history: "all",
    members: ["ayesha", "bilal"],
    made: [2, "12:00"],
    fresh: 0,
    said: [
      [[2, "12:01"], "ayesha", "Where is the file on the warehouse lease? The landlord's lawyer has written again."],
      [[2, "12:08"], "bilal", "With the Law Division since the 14th, for vetting. I sent a reminder yesterday."],
      [[2, "12:10"], "ayesha", "Please go over in person, and mark it to me as it comes back."],
      [[1, "10:45"], "bilal", "واپس آ گئی ہے، ایک اعتراض کے ساتھ۔ جواب لگا کر آپ کو مارک کر دی ہے۔"],
      [[1, "12:30"], "ayesha", "Signed. Thank you for the quick turn."],
    ],
  },
  {
    key: "nadia-usman",
    kind: "direct",
    name: "",
    history: "all",
    members: ["nadia", "usman"],
    made: [1, "20:30"],
    fresh: 0,
    said: [
      [[1, "20:31"], "nadia", "آپ تین راتوں سے جاگ رہے ہیں۔ آج کی رات اکرم صاحب سنبھال لیں گے، آپ آرام کریں۔"],
      [[1, "20:40"], "usman", "Thank you, madam. I will stay near the phone in any case."],
      [110, "usman", "All quiet downstream of Panjnad. The report for the month is on your table."],
      [104, "nadia", "بہت خوب۔ شکریہ۔"],
    ],
  },
];
