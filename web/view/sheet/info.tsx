import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Person, PostCard } from "#protocol/directory";
import type { RoomItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { Icon } from "../icon.tsx";
import { Lazy } from "../lazy.tsx";
import { PostLine } from "../post/holders.tsx";
import { postWords } from "../post/words.ts";
import { go, up } from "../route.ts";
import { langOf } from "../script.ts";
import { provinceName, provinceNames, roomName } from "../who.ts";
import { useChange } from "./ask.ts";
import { Confirm } from "./confirm.tsx";
import { MemberList } from "./members.tsx";
import { Picker } from "./picker.tsx";
import { VacantPlaces } from "./vacant-places.tsx";
import { furnish, sheetWords } from "./sheet-words.ts";

const blockOption = async () => (await import("../../contacts/part.ts")).blockOption();
const conferences = async () => (await import("../meet/section.tsx")).conferences();

function Rename({ room, onDone }: { room: RoomItem; onDone: () => void }) {
  const w = words.value;
  const s = sheetWords.value;
  const ask = useChange(room);
  const [name, setName] = useState(room.name);
  const save = async (event: Event) => {
    event.preventDefault();
    if (!name.trim() || name.trim() === room.name || (await ask({ op: "rename", name: name.trim() }))) onDone();
  };
  return (
    <form class="rename" onSubmit={save}>
      <input
        dir="auto"
        lang={langOf(name)}
        maxLength={80}
        aria-label={s.roomName}
        value={name}
        // biome-ignore lint/a11y/noAutofocus: the field appears because the reader asked for it
        autoFocus
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <div class="buttons">
        <button type="submit" class="primary">
          {w.save}
        </button>
        <button type="button" class="secondary" onClick={onDone}>
          {w.cancel}
        </button>
      </div>
    </form>
  );
}

function AddPeople({ room, without, onDone }: { room: RoomItem; without: ReadonlySet<string>; onDone: () => void }) {
  const w = words.value;
  const s = sheetWords.value;
  const ask = useChange(room);
  const [picked, setPicked] = useState<Person[]>([]);
  const [posts, setPosts] = useState<PostCard[]>([]);
  const none = picked.length + posts.length === 0;
  const add = async () => {
    const members = picked.map((person) => person.id);
    const places = posts.map(({ post }) => post.id);
    if (none || (await ask({ op: "add", members, ...(places.length > 0 && { posts: places }) }))) onDone();
  };
  return (
    <div class="add">
      <Picker
        picked={picked}
        without={without}
        onChange={setPicked}
        posts={{ picked: posts, without: new Set(room.places), onChange: setPosts }}
      />
      <div class="buttons">
        <button type="button" class="primary" disabled={none} onClick={() => void add()}>
          {s.add}
        </button>
        <button type="button" class="secondary" onClick={onDone}>
          {w.cancel}
        </button>
      </div>
    </div>
  );
}

function RoomInfo({ room }: { room: RoomItem }) {
  const app = useModel();
  const w = words.value;
  const s = sheetWords.value;
  const box = useRef<HTMLElement>(null);
  const timeline = useMemo(() => app.open(room.id), [room.id]);
  const [doing, setDoing] = useState<"rename" | "add" | "leave" | null>(null);
  const ask = useChange(room);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.focus();
    return () => {
      timeline.close();
      if (before?.isConnected) before.focus();
    };
  }, [timeline]);
  const members = timeline.members.value;
  const me = app.me.value?.id;
  const two = room.kind === "direct" || room.kind === "post";
  const owner = room.role === "owner" && !two;
  const done = () => setDoing(null);
  const leave = async () => {
    if (me && (await ask({ op: "remove", members: [me] }))) go({}, true);
  };
  return (
    <section class="info" ref={box} tabIndex={-1} aria-label={w.details}>
      <header class="bar">
        <h2>{w.details}</h2>
        <button type="button" class="plain" aria-label={w.close} onClick={up}>
          <Icon sign="close" />
        </button>
      </header>
      <div class="body">
        <div class="who">
          <Avatar id={room.other ?? room.id} name={roomName(app, room)} kind={room.kind} />
          <bdi class="name" lang={langOf(roomName(app, room))}>
            {roomName(app, room)}
          </bdi>
          {room.post && <PostLine room={room} />}
          <span class="quiet">
            {w[room.kind]}
            {!two && ` · ${w.members(room.size)}`}
          </span>
          {owner && doing !== "rename" && (
            <button type="button" class="link" onClick={() => setDoing("rename")}>
              {w.rename}
            </button>
          )}
          {doing === "rename" && <Rename room={room} onDone={done} />}
        </div>
        {room.waitingFor && <p class="note">{w.waitingFor(provinceName(app, room.waitingFor))}</p>}
        <section>
          <h3>{s.keptInNow}</h3>
          <p class="kept">
            <Icon sign="pin" />
            <span>{provinceNames(app, room.provinces)}</span>
          </p>
          <p class="hint">{s.keptWhy}</p>
        </section>
        <Lazy load={conferences} props={{ room, timeline }} />
        {room.kind !== "direct" && (
          <section>
            <h3>{s.history}</h3>
            <p class="hint">
              {room.post
                ? postWords.value.postKept
                : `${s.historyQ}: ${room.history === "all" ? s.historyAll : s.historyJoined}`}
            </p>
          </section>
        )}
        <section>
          <h3>{two ? w.people : w.members(room.size)}</h3>
          {owner &&
            (doing === "add" ? (
              <AddPeople room={room} without={new Set(members.map((member) => member.person))} onDone={done} />
            ) : (
              <button type="button" class="row add-row" onClick={() => setDoing("add")}>
                <span class="avatar">
                  <Icon sign="plus" />
                </span>
                <span class="name">{s.addPeople}</span>
              </button>
            ))}
          <MemberList room={room} members={members} manage={owner} />
          <VacantPlaces room={room} members={members} manage={owner} />
        </section>
        {room.kind === "direct" && room.other && (
          <Lazy load={blockOption} props={{ room: room.id, person: room.other }} />
        )}
        {!two &&
          (doing === "leave" ? (
            <Confirm text={s.leaveSure} yes={s.leave} onYes={() => void leave()} onNo={done} />
          ) : (
            <button type="button" class="secondary wide" onClick={() => setDoing("leave")}>
              {s.leave}
            </button>
          ))}
      </div>
    </section>
  );
}

/** The part with its words. */
export async function infoPane() {
  await furnish();
  return RoomInfo;
}
