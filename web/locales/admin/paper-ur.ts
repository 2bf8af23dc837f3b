import type { en } from "./paper-en.ts";

/** The same in Urdu: a sheet carries both. */
export const ur: typeof en = {
  qr: "دعوت نامہ کھولنے کا کیو آر کوڈ",
  how: "بیپ استعمال کرنے کے لیے: اپنے فون سے کوڈ سکین کریں، یا نیچے دیا گیا پتہ براؤزر میں کھول کر کوڈ درج کریں۔",
  until: (when) => `یہ ایک بار، ایک ہی آلے پر، ${when} تک کام کرتا ہے۔`,
  secret: "یہ کسی کو نہ دیں۔ استعمال کے بعد یہ پرچہ تلف کر دیں۔",
};
