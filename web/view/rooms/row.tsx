import type { RoomItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { callPart } from "../call/part.ts";
import { when } from "../format.ts";
import { Icon } from "../icon.tsx";
import { Lazy } from "../lazy.tsx";
import { clean, shortName } from "../names.ts";
import { langOf } from "../script.ts";
import { steady } from "../text/numbers.ts";
import { readDraft } from "../room/draft.ts";
import { showRoute } from "../address.ts";
import { nameOf, provinceName, roomName } from "../who.ts";

const postLine = async () => (await import("../post/holders.tsx")).postLine();
const callTold = callPart(async () => (await import("../call/told.tsx")).CallTold);

/** Cut at its own end, whichever way it is written. */
const Told = ({ text }: { text: string }) => (
  <bdi class="told" lang={langOf(text)}>
    {steady(text.slice(0, 120))}
  </bdi>
);

function Preview({ room, open }: { room: RoomItem; open: boolean }) {
  const app = useModel();
  const w = words.value;
  const head = app.calls?.heads.value.get(room.id);
  if (head) return <Lazy load={callTold} props={{ head }} />;
  if (room.typing.length > 0) return <em class="typing">{w.typing}</em>;
  const draft = open ? "" : readDraft(room.id);
  if (draft)
    return (
      <>
        <em class="draft">{w.draft}</em>
        <Told text={draft} />
      </>
    );
  if (room.waitingFor) return <em>{w.waitingFor(provinceName(app, room.waitingFor))}</em>;
  const preview = room.preview;
  if (!preview) return <>{w.members(room.size)}</>;
  const { sender, text, mine, stage, content } = preview;
  return (
    <>
      {mine && stage && (
        <span class={`stage ${stage}`} role="img" aria-label={w.stage[stage]}>
          <Icon sign={stage} />
        </span>
      )}
      {!mine && room.kind !== "direct" && <span class="by">{shortName(nameOf(app, sender))}:</span>}
      {content?.kind === "call" ? (
        <Lazy load={callTold} props={{ content, mine, direct: !!room.other, at: room.latest }} />
      ) : (
        <Told text={clean(text)} />
      )}
    </>
  );
}

export function RoomRow({ room, open }: { room: RoomItem; open: boolean }) {
  const app = useModel();
  const w = words.value;
  const name = roomName(app, room);
  const online = room.other !== null && app.online.value.has(room.other);
  return (
    <li>
      <a
        class={`row${room.unread ? " unread" : ""}`}
        href={showRoute({ room: room.id, panel: null, event: null })}
        aria-current={open ? "page" : undefined}
      >
        <Avatar id={room.other ?? room.id} name={name} kind={room.kind} online={online} />
        <span class="lines">
          <span class="line">
            <bdi class="name" lang={langOf(name)}>
              {name}
            </bdi>
            <time>{when(room.latest)}</time>
          </span>
          {room.post && <Lazy load={postLine} props={{ room }} />}
          <span class="line">
            {room.kind !== "direct" && <span class="sr">{w[room.kind]}. </span>}
            <span class="quiet preview">
              <Preview room={room} open={open} />
            </span>
            {room.unread > 0 && (
              <span class="count">
                <span aria-hidden="true">{room.unread > 99 ? "99+" : room.unread}</span>
                <span class="sr">{w.unreadCount(room.unread)}</span>
              </span>
            )}
          </span>
        </span>
      </a>
    </li>
  );
}
