import { useState } from "preact/hooks";
import type { Meeting } from "#protocol/call";
import type { RoomItem, TimelineItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { tell } from "../announce.tsx";
import { useModel } from "../app-context.ts";
import { aside } from "../call/part.ts";
import { Icon } from "../icon.tsx";
import { toCalendar } from "../meet/calendar.ts";
import { furnish, meetWords } from "../meet/furnish.ts";
import { EARLY, mayJoin, standing } from "../meet/standing.ts";
import { standingWords, useNow, whenWords } from "../meet/when.ts";
import { clean } from "../names.ts";
import { openPanel } from "../route.ts";
import { langOf } from "../script.ts";
import { Prose } from "../text/prose.tsx";
import { nameOf, roomName } from "../who.ts";

const LONG = 280;

function Agenda({ text }: { text: string }) {
  const [whole, setWhole] = useState(false);
  const long = text.length > LONG && !whole;
  return (
    <>
      <p class="text">
        <Prose text={long ? `${text.slice(0, LONG)}…` : text} />
      </p>
      {long && (
        <button type="button" class="link" onClick={() => setWhole(true)}>
          {meetWords.value.more}
        </button>
      )}
    </>
  );
}

/** Who is asked to come: the number, and behind it the names. */
function Asked({ meeting }: { meeting: Meeting }) {
  const app = useModel();
  const w = meetWords.value;
  const me = app.me.value?.id;
  const invited = me !== undefined && meeting.invitees.includes(me);
  if (meeting.invitees.length === 0) return <p class="quiet">{w.askedAll}</p>;
  return (
    <details>
      <summary class="quiet">
        {w.asked(meeting.invitees.length)}
        {invited && ` · ${w.askedYou}`}
      </summary>
      <p>{words.value.list(meeting.invitees.map((person) => `\u2068${nameOf(app, person)}\u2069`))}</p>
    </details>
  );
}

function Doings({ meeting, room, mine }: { meeting: Meeting; room: RoomItem; mine: boolean }) {
  const app = useModel();
  const w = meetWords.value;
  const now = useNow();
  const calls = app.calls;
  const { at } = standing(meeting, now);
  if (!calls) return null;
  const off = at === "cancelled";
  const size = calls.heads.value.get(room.id)?.size ?? 0;
  const open = mayJoin(meeting, now);
  const join = () => {
    aside.value = { at: "join", room: room.id, media: "video", kind: "conference", lobby: meeting.lobby };
  };
  const download = () => toCalendar(meeting, roomName(app, room)).catch(() => tell(words.value.failed));
  return (
    <>
      {open && size > 0 && <p class="good">{w.there(size)}</p>}
      {!open && !off && at !== "over" && <p class="quiet">{w.opens(EARLY)}</p>}
      <div class="buttons">
        {open && (
          <button type="button" class="primary" onClick={join}>
            {w.join}
          </button>
        )}
        {at !== "over" && (
          <button type="button" class="secondary" onClick={() => void download()}>
            {off ? w.fromCalendar : w.toCalendar}
          </button>
        )}
        {at !== "over" && !off && room.writable && mine && (
          <button type="button" class="secondary" onClick={() => openPanel("plan", meeting.id)}>
            {w.edit}
          </button>
        )}
      </div>
    </>
  );
}

function MeetingCard({ item, meeting }: { item: TimelineItem; meeting: Meeting }) {
  const app = useModel();
  const w = meetWords.value;
  const now = useNow();
  const room = app.rooms.value.find(({ id }) => id === item.room);
  const stands = standing(meeting, now);
  const told = standingWords(stands);
  return (
    <section class={`meeting ${stands.at}`} aria-label={`${w.conference}: ${clean(meeting.title)}`}>
      <p class="quiet kind">
        <Icon sign="group" />
        <span>{w.conference}</span>
        {told && <span class="badge">{told}</span>}
      </p>
      <p class="title" dir="auto" lang={langOf(meeting.title)}>
        {clean(meeting.title)}
      </p>
      <p class="when">{whenWords(meeting, now)}</p>
      {meeting.agenda && <Agenda text={meeting.agenda} />}
      {stands.at !== "cancelled" && <Asked meeting={meeting} />}
      {stands.at !== "cancelled" && meeting.lobby && <p class="quiet">{w.throughLobby}</p>}
      {room && <Doings meeting={meeting} room={room} mine={item.mine} />}
    </section>
  );
}

/** A planned conference as it stands in the timeline, with its words. */
export const meetingCard = async () => {
  await furnish();
  return MeetingCard;
};
