import type { InvitationInfo, OrderInfo, SessionInfo, WaveStatus, DeviceInfo } from "#protocol/admin";
import { encodeClear } from "#protocol/clear";
import type { Report } from "#protocol/contact";
import type { Charge, Grant, Person, Post, Unit } from "#protocol/directory";
import { encodeRecord, KIND, SCHEME } from "#protocol/record";
import { PEOPLE, idOf } from "../../view/testing/people.ts";
import { waves } from "./fake-waves.ts";

export const DAY = 86_400_000;
export const NOW = Date.now();

const unit = (id: string, parent: string | null, kind: Unit["kind"], en: string, ur: string): Unit => ({
  id,
  province: "is",
  parent,
  kind,
  name: { en, ur },
});

const REPORTED = btoa(
  String.fromCharCode(
    ...encodeRecord({
      ...{ id: idOf(1, 8), room: idOf(3, 7), sender: idOf(2), device: idOf(2, 9) },
      ...{
        kind: KIND.message,
        scheme: SCHEME.clear,
        body: encodeClear({ text: "Pay at https://example.org or else" }),
      },
    }),
  ),
);

const UNITS: Unit[] = [
  unit("u1", null, "ministry", "Ministry of Relief and Works", "وزارتِ امداد و تعمیرات"),
  unit("u2", "u1", "wing", "Coordination Wing", "شعبۂ رابطہ"),
  unit("u3", "u2", "section", "Relief Section", "سیکشن امداد"),
  unit("u4", "u1", "wing", "Finance Wing", "شعبۂ مالیات"),
  unit("u5", "u4", "section", "Budget Section", "سیکشن بجٹ"),
  { ...unit("u6", "u1", "wing", "Planning Cell", "شعبۂ منصوبہ بندی"), closed: true },
];

const POSTS: Post[] = [
  {
    id: "p1",
    province: "is",
    unit: "u2",
    title: { en: "Joint Secretary, Coordination", ur: "جوائنٹ سیکرٹری، رابطہ" },
    grade: 20,
  },
  {
    id: "p2",
    province: "is",
    unit: "u3",
    title: { en: "Section Officer (Relief)", ur: "سیکشن افسر (امداد)" },
    grade: 18,
  },
  {
    id: "p3",
    province: "is",
    unit: "u5",
    title: { en: "Section Officer (Budget)", ur: "سیکشن افسر (بجٹ)" },
    grade: 18,
  },
];

const GIVEN: [string, string][] = [
  ["Asad", "اسد"],
  ["Rabia", "رابعہ"],
  ["Junaid", "جنید"],
  ["Sadia", "سعدیہ"],
  ["Waqar", "وقار"],
  ["Maryam", "مریم"],
  ["Naveed", "نوید"],
];
const FAMILY: [string, string][] = [
  ["Ansari", "انصاری"],
  ["Bhatti", "بھٹی"],
  ["Cheema", "چیمہ"],
  ["Gondal", "گوندل"],
  ["Hashmi", "ہاشمی"],
  ["Lodhi", "لودھی"],
  ["Niazi", "نیازی"],
];

function everybody(): Person[] {
  const first = PEOPLE.map((person, i) => ({
    ...person,
    province: "is",
    unitId: ["u2", "u3", "u5"][i % 3] as string,
    number: `1${100 + i}`,
    grade: 17 + (i % 4),
    contact: { mobile: `+9230012345${60 + i}`, ...(i % 2 && { email: `officer${i}@relief.example` }) },
  }));
  const more = Array.from({ length: 120 }, (_, i): Person => {
    const [given, family] = [GIVEN[i % 7] as [string, string], FAMILY[Math.floor(i / 7) % 7] as [string, string]];
    return {
      id: idOf(100 + i),
      province: "is",
      name: { en: `${given[0]} ${family[0]}`, ur: `${given[1]} ${family[1]}` },
      post: i % 4 ? { en: "Assistant", ur: "اسسٹنٹ" } : { en: "", ur: "" },
      unit: { en: "Budget Section", ur: "سیکشن بجٹ" },
      unitId: ["u3", "u5"][i % 2] as string,
      number: `2${200 + i}`,
      ...(i % 40 === 39 && { state: "retired" as const }),
    };
  });
  return [...first, ...more];
}

/** As it would come over the wire. */
export const copyOf = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T;

/** The made-up ministry, or one in which there is nothing yet. */
export function fakeHouse(empty: boolean) {
  const people = everybody();
  const [a, b, c] = [people[0] as Person, people[1] as Person, people[2] as Person];
  const charges: Charge[] = [
    {
      id: "c1",
      post: "p1",
      person: a.id,
      kind: "regular",
      from: NOW - 400 * DAY,
      to: null,
      order: "F.2(7)/2025-Coord",
    },
    { id: "c2", post: "p3", person: a.id, kind: "additional", from: NOW + 7 * DAY, to: NOW + 67 * DAY },
    { id: "c3", post: "p2", person: a.id, kind: "regular", from: NOW - 900 * DAY, to: NOW - 400 * DAY },
    { id: "c4", post: "p2", person: b.id, kind: "acting", from: NOW - 20 * DAY, to: null },
  ];
  const devices: DeviceInfo[] = [
    {
      id: "d1".padEnd(32, "0"),
      label: "Chrome on Android",
      since: NOW - 80 * DAY,
      lastSeen: NOW - 60_000,
      revoked: false,
      online: true,
    },
    {
      id: "d2".padEnd(32, "0"),
      label: "Firefox on Windows",
      since: NOW - 200 * DAY,
      lastSeen: NOW - 70 * DAY,
      revoked: true,
      online: false,
    },
  ];
  const invitations: InvitationInfo[] = people.slice(14, 26).map((person, i) => ({
    id: `i${i}`,
    person: person.id,
    made: NOW - DAY,
    expires: NOW + 6 * DAY,
    by: a.id,
    way: ["show", "email", "sms"][i % 3] as string,
    state: "open",
  }));
  const sessions: SessionInfo[] = people.slice(0, 9).map((person, i) => ({
    person: person.id,
    device: `d${i}`.padEnd(32, "0"),
    label: i % 2 ? "Firefox on Windows" : "Chrome on Android",
    since: NOW - i * 1_800_000,
  }));
  const order = (n: number, person: Person, act: OrderInfo["order"]["act"]): OrderInfo["order"] => ({
    id: idOf(n, 5),
    at: NOW - n * 3_600_000,
    person: person.id,
    device: "d9".padEnd(32, "0"),
    act,
    signature: "",
  });
  const removal = { do: "state" as const, people: people.slice(20, 32).map(({ id }) => id), state: "removed" as const };
  const waiting: OrderInfo[] = [
    { order: order(1, b, removal), state: "waiting", at: NOW, undo: null },
    { order: order(2, a, { do: "export", what: "people" }), state: "waiting", at: NOW, undo: null },
  ];
  const done: OrderInfo[] = [
    {
      order: order(5, a, { do: "state", people: [c.id], state: "retired" }),
      state: "done",
      at: NOW,
      undo: { do: "state", people: [c.id], state: "active", undoes: idOf(5, 5) },
    },
    { order: order(9, b, { do: "export", what: "people" }), state: "refused", second: a.id, at: NOW, undo: null },
  ];
  const grants: Grant[] = [
    { id: "g1", person: b.id, role: "nodal", scope: { unit: "u3" }, from: NOW - 50 * DAY, to: NOW + 50 * DAY },
    { id: "g2", person: c.id, role: "auditor", scope: { province: "is" }, from: NOW - 50 * DAY, to: null },
    { id: "g3", person: c.id, role: "nodal", scope: { unit: "u4" }, from: NOW - 90 * DAY, to: null, ended: true },
  ];
  const tokens = [
    {
      id: "t1",
      name: "HR, Establishment Division",
      made: NOW - 20 * DAY,
      expires: NOW + 70 * DAY,
      used: NOW - 3_600_000,
    },
  ];
  const full = { people, units: UNITS, posts: POSTS, charges, devices, waves: waves(people) };
  const dated: OrderInfo[] = [
    {
      order: order(7, b, { do: "state", people: [a.id, c.id], state: "retired", from: NOW + 40 * DAY }),
      ...{ state: "dated", second: c.id, at: NOW, undo: null },
    },
  ];
  const reports: Report[] = [
    {
      ...{ id: "r1", at: NOW - 2 * 3_600_000, by: a.id, person: b.id, room: idOf(3, 7), kind: "group" },
      ...{ name: "Please read", messages: [REPORTED] },
    },
  ];
  const lists = { invitations, sessions, waiting, dated, done, grants, tokens, reports };
  if (!empty) return copyOf({ ...full, ...lists });
  return copyOf({
    people: [a],
    units: [] as Unit[],
    posts: [] as Post[],
    charges: [] as Charge[],
    devices: [] as DeviceInfo[],
    waves: [] as WaveStatus[],
    invitations: [] as InvitationInfo[],
    sessions: [] as SessionInfo[],
    waiting: [] as OrderInfo[],
    dated: [] as OrderInfo[],
    done: [] as OrderInfo[],
    grants: [] as Grant[],
    tokens: [] as typeof tokens,
    reports: [] as Report[],
  });
}
