import { plural } from "../plural.ts";
import type { RoomWords } from "./en.ts";

const n = plural("ur");

export const ur: RoomWords = {
  created: (by) => `${by} نے یہ گفتگو شروع کی`,
  added: (by, who) => `${by} نے ${who} کو شامل کیا`,
  removed: (by, who) => `${by} نے ${who} کو خارج کیا`,
  leftRoom: (by) => `${by} نے گفتگو چھوڑ دی`,
  renamed: (by, name) => `${by} نے اس کا نام ”${name}“ رکھا`,
  madeOwner: (by, who) => `${by} نے ${who} کو مالک بنایا`,
  madeMember: (by, who) => `${by} نے ${who} کو عام رکن بنایا`,
  handedOver: (from, to, post) => `${from} نے چارج ${to} کے حوالے کیا: ${post}`,
  tookCharge: (who, post) => `${who} نے چارج سنبھالا: ${post}`,
  gaveUp: (who, post) => `${who} نے چارج چھوڑا: ${post}`,
  newMessages: "نئے پیغامات",
  latest: "تازہ ترین پیغام پر جائیں",
  newBelow: (count) => n(count, "# نیا پیغام، اس پر جائیں", "# نئے پیغامات، تازہ ترین پر جائیں"),
  loadingOlder: "پرانے پیغامات آ رہے ہیں…",
  emptyRoom: "ابھی کوئی پیغام نہیں",
  emptyRoomHint: "پہلا پیغام نیچے لکھیں۔",
  emptyChannelHint: "اعلانات یہاں ظاہر ہوں گے۔",
  unknown: "اس پیغام کے لیے بیپ کا نیا نسخہ درکار ہے۔",
  messages: "پیغامات",
  says: (name, text) => `${name}: ${text}`,
  tooLong: (letters) => `یہ پیغام تقریباً ${letters} حروف زیادہ لمبا ہے۔ اسے کئی پیغامات میں بانٹیں۔`,
  readOnly: "یہاں صرف مالکان لکھ سکتے ہیں۔",
  elsewhere: "آپ اپنے صوبے سے باہر داخل ہیں۔ آپ کا لکھا یہیں منتظر رہے گا جب تک آپ کے صوبے سے رابطہ نہ ہو۔",
  discard: "واپس لیں",
  discarded: "واپس لے لیا گیا۔",
  tooLate: "دیر ہو گئی: پیغام محفوظ ہو چکا ہے۔",
  stageWaits: (provinces) => `${provinces} کا انتظار`,
  stageOpen: (stage) => `${stage}۔ دیکھیں یہ پیغام کہاں ہے`,
};
