import type { PersonId } from "#protocol/ids";
import type { RoomItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Holders } from "../post/holders.tsx";
import { furnish as furnishPosts, postWords } from "../post/words.ts";
import { Avatar } from "../avatar.tsx";
import { callPart } from "../call/part.ts";
import { Icon } from "../icon.tsx";
import { Lazy } from "../lazy.tsx";
import { told } from "../names.ts";
import { langOf } from "../script.ts";
import { go, openPanel, route, up } from "../route.ts";
import { Standing } from "../standing.tsx";
import { nameOf, provinceName, provinceNames, roomName } from "../who.ts";
import { Conversation, useTimeline } from "./conversation.tsx";
import { furnish } from "./room-words.ts";

const planSheet = async () => (await import("../meet/sheet.tsx")).planSheet();
const callButtons = callPart(async () => (await import("../call/buttons.tsx")).CallButtons);

/** What stands under the name: who types, else who it is, else how many and where. */
function Subline({ room }: { room: RoomItem }) {
  const app = useModel();
  const w = words.value;
  const [typist] = room.typing;
  if (typist)
    return (
      <em class="typing">
        {room.typing.length > 1 ? w.typingMany(room.typing.length) : w.typingOne(nameOf(app, typist))}
      </em>
    );
  if (room.waitingFor) return <em>{w.waitingFor(provinceName(app, room.waitingFor))}</em>;
  if (room.post && !room.writer)
    return (
      <>
        {room.other && app.online.value.has(room.other) && <b class="presence">{w.online} · </b>}
        <Holders card={app.post(room.post).value} /> · {provinceName(app, room.home)}
      </>
    );
  if (room.post)
    return (
      <>
        <bdi>{postWords.value.writesTo(told(app.post(room.post).value?.post.title))}</bdi>
        {" · "}
        <bdi>{told(app.person(room.writer as PersonId).value?.post)}</bdi>
      </>
    );
  if (!room.other)
    return (
      <>
        {w.members(room.size)} · {provinceNames(app, room.provinces)}
      </>
    );
  const person = app.person(room.other).value;
  return (
    <>
      {app.online.value.has(room.other) && <b class="presence">{w.online} · </b>}
      {person && <Standing post={told(person.post)} province={person.province} />}
    </>
  );
}

function RoomPane({ room }: { room: RoomItem }) {
  const app = useModel();
  const w = words.value;
  const timeline = useTimeline(room);
  const name = roomName(app, room);
  const info = route.value.panel === "info";
  return (
    <>
      <header class="bar">
        <button type="button" class="plain back" aria-label={w.back} onClick={() => (info ? go({}) : up())}>
          <Icon sign="back" flip />
        </button>
        <h1 class="title">
          <button type="button" aria-expanded={info} onClick={() => (info ? up() : openPanel("info"))}>
            <Avatar
              id={room.other ?? room.id}
              name={name}
              kind={room.kind}
              online={room.other !== null && app.online.value.has(room.other)}
              small
            />
            <span class="lines">
              <bdi class="name" lang={langOf(name)}>
                {name}
              </bdi>
              <span class="quiet cut">
                <Subline room={room} />
              </span>
            </span>
            <span class="sr">{w.details}</span>
            <Icon sign="info" />
          </button>
        </h1>
        {app.calls && <Lazy load={callButtons} props={{ calls: app.calls, room }} />}
      </header>
      <Conversation room={room} timeline={timeline} />
      {timeline && route.value.panel === "plan" && (
        <Lazy key={route.value.event} load={planSheet} props={{ room, timeline, id: route.value.event }} />
      )}
    </>
  );
}

/** The part with its words. */
export async function roomPane() {
  await Promise.all([furnish(), furnishPosts()]);
  return RoomPane;
}
