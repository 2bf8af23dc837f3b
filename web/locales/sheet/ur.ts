import { plural } from "../plural.ts";
import type { SheetWords } from "./en.ts";

const n = plural("ur");

export const ur: SheetWords = {
  directHint: "آپ اور ایک فرد یا عہدے کے درمیان",
  groupHint: "سب پڑھتے اور لکھتے ہیں",
  channelHint: "مالکان لکھتے ہیں، ارکان پڑھتے ہیں",
  whom: "کس کے ساتھ",
  searchPeople: "نام، عہدہ یا شعبہ",
  searchHint: "نام، عہدہ یا شعبہ لکھیں، اردو یا انگریزی میں۔",
  roomName: "نام",
  roomNameHint: "مثلاً: سیلاب امداد، سکھر",
  historyQ: "بعد میں شامل ہونے والا پڑھ سکے گا",
  historyAll: "شروع سے سب کچھ",
  historyJoined: "صرف شمولیت کے بعد کے پیغامات",
  start: "شروع کریں",
  startWith: (name) => `${name} کے ساتھ شروع کریں`,
  keptIn: (provinces) => `محفوظ رہے گی: ${provinces}`,
  chosen: (count) => n(count, "# فرد منتخب", "# افراد منتخب"),
  needName: "نام درج کریں۔",
  needPeople: "کم از کم ایک فرد چنیں۔",
  keptInNow: "کہاں محفوظ ہے",
  keptWhy: "یہ گفتگو صرف انہی صوبوں میں محفوظ ہے کیونکہ اس کے ارکان وہیں ہیں۔",
  whereIs: "یہ پیغام کہاں ہے",
  provinceStored: "محفوظ",
  provinceWaiting: "راستے میں",
  personSent: "ابھی موصول نہیں ہوا",
  provinces: "صوبے",
};
