import { type Signal, signal } from "@preact/signals";
import type { Person } from "#protocol/directory";
import type { RoomItem, TimelineItem } from "../../model/contract.ts";
import { handedOver } from "./fake-posts.ts";
import { idOf, PEOPLE } from "./people.ts";
import { FLOOD, type Line, longTalk, talk } from "./talk.ts";

const asked = new URLSearchParams(location.search);
const now = Date.now();

export interface Conversation {
  room: RoomItem;
  all: Signal<TimelineItem[]>;
  members: number[];
}

const provincesOf = (members: number[]) =>
  Array.from(new Set(members.map((who) => PEOPLE[who]?.province as string))).sort();

export function conversation(
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
      post: null,
      places: [],
      writer: null,
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

const postRoom = (n: number): Conversation[] => {
  if (!asked.has("posts")) return [];
  const [of, to] = [{ post: "dcq" }, { post: "jsc", writer: idOf(1) }];
  return [
    conversation(n, "post", "", [0, 9], handedOver(idOf(n, 2), now), { ...of, other: idOf(9), unread: 1 }),
    conversation(n + 1, "post", "", [0, 1], [[20, 1, "To the Joint Secretary: the file is with you."]], {
      ...to,
      other: idOf(1),
    }),
    conversation(n + 2, "post", "", [0], [[10, 0, "Who is in charge there?", "stored"]], { post: "acq" }),
  ];
};

export const ROOMS: Conversation[] = asked.has("empty")
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
      ...postRoom(10),
    ];
