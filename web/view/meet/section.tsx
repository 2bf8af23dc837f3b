import type { RoomItem, Timeline, TimelineItem } from "../../model/contract.ts";
import { useModel } from "../app-context.ts";
import { aside } from "../call/part.ts";
import { clean } from "../names.ts";
import { openPanel } from "../route.ts";
import { langOf } from "../script.ts";
import { furnish, meetWords } from "./furnish.ts";
import { endOf } from "./standing.ts";
import { useNow, whenWords } from "./when.ts";

const plans = (items: TimelineItem[], now: number) =>
  items
    .flatMap(({ content }) => (content.kind === "meeting" ? [content.meeting] : []))
    .filter((meeting) => !meeting.cancelled && endOf(meeting) > now)
    .sort((a, b) => a.at - b.at);

/** The room's conferences that are to come, as far as its messages are loaded, and the ways to have one. */
function Conferences({ room, timeline }: { room: RoomItem; timeline: Timeline }) {
  const app = useModel();
  const w = meetWords.value;
  const now = useNow();
  if (!app.calls) return null;
  const coming = plans(timeline.items.value, now);
  const begin = () => {
    aside.value = { at: "join", room: room.id, media: "video", kind: "conference", lobby: false };
  };
  return (
    <section class="meet-section">
      <h3>{w.conferences}</h3>
      {coming.length === 0 && <p class="hint">{w.none}</p>}
      <ul>
        {coming.map((meeting) => (
          <li key={meeting.id}>
            <bdi class="name" lang={langOf(meeting.title)}>
              {clean(meeting.title)}
            </bdi>
            <span class="quiet">{whenWords(meeting, now)}</span>
          </li>
        ))}
      </ul>
      {room.writable && (
        <>
          <button type="button" class="secondary wide" onClick={() => openPanel("plan")}>
            {w.plan}
          </button>
          <button type="button" class="secondary wide" onClick={begin}>
            {w.startNow}
          </button>
        </>
      )}
    </section>
  );
}

/** The part of a room's details that is about conferences, with its words. */
export const conferences = async () => {
  await furnish();
  return Conferences;
};
