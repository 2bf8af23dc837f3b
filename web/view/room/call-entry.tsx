import { useEffect, useState } from "preact/hooks";
import type { CallNote } from "#protocol/call";
import type { NotePart } from "#protocol/call-note";
import type { RoomId } from "#protocol/ids";
import type { Calls } from "../../call/contract.ts";
import type { TimelineItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { callPerson, isIn } from "../call/begin.ts";
import { folded } from "../call/desk.ts";
import { lengthWords } from "../call/length.ts";
import { outcome } from "../call/outcome.ts";
import { aside } from "../call/part.ts";
import { signedParts, type Told, told as recordOf } from "../call/parts.ts";
import { Sign } from "../call/sign.tsx";
import { titleOf } from "../call/told.tsx";
import { callWords } from "../call/words.ts";
import { clock } from "../format.ts";
import { clean, isolated, told } from "../names.ts";
import { nameOf, provinceName } from "../who.ts";

const notesOf = (content: TimelineItem["content"]): readonly CallNote[] =>
  content.kind === "call" && content.note ? (content.notes ?? [content.note]) : [];

/** What provinces signed of a call, once it is judged. */
function useTold(notes: readonly CallNote[], room: RoomId): Told | null {
  const app = useModel();
  const [parts, setParts] = useState<NotePart[] | null>(null);
  const provinces = app.provinces.value;
  const note = notes[0] ?? null;
  useEffect(() => {
    if (!note) return;
    let isShown = true;
    signedParts(notes, room, (code) => provinces.find((each) => each.code === code)?.key).then((found) => {
      if (isShown) setParts(found);
    });
    return () => {
      isShown = false;
    };
  }, [note?.of, notes.length, provinces]);
  return note && !parts ? null : recordOf(note, parts ?? []);
}

function People({ by, people }: { by: string; people: CallNote["people"] }) {
  const app = useModel();
  const c = callWords.value;
  return (
    <>
      <p class="quiet">{by}</p>
      <ul>
        {people.map((each) => (
          <li key={`${each.person}${each.name ?? ""}`}>
            <span class="lines">
              <bdi class="name">{each.name ? clean(each.name) : nameOf(app, each.person)}</bdi>
              <bdi class="quiet">{each.name ? c.guest : told(app.person(each.person).value?.post)}</bdi>
            </span>
            <span class="quiet">{c.fromTo(clock(each.from), clock(each.to))}</span>
          </li>
        ))}
      </ul>
    </>
  );
}

/** Who was there, from when to when, by whose word: the record of a call. */
function Attendance({ note, parts, unsigned }: Told & { note: CallNote }) {
  const app = useModel();
  const c = callWords.value;
  return (
    <details class="attendance">
      <summary>{c.attendance}</summary>
      {parts.map(({ province, people }) => (
        <People key={province} by={c.signedBy(provinceName(app, province))} people={people} />
      ))}
      {unsigned.length > 0 && <People by={c.signedByNobody} people={unsigned} />}
      {note.declined.length > 0 && (
        <p class="quiet">{c.declinedBy(words.value.list(note.declined.map((id) => isolated(nameOf(app, id)))))}</p>
      )}
    </details>
  );
}

/** A call in the timeline: on, with the way in; or how it went, with the way to call again. */
export function CallRow({ item, calls }: { item: TimelineItem; calls: Calls | null }) {
  const app = useModel();
  const c = callWords.value;
  const { content } = item;
  const record = useTold(notesOf(content), item.room);
  if (content.kind !== "call") return null;
  const { call } = content;
  const note = record ? record.note : content.note;
  const head = calls?.heads.value.get(item.room);
  const here = calls && isIn(calls) ? calls.current.value : null;
  const room = app.rooms.value.find((each) => each.id === item.room);
  const { id, at, mine } = item;
  const how = outcome({ id, at, mine, direct: !!room?.other, call, note }, head, app.me.value?.id, Date.now());
  const inIt = how.is === "on" && here?.room === item.room;
  const again =
    calls && !head && room?.writable && (how.is === "missed" || how.is === "unanswered" || how.is === "declined");
  const people = new Set(note?.people.map((each) => each.name ?? each.person)).size;
  const join = () => {
    if (inIt) folded.value = false;
    else aside.value = { at: "join", room: item.room, media: call.media };
  };
  const callAgain = () => {
    if (calls && room?.other && !here) void callPerson(calls, item.room, call.media);
    else aside.value = { at: "join", room: item.room, media: call.media };
  };
  return (
    <div class={`call-row ${how.is}`}>
      <span class="call-sign">
        <Sign sign={how.is === "missed" ? "missed" : call.media === "video" ? "camera" : "phone"} />
      </span>
      <div class="call-said">
        <b>{titleOf(how, call, c)}</b>
        {how.is === "on" && <span class="quiet">{c.peopleIn(how.size)}</span>}
        {how.is === "ended" && (
          <span class="quiet">
            {lengthWords(how.lasted, c)}
            {people > 2 && ` · ${c.took(people)}`}
          </span>
        )}
      </div>
      {how.is === "on" && calls && !(inIt && !folded.value) && (
        <button type="button" class="join-now" onClick={join}>
          {inIt ? c.backToCall : c.joinIt}
        </button>
      )}
      {again && (
        <button type="button" class="secondary" onClick={callAgain}>
          {c.callAgain}
        </button>
      )}
      {record && note && how.is === "ended" && (call.kind === "conference" || people > 2) && (
        <Attendance {...record} note={note} />
      )}
    </div>
  );
}
