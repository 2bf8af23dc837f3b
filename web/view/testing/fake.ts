import { computed, signal } from "@preact/signals";
import type { Person } from "#protocol/directory";
import type { Link } from "#protocol/down";
import type { PersonId, RoomId } from "#protocol/ids";
import { stampOf } from "#protocol/stamp";
import type { AppModel, Connection, RoomItem, Stage, TimelineItem } from "../../model/contract.ts";
import { plain } from "../names.ts";
import { PEOPLE, PROVINCES, idOf } from "./people.ts";
import { FLOOD, type Line, item, longTalk, talk } from "./talk.ts";

/** What the address asks to see: `?phase=sign-in&cut=pb,sd&connection=offline&empty=1`. */
const asked = new URLSearchParams(location.search);
const PAGE = 120;
const now = Date.now();

interface Conversation {
  room: RoomItem;
  all: ReturnType<typeof signal<TimelineItem[]>>;
  members: number[];
}

const provincesOf = (members: number[]) =>
  Array.from(new Set(members.map((who) => PEOPLE[who]?.province as string))).sort();

function conversation(
  n: number,
  kind: RoomItem["kind"],
  name: string,
  members: number[],
  lines: Line[] | TimelineItem[],
  more: Partial<RoomItem> = {},
): Conversation {
  const id = idOf(n, 2);
  const all = (Array.isArray(lines[0]) ? talk(id, now, lines as Line[]) : lines) as TimelineItem[];
  return {
    all: signal(all),
    members,
    room: {
      id,
      kind,
      name,
      other: kind === "direct" ? (PEOPLE[members.find((who) => who !== 0) as number] as Person).id : null,
      home: "is",
      history: "all",
      provinces: provincesOf(members),
      size: members.length,
      role: kind === "channel" ? "member" : "owner",
      writable: kind !== "channel",
      unread: 0,
      latest: 0,
      preview: null,
      typing: [],
      waitingFor: null,
      elsewhere: false,
      ...more,
    },
  };
}

const rooms: Conversation[] = asked.has("empty")
  ? []
  : [
      conversation(1, "group", "Flood relief · Sukkur", [0, 2, 4, 5, 6, 10, 11, 13], FLOOD),
      conversation(
        2,
        "direct",
        "",
        [0, 1],
        [
          [300, 1, "Madam, the summary for the Cabinet is ready for your signature."],
          [296, 0, "Please bring it at 12.", "read"],
          [38, 1, "جی بہتر۔ سمری کے ساتھ مالیاتی گوشوارہ بھی شامل کر دیا ہے۔"],
          [37, 1, "It has 14 pages."],
        ],
        { unread: 2 },
      ),
      conversation(
        3,
        "channel",
        "کابینہ سیکرٹریٹ اعلانات",
        [0, 12, 10, 2, 7, 9],
        [
          [2900, 12, "دفاتر کے اوقات: رمضان المبارک میں صبح 9 سے سہ پہر 3 بجے تک، جمعہ کو 12:30 بجے تک۔"],
          [95, 12, "Circular 14/2026: All divisions will submit their austerity reports by the 30th."],
        ],
        { unread: 1 },
      ),
      conversation(
        4,
        "direct",
        "",
        [0, 4],
        [
          [130, 0, "Ghulam Rasool sahib, is the helipad clear?", "read"],
          [128, 4, "Clear and marked, Madam. Landing from the north please."],
          [75, 0, "شکریہ۔", "delivered"],
        ],
      ),
      conversation(
        5,
        "group",
        "Finance coordination, provinces",
        [0, 1, 7, 9],
        longTalk(idOf(5, 2), now - 3 * 3600_000, Number(asked.get("long") ?? 10_000)),
      ),
      conversation(
        6,
        "direct",
        "",
        [0, 9],
        [
          [1600, 9, "Quetta is quiet. Snow on Lak Pass, chains needed."],
          [1500, 0, "Stay warm. Call me when the convoy has passed.", "crossed"],
        ],
      ),
      conversation(
        7,
        "group",
        "صوبائی سیکرٹری صحت",
        [0, 2, 7],
        [
          [4400, 2, "ویکسین کی دوسری کھیپ ملتان پہنچ گئی ہے۔"],
          [4390, 7, "پشاور کا حصہ کب تک متوقع ہے؟"],
          [4380, 2, "انشاءاللہ جمعرات تک۔"],
        ],
        { role: "member" },
      ),
      conversation(
        8,
        "direct",
        "",
        [0, 12],
        [[8000, 0, "Please hold the press note until the Minister has seen it.", "read"]],
      ),
      conversation(
        9,
        "group",
        "Census review committee",
        [0, 3, 8, 10],
        [[12_000, 3, "Minutes approved without change."]],
        { role: "member" },
      ),
    ];

export function createFake(): AppModel {
  const phase = signal<"starting" | "sign-in" | "ready">((asked.get("phase") as "ready") ?? "ready");
  const outbox = signal(Number(asked.get("outbox") ?? 0));
  const notice = signal<{ code: string; text: string } | null>(null);
  const state = asked.get("connection") ?? "online";
  const connection = signal<Connection>(
    state === "offline"
      ? { state, since: now - 60_000, retryAt: now + 12_000 }
      : state === "online" || state === "away"
        ? {
            state: "online",
            node: "10.1.0.11",
            province: state === "away" ? "sd" : "is",
            away: state === "away",
            current: true,
            since: now,
          }
        : { state: state as "connecting" | "update", since: now - 10_000 },
  );
  const cut = (asked.get("cut") ?? "").split(",");
  const links = signal<Link[]>(
    PROVINCES.slice(1).map(({ code }) => ({
      province: code,
      up: !cut.includes(code),
      since: now - 47 * 60_000,
      waiting: cut.includes(code) ? 3 : 0,
    })),
  );
  const version = signal(0);
  const held = signal(rooms);
  const typing = signal<Record<RoomId, PersonId[]>>({});
  const people = new Map(PEOPLE.map((person) => [person.id, signal<Person | undefined>(person)]));

  const listed = computed<RoomItem[]>(() => {
    version.value;
    return held.value
      .map(({ room, all }) => {
        const items = all.value as TimelineItem[];
        const last = items[items.length - 1];
        const preview =
          last?.content.kind === "text"
            ? {
                sender: last.sender,
                text: last.content.text,
                mine: last.mine,
                ...(last.stage ? { stage: last.stage } : {}),
              }
            : null;
        return { ...room, preview, latest: last?.at ?? now, typing: typing.value[room.id] ?? [] };
      })
      .sort((a, b) => b.latest - a.latest);
  });
  const find = (id: RoomId) => held.value.find(({ room }) => room.id === id) as Conversation;

  const advance = (conversation: Conversation, id: string, stages: Stage[]) => {
    const [next, ...rest] = stages;
    if (!next) return;
    setTimeout(() => {
      const items = conversation.all.value as TimelineItem[];
      conversation.all.value = items.map((each) => (each.id === id ? { ...each, stage: next } : each));
      if (next === "stored") outbox.value--;
      advance(conversation, id, rest);
    }, 900);
  };

  const app: AppModel = {
    phase,
    me: signal(PEOPLE[0] as Person),
    connection,
    provinces: signal(PROVINCES),
    links,
    rooms: listed,
    online: signal(new Set([1, 4, 5, 10].map((n) => idOf(n)))),
    outbox,
    notice,
    dismiss: () => (notice.value = null),
    person: (id) => people.get(id) ?? signal(undefined),
    async signIn(code) {
      await new Promise((resolve) => setTimeout(resolve, 500));
      if (code !== "1234") throw new Error("This code is wrong or has been used already.");
      phase.value = "ready";
    },
    async signOut() {
      phase.value = "sign-in";
    },
    open(id) {
      const conversation = find(id);
      const shown = signal(PAGE);
      const loading = signal(false);
      const unread = conversation.room.unread;
      const items = conversation.all.value as TimelineItem[];
      const every = asked.has("whole");
      return {
        room: id,
        items: computed(() => {
          const all = conversation.all.value as TimelineItem[];
          return every ? all : all.slice(-shown.value);
        }),
        more: computed(() => !every && shown.value < (conversation.all.value as TimelineItem[]).length),
        loading,
        async loadOlder() {
          loading.value = true;
          await new Promise((resolve) => setTimeout(resolve, 250));
          shown.value += PAGE;
          loading.value = false;
        },
        members: signal(
          conversation.members.map((who, i) => ({
            person: idOf(who),
            province: PEOPLE[who]?.province as string,
            role: i === 0 && conversation.room.kind !== "channel" ? "owner" : who === 12 ? "owner" : "member",
            since: stampOf(now),
          })),
        ),
        detail: (event) => {
          const stage = (conversation.all.value as TimelineItem[]).find((each) => each.id === event)?.stage;
          const far = stage !== "waiting" && stage !== "stored";
          return {
            provinces: conversation.room.provinces.map((province) => ({
              province,
              stored: province === "is" ? stage !== "waiting" : far || province === "pb",
              cutOffSince: cut.includes(province) ? now - 47 * 60_000 : null,
            })),
            people: conversation.members
              .filter((who) => who !== 0)
              .map((who, i) => ({
                person: idOf(who),
                stage: stage === "read" || (far && i === 0) ? "read" : far && i < 3 ? "delivered" : "sent",
              })),
          };
        },
        firstUnread: signal(unread > 0 ? (items[items.length - unread]?.id ?? null) : null),
        read() {
          if (conversation.room.unread === 0) return;
          conversation.room = { ...conversation.room, unread: 0 };
          version.value++;
        },
        close() {},
      };
    },
    send(id, text) {
      const conversation = find(id);
      const sent = item(id, 0, Date.now(), text, "waiting");
      outbox.value++;
      conversation.all.value = [...(conversation.all.value as TimelineItem[]), sent];
      if (connection.value.state === "online")
        advance(conversation, sent.id, ["stored", "crossed", "delivered", "read"]);
      return sent.id;
    },
    async discard(id) {
      for (const conversation of held.value)
        conversation.all.value = (conversation.all.value as TimelineItem[]).filter((each) => each.id !== id);
      outbox.value--;
      return true;
    },
    typing() {},
    async find(text) {
      const wanted = plain(text);
      return PEOPLE.filter((person) =>
        [person.name, person.post, person.unit].some((each) => plain(`${each.en} ${each.ur}`).includes(wanted)),
      );
    },
    async createRoom({ kind, name, history, members }) {
      const numbers = [0, ...members.map((id) => PEOPLE.findIndex((person) => person.id === id))];
      const same = held.value.find(({ room }) => kind === "direct" && room.other === members[0]);
      if (same) return same.room.id;
      const made = conversation(held.value.length + 1, kind, name, numbers, [], {
        history,
        writable: true,
        role: "owner",
      });
      held.value = [...held.value, made];
      return made.room.id;
    },
    async change(id, change) {
      const conversation = find(id);
      if (change.op === "rename") conversation.room = { ...conversation.room, name: change.name };
      version.value++;
    },
    async start() {},
    async stop() {},
  };
  setTimeout(() => {
    typing.value = { [idOf(4, 2)]: [idOf(4)], [idOf(1, 2)]: asked.has("typing") ? [idOf(5), idOf(2)] : [] };
  }, 50);
  Object.assign(globalThis, {
    fake: {
      say(n: number, who: number, text: string) {
        const conversation = find(idOf(n, 2));
        conversation.all.value = [
          ...(conversation.all.value as TimelineItem[]),
          item(conversation.room.id, who, Date.now(), text),
        ];
      },
      notice,
    },
  });
  return app;
}
