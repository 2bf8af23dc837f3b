import type { RoomItem, Timeline, TimelineItem } from "../../model/contract.ts";
import { tell } from "../announce.tsx";
import { useModel } from "../app-context.ts";
import { reason } from "../reason.ts";
import { openPanel } from "../route.ts";
import { langOf } from "../script.ts";
import { clean } from "../names.ts";
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
  const calls = app.calls;
  if (!calls) return null;
  const coming = plans(timeline.items.value, now);
  const begin = () =>
    calls
      .begin(room.id, { kind: "conference", media: "video", lobby: false, mic: true, camera: true })
      .catch((error) => tell(reason(error)));
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
          <button type="button" class="secondary wide" onClick={() => void begin()}>
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
