import type { AdminRole, Bilingual, Charge, Entry, Grant, Person, Post, Unit, Wave } from "#protocol/directory";
import type { Province } from "#protocol/ids";
import { PEOPLE, personId, personOf, seedId, type Who } from "./seed-people.ts";

const DAY = 86_400_000;
const words = (en: string, ur: string): Bilingual => ({ en, ur });

/** Units by key: where they stand, what they are, and their names. */
const UNITS: Record<string, [Province, string | null, Unit["kind"], Bilingual]> = {
  relief: ["is", null, "ministry", words("Ministry of Relief and Works", "وزارتِ امداد و تعمیرات")],
  coordination: ["is", "relief", "wing", words("Coordination Wing", "شعبۂ رابطہ")],
  finance: ["is", "relief", "wing", words("Finance Wing", "شعبۂ مالیات")],
  budget: ["is", "finance", "section", words("Budget Section", "بجٹ سیکشن")],
  administration: ["is", "relief", "wing", words("Administration Wing", "شعبۂ انتظامیہ")],
  secretary: ["is", "relief", "office", words("Secretary's Office", "دفترِ سیکریٹری")],
  punjab: ["pb", null, "province", words("Government of Punjab", "حکومتِ پنجاب")],
  irrigation: ["pb", "punjab", "department", words("Punjab Irrigation Department", "محکمہ آبپاشی پنجاب")],
  treasury: ["pb", "punjab", "department", words("Punjab Finance Department", "محکمہ خزانہ پنجاب")],
  multan: ["pb", "punjab", "district", words("District Administration Multan", "ضلعی انتظامیہ ملتان")],
  sindh: ["sd", null, "province", words("Government of Sindh", "حکومتِ سندھ")],
  karachi: ["sd", "sindh", "department", words("Sindh Relief Department", "محکمہ امداد سندھ")],
  sukkur: ["sd", "sindh", "district", words("District Administration Sukkur", "ضلعی انتظامیہ سکھر")],
};

/** Where each person of the demo sits, in which grade, under which personal number; the post is that of seed-people.ts. */
const SEATS: Record<Who, [keyof typeof UNITS, number, string]> = {
  ayesha: ["coordination", 20, "RW-1001"],
  bilal: ["budget", 17, "RW-1002"],
  hina: ["administration", 19, "RW-1003"],
  farhan: ["administration", 19, "RW-1004"],
  saima: ["secretary", 17, "RW-1005"],
  nadia: ["irrigation", 19, "PB-2001"],
  imran: ["multan", 19, "PB-2002"],
  usman: ["irrigation", 18, "PB-2003"],
  rubina: ["treasury", 17, "PB-2004"],
  sana: ["karachi", 19, "SD-3001"],
  waqar: ["sukkur", 19, "SD-3002"],
  mehwish: ["karachi", 17, "SD-3003"],
};

/** Who administers what: two in each province, so that nothing dangerous is done alone, an auditor, and nodal officers. */
export const ROLES: readonly [Who, AdminRole, keyof typeof UNITS | null][] = [
  ["farhan", "federal", null],
  ["hina", "federal", null],
  ["saima", "auditor", null],
  ["ayesha", "auditor", null],
  ["bilal", "nodal", "finance"],
  ["nadia", "provincial", null],
  ["rubina", "provincial", null],
  ["usman", "auditor", null],
  ["imran", "nodal", "multan"],
  ["sana", "provincial", null],
  ["waqar", "provincial", null],
  ["mehwish", "auditor", null],
];

/** Entered, and not inside yet: whom the next waves let in. */
const TO_COME: readonly [string, Bilingual, keyof typeof UNITS, Bilingual, number, string][] = [
  [
    "kamran",
    words("Kamran Yousafzai", "کامران یوسفزئی"),
    "budget",
    words("Assistant (Budget)", "اسسٹنٹ (بجٹ)"),
    15,
    "RW-1010",
  ],
  [
    "zainab",
    words("Zainab Malik", "زینب ملک"),
    "coordination",
    words("Section Officer (Coordination)", "سیکشن افسر (رابطہ)"),
    17,
    "RW-1011",
  ],
  [
    "tariq",
    words("Tariq Bhatti", "طارق بھٹی"),
    "multan",
    words("Assistant Commissioner Shujabad", "اسسٹنٹ کمشنر شجاع آباد"),
    17,
    "PB-2010",
  ],
  [
    "shazia",
    words("Shazia Anwar", "شازیہ انور"),
    "irrigation",
    words("Sub-Divisional Officer (Canals)", "سب ڈویژنل افسر (انہار)"),
    17,
    "PB-2011",
  ],
  [
    "ghulam",
    words("Ghulam Abbas Mahar", "غلام عباس مہر"),
    "sukkur",
    words("Mukhtiarkar Rohri", "مختیارکار روہڑی"),
    16,
    "SD-3010",
  ],
  [
    "farzana",
    words("Farzana Soomro", "فرزانہ سومرو"),
    "karachi",
    words("Relief Officer Malir", "ریلیف افسر ملیر"),
    17,
    "SD-3011",
  ],
];

/** Posts that nobody holds just now. */
const VACANT: readonly [keyof typeof UNITS, Bilingual, number][] = [
  ["budget", words("Deputy Secretary (Budget)", "ڈپٹی سیکریٹری (بجٹ)"), 19],
  ["multan", words("Assistant Commissioner Jalalpur", "اسسٹنٹ کمشنر جلال پور"), 17],
  ["sukkur", words("Additional Deputy Commissioner Sukkur", "ایڈیشنل ڈپٹی کمشنر سکھر"), 18],
];

export const unitId = (key: string): string => seedId("unit", key);

/**
 * What a province's part of the demo's directory holds besides its people's names: offices, who holds them, who
 * administers, and the waves in which people come in.
 * @param home where the demo's provinces are kept: a fleet of one takes all in
 * @param now the present, milliseconds since 1970
 */
export function officesOf(province: Province, home: (province: Province) => Province, now: number): Entry[] {
  const here = (of: Province) => home(of) === province;
  const units = Object.entries(UNITS).filter(([, [of]]) => here(of));
  const unitOf = (key: string) => UNITS[key] as (typeof UNITS)[string];
  const entries: Entry[] = units.map(([key, [, parent, kind, name]]) => ({
    unit: { id: unitId(key), province, parent: parent && unitId(parent), kind, name },
  }));
  const hold = (key: string, post: Post, person: Person) => {
    const charge: Charge = {
      ...{ id: seedId("charge", key), post: post.id, person: person.id, kind: "regular" },
      ...{ from: now - 400 * DAY, to: null, order: "No. F.1-7/2025-Estt" },
    };
    entries.push({ person }, { post }, { charge });
  };
  const post = (unit: string, title: Bilingual, grade: number): Post => ({
    ...{ id: seedId("post", title.en), province, unit: unitId(unit), title, grade },
  });
  for (const who of (Object.keys(PEOPLE) as Who[]).filter((one) => here(PEOPLE[one].province))) {
    const [unit, grade, number] = SEATS[who];
    const email = `${PEOPLE[who].name.en.toLowerCase().replace(" ", ".")}@relief.example`;
    const person = { ...personOf(who, home), unitId: unitId(unit), grade, number, contact: { email } };
    hold(who, post(unit, PEOPLE[who].post, grade), person);
  }
  for (const [key, name, unit, title, grade, number] of TO_COME.filter((one) => here(unitOf(one[2])[0]))) {
    const none = words("", "");
    const person = { id: seedId("person", key), province, name, post: none, unit: none };
    hold(key, post(unit, title, grade), { ...person, unitId: unitId(unit), grade, number });
  }
  for (const [unit, title, grade] of VACANT)
    if (here(unitOf(unit)[0])) entries.push({ post: post(unit, title, grade) });
  for (const [who, role, unit] of ROLES.filter(([one]) => here(PEOPLE[one].province))) {
    const grant: Grant = {
      ...{ id: seedId("grant", who), person: personId(who), role, from: now - 7 * DAY, to: null },
      scope: unit ? { unit: unitId(unit) } : { province },
    };
    entries.push({ grant });
  }
  return [...entries, ...waves(province, here, now).map((wave) => ({ wave }))];
}

function waves(province: Province, here: (of: Province) => boolean, now: number): Wave[] {
  const wave = (place: number, name: Bilingual, who: Wave["who"], more: Partial<Wave>): Wave => ({
    ...{ id: seedId("wave", province, String(place)), province, place, name, who },
    ...{ quota: null, opens: now, closes: null, gates: {}, hand: "auto", ...more },
  });
  const named = (Object.keys(PEOPLE) as Who[]).filter((who) => here(PEOPLE[who].province)).map(personId);
  const first = Object.entries(UNITS).find(([, [of]]) => here(of))?.[0] as string;
  const gates = { errors: 0.02, signInMs: 2_000, diskFree: 1_000_000_000 };
  return [
    wave(1, words("Trial", "آزمائش"), { kind: "named", people: named }, { quota: 50, opens: now - 8 * DAY }),
    wave(
      2,
      words("First departments", "پہلے محکمے"),
      { kind: "units", units: [unitId(first)] },
      { quota: 2_000, opens: now - DAY, gates },
    ),
    wave(
      3,
      words("All employees", "تمام ملازمین"),
      { kind: "employees" },
      { quota: 50_000, opens: now + 20 * DAY, gates },
    ),
    wave(4, words("The public", "عوام"), { kind: "public" }, { quota: 100_000, opens: now + 90 * DAY, gates }),
  ];
}
