import type { Outgoing } from "../domain/enrolment/messenger.ts";

export const SUBJECT = "Beep: your invitation · بیپ: آپ کا دعوت نامہ";

/** Names and whatever else comes from outside: one line, without marks that turn the direction of what follows. */
export const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, " ").trim();

const date = (language: string, ms: number): string =>
  new Intl.DateTimeFormat(language, { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Karachi" }).format(ms);

export function letter({ name, code, url, expires }: Outgoing): string {
  return `${oneLine(name.en || name.ur)},

you are invited to Beep, the government's messenger. On the computer or phone that you work with, open

  ${url}

or open Beep and enter the code ${code}. It is good once, for you alone, until ${date("en-GB", expires)}.
Nobody will ever ask you for it. If you did not expect this letter, tell your nodal officer.


${oneLine(name.ur || name.en)}،

آپ کو سرکاری پیغام رسانی کے نظام بیپ میں شامل ہونے کی دعوت ہے۔ جس کمپیوٹر یا فون پر آپ کام کرتے ہیں، اس پر کھولیں

  ${url}

یا بیپ کھول کر یہ کوڈ درج کریں: ${code}۔ یہ صرف آپ کے لیے ہے، ایک بار، ${date("ur-PK", expires)} تک۔
کوئی بھی آپ سے یہ کوڈ کبھی نہیں مانگے گا۔ اگر آپ کو اس خط کی توقع نہیں تھی تو اپنے نوڈل افسر کو بتائیں۔
`;
}

export const shortMessage = ({ code, url, expires }: Outgoing): string =>
  `Beep: ${url} · code ${code}, once, until ${date("en-GB", expires)}. Tell it to nobody.\nبیپ کا دعوت نامہ، صرف آپ کے لیے۔ کوڈ کسی کو نہ بتائیں۔`;
