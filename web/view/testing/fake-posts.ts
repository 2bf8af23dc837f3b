import type { Person, PostCard } from "#protocol/directory";
import type { TimelineItem } from "../../model/contract.ts";
import { plain } from "../names.ts";
import { PEOPLE } from "./people.ts";
import { item, talk } from "./talk.ts";

const card = (id: string, en: string, ur: string, holders: [number, "regular" | "acting"][]): PostCard => ({
  post: { id, province: "ba", unit: "quetta", title: { en, ur } },
  unit: { en: "Quetta District", ur: "ضلع کوئٹہ" },
  holders: holders.map(([who, kind]) => ({ person: PEOPLE[who] as Person, kind })),
});

/** One that is held, one that somebody acts for, one that is vacant. */
export const POSTS: readonly PostCard[] = [
  card("dcq", "Deputy Commissioner Quetta", "ڈپٹی کمشنر کوئٹہ", [[9, "acting"]]),
  card("acq", "Assistant Commissioner Quetta", "اسسٹنٹ کمشنر کوئٹہ", []),
  card("jsc", "Joint Secretary, Coordination", "جوائنٹ سیکرٹری، رابطہ", [[0, "regular"]]),
];

export const findPosts = (wanted: string): PostCard[] =>
  POSTS.filter(({ post, unit }) =>
    [post.title, unit].some((each) => plain(`${each.en} ${each.ur}`).includes(plain(wanted))),
  );

/** A talk with a post that was handed over in between. */
export function handedOver(room: string, now: number): TimelineItem[] {
  const change: TimelineItem = {
    ...item(room, 8, now - 200 * 60_000, ""),
    content: {
      kind: "change",
      change: { op: "succeed", post: "dcq" },
      came: [(PEOPLE[9] as Person).id],
      went: [(PEOPLE[8] as Person).id],
    },
  };
  return [
    ...talk(room, now, [
      [400, 0, "Is the pass open for the convoy?", "read"],
      [395, 8, "Until four o'clock, with chains."],
    ]),
    change,
    ...talk(room, now, [[90, 9, "میں نے آج چارج سنبھال لیا ہے۔ درہ کھلا ہے۔"]]),
  ];
}
