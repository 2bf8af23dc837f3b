import { plural } from "../plural.ts";
import type { MeetWords } from "./en.ts";

const n = plural("ur");

/** The same words in the Urdu of government offices. */
export const ur: MeetWords = {
  conference: "کانفرنس",
  conferences: "کانفرنسیں",
  plan: "کانفرنس طے کریں",
  change: "کانفرنس میں تبدیلی",
  startNow: "ابھی کانفرنس شروع کریں",
  none: "کوئی کانفرنس طے نہیں۔",

  title: "موضوع",
  titleHint: "مثلاً: سیلاب امداد کا جائزہ",
  date: "تاریخ",
  time: "وقت",
  zone: "تاریخ اور وقت پاکستان کے معیاری وقت کے مطابق ہیں، خواہ آپ کہیں بھی ہوں۔",
  length: "دورانیہ",
  agenda: "ایجنڈا",
  agendaHint: "ہر نکتہ الگ سطر پر لکھیں",
  who: "شرکت کی درخواست",
  everyone: "تمام ارکان",
  everyoneHint: (room) => `${room} کے سب ارکان، بعد میں شامل ہونے والے بھی`,
  some: "منتخب ارکان",
  someHint: "باقی ارکان کانفرنس دیکھ سکیں گے، مگر مدعو نہیں ہوں گے",
  searchMembers: "ارکان میں تلاش",
  entry: "داخلہ",
  straight: "براہِ راست",
  straightHint: "ارکان فوراً شامل ہو جاتے ہیں",
  lobby: "انتظار گاہ سے",
  lobbyHint: "میزبان کی اجازت تک انتظار کرنا ہو گا",
  save: "محفوظ کریں",
  publish: "اعلان کریں",
  cancel: "کانفرنس منسوخ کریں",
  cancelSure: "یہ کانفرنس منسوخ کر دیں؟ منسوخی تمام ارکان کو نظر آئے گی۔",
  keep: "برقرار رکھیں",
  missing: "یہ کانفرنس گفتگو میں اوپر ہے۔ وہاں جا کر اسے کھولیں۔",
  needTitle: "موضوع درج کریں۔",
  needDate: "تاریخ اور وقت درج کریں۔",
  past: "یہ وقت گزر چکا ہے۔",
  needPeople: "کم از کم ایک رکن منتخب کریں، یا تمام ارکان کو مدعو کریں۔",
  tooMany: "اتنے ارکان الگ الگ مدعو نہیں ہو سکتے: تمام ارکان چنیں۔",
  tooLong: "ایجنڈا بہت طویل ہے۔",

  today: "آج",
  tomorrow: "آئندہ کل",
  yesterday: "گزشتہ کل",
  span: (day, times) => `${day}، \u2066${times}\u2069 (پاکستانی وقت)`,
  lasts: (minutes) => {
    if (minutes === 90) return "ڈیڑھ گھنٹہ";
    if (minutes % 60) return n(minutes, "# منٹ", "# منٹ");
    return n(minutes / 60, "# گھنٹہ", "# گھنٹے");
  },
  startsIn: (minutes) => n(minutes, "# منٹ میں آغاز", "# منٹ میں آغاز"),
  now: "جاری ہے",
  over: "اختتام پذیر",
  cancelled: "منسوخ",
  asked: (count) => n(count, "# رکن مدعو ہے", "# ارکان مدعو ہیں"),
  askedAll: "تمام ارکان مدعو ہیں",
  askedYou: "آپ مدعو ہیں",
  throughLobby: "داخلہ انتظار گاہ سے",
  there: (count) => n(count, "# فرد موجود", "# افراد موجود"),
  join: "شامل ہوں",
  more: "سب دکھائیں",
  toCalendar: "کیلنڈر میں شامل کریں",
  fromCalendar: "کیلنڈر سے ہٹائیں",
  edit: "تبدیل کریں",
  opens: (minutes) => `شمولیت ${minutes} منٹ پہلے سے ممکن ہو گی`,
};
