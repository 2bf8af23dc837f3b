import { createHash } from "node:crypto";
import type { Bilingual, Person } from "#protocol/directory";
import type { PersonId, Province } from "#protocol/ids";

/** The people of the demo: nobody who lives. */
export type Who = keyof typeof PEOPLE;

const relief: Bilingual = { en: "Ministry of Relief and Works", ur: "وزارتِ امداد و تعمیرات" };
const wing = (en: string, ur: string): Bilingual => ({ en: `${relief.en} · ${en}`, ur: `${relief.ur} · ${ur}` });
const unit = (en: string, ur: string): Bilingual => ({ en, ur });

const person = (province: Province, name: Bilingual, post: Bilingual, unit: Bilingual) => ({
  province,
  name,
  post,
  unit,
});

export const PEOPLE = {
  ayesha: person(
    "is",
    { en: "Ayesha Rahman", ur: "عائشہ رحمان" },
    { en: "Joint Secretary (Coordination)", ur: "جوائنٹ سیکریٹری (رابطہ)" },
    wing("Coordination Wing", "شعبۂ رابطہ"),
  ),
  bilal: person(
    "is",
    { en: "Bilal Qureshi", ur: "بلال قریشی" },
    { en: "Section Officer (Budget)", ur: "سیکشن افسر (بجٹ)" },
    wing("Finance Wing", "شعبۂ مالیات"),
  ),
  hina: person(
    "is",
    { en: "Hina Durrani", ur: "حنا درانی" },
    { en: "Deputy Secretary (Protocol)", ur: "ڈپٹی سیکریٹری (پروٹوکول)" },
    wing("Administration Wing", "شعبۂ انتظامیہ"),
  ),
  farhan: person(
    "is",
    { en: "Farhan Siddiqui", ur: "فرحان صدیقی" },
    { en: "Director (Information Technology)", ur: "ڈائریکٹر (انفارمیشن ٹیکنالوجی)" },
    wing("Administration Wing", "شعبۂ انتظامیہ"),
  ),
  saima: person(
    "is",
    { en: "Saima Noor", ur: "صائمہ نور" },
    { en: "Private Secretary to the Secretary", ur: "پرائیویٹ سیکریٹری برائے سیکریٹری" },
    wing("Secretary's Office", "دفترِ سیکریٹری"),
  ),
  nadia: person(
    "pb",
    { en: "Nadia Cheema", ur: "نادیہ چیمہ" },
    { en: "Director (Flood Forecasting), Lahore", ur: "ڈائریکٹر (سیلاب پیش گوئی) لاہور" },
    unit("Punjab Irrigation Department", "محکمہ آبپاشی پنجاب"),
  ),
  imran: person(
    "pb",
    { en: "Imran Waraich", ur: "عمران وڑائچ" },
    { en: "Deputy Commissioner Multan", ur: "ڈپٹی کمشنر ملتان" },
    unit("District Administration Multan", "ضلعی انتظامیہ ملتان"),
  ),
  usman: person(
    "pb",
    { en: "Usman Gill", ur: "عثمان گل" },
    { en: "Executive Engineer (Barrages)", ur: "ایگزیکٹو انجینئر (بیراج)" },
    unit("Punjab Irrigation Department", "محکمہ آبپاشی پنجاب"),
  ),
  rubina: person(
    "pb",
    { en: "Rubina Aslam", ur: "روبینہ اسلم" },
    { en: "Section Officer (Finance)", ur: "سیکشن افسر (فنانس)" },
    unit("Punjab Finance Department", "محکمہ خزانہ پنجاب"),
  ),
  sana: person(
    "sd",
    { en: "Sana Memon", ur: "ثنا میمن" },
    { en: "Director (Relief Operations), Karachi", ur: "ڈائریکٹر (امدادی کارروائیاں) کراچی" },
    unit("Sindh Relief Department", "محکمہ امداد سندھ"),
  ),
  waqar: person(
    "sd",
    { en: "Waqar Shaikh", ur: "وقار شیخ" },
    { en: "Deputy Commissioner Sukkur", ur: "ڈپٹی کمشنر سکھر" },
    unit("District Administration Sukkur", "ضلعی انتظامیہ سکھر"),
  ),
  mehwish: person(
    "sd",
    { en: "Mehwish Baloch", ur: "مہوش بلوچ" },
    { en: "Accounts Officer", ur: "اکاؤنٹس افسر" },
    unit("Sindh Relief Department", "محکمہ امداد سندھ"),
  ),
} as const;

/** 16 bytes that follow from a name: the same in every seeding. */
export const seedId = (...words: string[]): string =>
  createHash("sha256")
    .update(["beep seed v1", ...words].join("\n"))
    .digest("hex")
    .slice(0, 32);

export const personId = (who: Who): PersonId => seedId("person", who);

/** @param home where a person lives; a fleet of one province takes all of them in */
export const personOf = (who: Who, home: (province: Province) => Province): Person => ({
  id: personId(who),
  ...PEOPLE[who],
  province: home(PEOPLE[who].province),
});
