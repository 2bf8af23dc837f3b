import type { CallEntry, CallNote } from "#protocol/call";
import type { TimelineItem } from "../../model/contract.ts";
import { idOf } from "./people.ts";
import { item } from "./talk.ts";

const MINUTE = 60_000;
const now = Date.now();

/** A call in a made-up room. @param who took part, with nobody: it is on under the id that fake calls have */
function entry(
  room: number,
  by: number,
  ago: number,
  call: CallEntry,
  took: number[] | null,
  declined: number[] = [],
): TimelineItem {
  const at = now - ago * MINUTE;
  const made = item(idOf(room, 2), by, at, "");
  const id = took ? made.id : idOf(900 + room, 9);
  const ended = at + 42 * MINUTE;
  const note: CallNote | null = took && {
    of: id,
    began: at,
    ended,
    people: took.map((who, i) => ({ person: idOf(who), from: at + i * MINUTE, to: ended - i * 3 * MINUTE })),
    declined: declined.map((who) => idOf(who)),
  };
  return { ...made, id, content: { kind: "call", call, note } };
}

/** What calls leave in the log: missed, declined, unanswered, ended, and the record of a conference. */
export const callLog = (): Record<number, TimelineItem[]> => ({
  1: [
    entry(1, 10, 3, { kind: "conference", media: "video" }, [10, 0, 4, 5, 6, 11, 13]),
    entry(1, 4, 2.5, { kind: "call", media: "video" }, [4, 5]),
    entry(1, 10, 2, { kind: "call", media: "video" }, null),
  ],
  2: [
    entry(2, 0, 30, { kind: "call", media: "audio" }, [0]),
    entry(2, 0, 28, { kind: "call", media: "audio" }, [0], [1]),
    entry(2, 0, 26, { kind: "call", media: "video" }, [0, 1]),
    entry(2, 1, 20, { kind: "call", media: "audio" }, [1]),
    entry(2, 1, 19, { kind: "call", media: "video" }, [1], [0]),
  ],
});
