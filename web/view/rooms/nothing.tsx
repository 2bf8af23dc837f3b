import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Icon } from "../icon.tsx";
import { openPanel } from "../route.ts";
import type { Filter } from "./search.ts";

/** In the place of conversations where there are none to show. */
export function Nothing({ text, filter }: { text: string; filter: Filter }) {
  const w = words.value;
  const none = useModel().rooms.value.length === 0 && !text;
  return (
    <li class="empty">
      {none ? (
        <>
          <Icon sign="chat" />
          <h2>{w.noRooms}</h2>
          <p>{w.noRoomsHint}</p>
          <button type="button" class="primary" onClick={() => openPanel("new")}>
            {w.newConversation}
          </button>
        </>
      ) : (
        <>
          <h2>{text ? w.nothingFound : filter === "unread" ? w.nothingUnread : w.nothingOfKind}</h2>
          {text && <p>{w.nothingFoundHint}</p>}
        </>
      )}
    </li>
  );
}
