import { useRef, useState } from "preact/hooks";
import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { Icon } from "../icon.tsx";
import { Lazy } from "../lazy.tsx";
import { plain, told } from "../names.ts";
import { openPanel, openRoom, route } from "../route.ts";
import { langOf } from "../script.ts";
import { RoomRow } from "./row.tsx";
import { type Filter, matches } from "./search.ts";

const directoryFound = async () => (await import("./found.tsx")).directoryFound();

const nothing = async () => (await import("./nothing.tsx")).Nothing;
const contactsRow = async () => (await import("../../contacts/part.ts")).contactsRow();

const PAGE = 40;
const FILTERS: Filter[] = ["all", "unread", "direct", "group", "channel"];

export function RoomList() {
  const app = useModel();
  const w = words.value;
  const [typed, setTyped] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const [most, setMost] = useState(PAGE);
  const list = useRef<HTMLUListElement>(null);
  const rooms = app.rooms.value;
  const text = plain(typed);
  const shown = rooms.filter((room) => matches(app, room, text, filter));
  const [found, setFound] = useState(0);
  const asked = typed.trim();
  const labels = { all: w.all, unread: w.unread, direct: w.directs, group: w.groups, channel: w.channels };
  const me = app.me.value;
  const connection = app.connection.value;

  /** A long list is drawn as far as it is read. */
  const showMore = ({ currentTarget: { scrollTop, clientHeight, scrollHeight } }: { currentTarget: HTMLElement }) => {
    if (most < shown.length && scrollHeight - scrollTop - clientHeight < 600) setMost(most + PAGE);
  };

  /** Arrow keys walk the conversations, also out of the search box. */
  const walk = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (!step || !list.current) return;
    const stops = Array.from(list.current.querySelectorAll<HTMLElement>("a,button"));
    const at = stops.indexOf(document.activeElement as HTMLElement);
    const next = at < 0 ? (step > 0 ? 0 : -1) : at + step;
    event.preventDefault();
    if (next < 0) document.getElementById("search")?.focus();
    else stops[Math.min(next, stops.length - 1)]?.focus();
  };

  return (
    <nav class="side" aria-label={w.conversations} onKeyDown={walk}>
      <header class="bar">
        <button type="button" class="me" aria-label={w.settings} onClick={() => openPanel("settings")}>
          {me && <Avatar id={me.id} name={told(me.name)} small />}
        </button>
        <h1>
          {w.conversations}
          {connection.state === "online" && !connection.current && <small> {w.updating}</small>}
        </h1>
        <button type="button" class="plain" aria-label={w.newConversation} onClick={() => openPanel("new")}>
          <Icon sign="plus" />
        </button>
      </header>
      <div class="search">
        <Icon sign="search" />
        <input
          id="search"
          type="search"
          dir={typed ? "auto" : undefined}
          autoComplete="off"
          placeholder={w.search}
          aria-label={w.searchAll}
          lang={langOf(typed)}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && shown[0]) openRoom(shown[0].id);
            if (event.key === "Escape" && typed) {
              event.preventDefault();
              setTyped("");
            }
          }}
        />
        {typed && (
          <button type="button" class="plain" aria-label={w.clear} onClick={() => setTyped("")}>
            <Icon sign="close" />
          </button>
        )}
      </div>
      {rooms.length > 0 && (
        <div class="filters" role="toolbar" aria-label={w.show}>
          {FILTERS.map((each) => (
            <button key={each} type="button" aria-pressed={filter === each} onClick={() => setFilter(each)}>
              {labels[each]}
            </button>
          ))}
        </div>
      )}
      <ul class="rooms" ref={list} onScroll={showMore}>
        {app.contacts.value > 0 && <Lazy load={contactsRow} props={{}} />}
        {shown.slice(0, most).map((room) => (
          <RoomRow key={room.id} room={room} open={route.value.room === room.id} />
        ))}
        {asked.length > 1 && (
          <Lazy load={directoryFound} props={{ text: asked, shown, onCount: setFound, onPick: () => setTyped("") }} />
        )}
        {shown.length + found === 0 && <Lazy load={nothing} props={{ text, filter }} />}
      </ul>
    </nav>
  );
}
