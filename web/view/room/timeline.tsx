import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "preact/hooks";
import type { RoomItem, Timeline, TimelineItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { announce, tell } from "../announce.tsx";
import { useModel } from "../app-context.ts";
import { day, dayOf } from "../format.ts";
import { Icon } from "../icon.tsx";
import { nameOf, provinceNames } from "../who.ts";
import { keepDraft, readDraft } from "./draft.ts";
import { Message } from "./message.tsx";
import { useListWindow } from "./window.ts";
import { roomWords } from "./room-words.ts";

const RUN = 5 * 60_000;

/** Whether b follows a closely enough to stand in one run with it. */
const sameRun = (a: TimelineItem | undefined, b: TimelineItem | undefined): boolean =>
  a !== undefined &&
  b !== undefined &&
  a.sender === b.sender &&
  a.content.kind !== "change" &&
  b.content.kind !== "change" &&
  b.at - a.at < RUN &&
  dayOf(a.at) === dayOf(b.at);

/** Pixels that an unseen row is taken for: near enough that the scroll bar does not jump. */
const guess = (item: TimelineItem): number =>
  item.content.kind === "text" ? 42 + Math.ceil(item.content.text.length / 42) * 22 : 36;

export function TimelineView(props: { room: RoomItem; timeline: Timeline; onRestore: (text: string) => void }) {
  const { room, timeline } = props;
  const app = useModel();
  const w = words.value;
  const r = roomWords.value;
  const list = useListWindow();
  const items = timeline.items.value;
  const more = timeline.more.value;
  const loading = timeline.loading.value;
  const firstUnread = timeline.firstUnread.value;
  const links = app.links.value;
  const placed = useRef(false);
  const seen = useRef<string | null>(null);
  const keys = useMemo(() => items.map((item) => item.id), [items]);

  if (!placed.current && items.length > 0) {
    placed.current = true;
    const at = firstUnread ? keys.indexOf(firstUnread) : -1;
    if (at > 0) {
      list.stuck = false;
      list.anchor = { key: keys[at] as string, into: -80 };
      seen.current = keys[at - 1] as string;
    }
  }

  const [from, to] = list.lay(keys, (i) => guess(items[i] as TimelineItem));

  const newest = items[items.length - 1];
  const look = useCallback(() => {
    if (!list.stuck || document.visibilityState !== "visible") return;
    seen.current = list.extent.keyAt(list.extent.size - 1) ?? null;
    timeline.read();
  }, [timeline]);

  useEffect(look, [newest?.id, list.stuck]);
  useEffect(() => {
    document.addEventListener("visibilitychange", look);
    return () => document.removeEventListener("visibilitychange", look);
  }, [look]);

  const heard = useRef<string | null>(null);
  useEffect(() => {
    if (newest && heard.current && heard.current !== newest.id && !newest.mine && newest.content.kind === "text")
      announce(r.says(nameOf(app, newest.sender), newest.content.text));
    if (newest?.mine && heard.current !== newest.id && newest.stage === "waiting") list.goTo(null);
    heard.current = newest?.id ?? null;
  }, [newest?.id]);

  // Older messages are asked for while there is still something to read above.
  const stalled = timeline.stalled.value;
  const hunger = () => {
    if (more && !loading && !stalled && list.above < 800) void timeline.loadOlder();
  };
  useLayoutEffect(hunger, [items, more, loading, stalled]);

  const discard = useCallback(
    async (item: TimelineItem) => {
      if (!(await app.discard(item.id))) return tell(roomWords.value.tooLate);
      if (item.content.kind === "text" && !readDraft(room.id)) {
        keepDraft(room.id, item.content.text);
        props.onRestore(item.content.text);
      }
      tell(roomWords.value.discarded);
    },
    [room.id],
  );

  /** Up and down walk the stages of one's own messages. */
  const walk = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const here = document.activeElement;
    if (!step || !here?.classList.contains("stage") || !list.rows) return;
    const stops = Array.from(list.rows.querySelectorAll<HTMLElement>("button.stage"));
    const next = stops[stops.indexOf(here as HTMLElement) + step];
    if (!next) return;
    event.preventDefault();
    next.focus();
  };

  let lastMine = -1;
  for (let i = items.length - 1; i >= 0 && i > items.length - 200; i--)
    if (items[i]?.mine) {
      lastMine = i;
      break;
    }
  const mineItem = items[lastMine];
  const waits =
    mineItem?.stage === "stored" && links
      ? provinceNames(
          app,
          timeline
            .detail(mineItem.id)
            .provinces.filter((each) => !each.stored)
            .map((each) => each.province),
        )
      : "";

  const below = list.stuck ? 0 : items.length - 1 - (seen.current ? keys.lastIndexOf(seen.current) : items.length - 1);
  const fresh = below > 0 ? items.slice(-below).filter((item) => !item.mine).length : 0;
  const far = !list.stuck;

  return (
    <div class="log-frame">
      <div
        class="log"
        role="log"
        aria-live="off"
        aria-label={r.messages}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        ref={(element) => {
          list.scroller = element;
        }}
        onScroll={() => {
          list.scrolled();
          look();
          hunger();
        }}
        onKeyDown={walk}
      >
        {loading && (
          <p class="older" role="status">
            {r.loadingOlder}
          </p>
        )}
        {items.length === 0 && !loading && !more && (
          <div class="empty">
            <Icon sign={room.kind === "channel" ? "horn" : "chat"} />
            <h2>{r.emptyRoom}</h2>
            <p>{room.writable ? r.emptyRoomHint : r.emptyChannelHint}</p>
          </div>
        )}
        <div style={{ height: `${list.extent.top(from)}px` }} />
        <div
          class="rows"
          ref={(element) => {
            list.rows = element;
          }}
        >
          {items.slice(from, to).map((item, offset) => {
            const i = from + offset;
            const before = items[i - 1];
            const newDay = !before || dayOf(before.at) !== dayOf(item.at);
            const divider = item.id === firstUnread;
            const head = newDay || divider || !sameRun(before, item);
            return (
              <div key={item.id} data-key={item.id} class={i === items.length - 1 ? "end" : undefined}>
                <Message
                  item={item}
                  day={newDay ? day(item.at) : null}
                  divider={divider}
                  head={head}
                  tail={!sameRun(item, items[i + 1])}
                  named={room.kind !== "direct" && !item.mine}
                  post={item.sender === room.writer ? null : room.post}
                  last={i === lastMine}
                  waits={i === lastMine ? waits : ""}
                  epoch={w}
                  onDiscard={discard}
                />
              </div>
            );
          })}
        </div>
        <div style={{ height: `${list.extent.total - list.extent.top(to)}px` }} />
      </div>
      {far && (
        <button
          type="button"
          class="jump"
          aria-label={fresh > 0 ? r.newBelow(fresh) : r.latest}
          onClick={() => list.goTo(null)}
        >
          <Icon sign="down" />
          {fresh > 0 && <span class="count">{fresh > 99 ? "99+" : fresh}</span>}
        </button>
      )}
    </div>
  );
}
