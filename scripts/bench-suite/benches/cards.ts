import { DIRECTORY_ROOM, mintId } from "#protocol/ids";
import { Reader } from "../../../server/domain/directory/cards.ts";
import type { Directory } from "../../../server/domain/directory/directory.ts";
import type { Store } from "../../../server/domain/ports.ts";

const READERS = 50;
/** Cards of one frame, as a search or a room's members bring them. */
const FRAME = 50;
const ROOMS = 100;
const SIZE = 30;

/**
 * Cards a second, in frames as people are sent them: each cut for its reader (R130), and whole, in turn. Readers and those
 * they look at have charges, and share some rooms.
 */
export async function cutCards(
  store: Store,
  directory: Directory,
  frames: number,
): Promise<{ cut: number; whole: number }> {
  const people = store.peopleOf(store.province).slice(0, READERS + 10 * FRAME);
  for (let i = 0; i < ROOMS; i++) {
    const id = mintId(Date.now());
    const members = Array.from({ length: SIZE }, (_, at) => people[(i * 7 + at * 11) % people.length]?.id as string);
    await store.write(id, (tx) => {
      tx.putRoom({ id, kind: "group", name: `Room ${i}`, home: store.province, history: "all", cseq: 1 });
      tx.putMembers(
        id,
        [...new Set(members)].map((person) => ({ person, role: "member", since: 1, province: store.province })),
      );
    });
  }
  const times = { cut: 0, whole: 0 };
  for (let i = 0; i < frames; i++) {
    const from = READERS + (i % 10) * FRAME;
    const ids = people.slice(from, from + FRAME).map(({ id }) => id);
    const reader = people[i % READERS]?.id ?? DIRECTORY_ROOM;
    for (const how of i % 2 === 0 ? (["cut", "whole"] as const) : (["whole", "cut"] as const)) {
      const at = performance.now();
      const cards = directory.people(ids);
      if (how === "whole") JSON.stringify(cards);
      else {
        const sight = new Reader(reader, store, Date.now);
        JSON.stringify(cards.map((card) => sight.card(card)));
      }
      times[how] += performance.now() - at;
    }
  }
  const rate = (ms: number) => (frames * FRAME) / (ms / 1000);
  return { cut: rate(times.cut), whole: rate(times.whole) };
}
