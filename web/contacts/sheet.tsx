import { useEffect, useState } from "preact/hooks";
import type { ContactRequest } from "#protocol/contact";
import type { RoomId } from "#protocol/ids";
import { openPanel } from "../view/route.ts";
import { Dialog } from "../view/sheet/dialog.tsx";
import { Asker } from "./asker.tsx";
import { ask, useDeed } from "./own.ts";
import { Request } from "./request.tsx";
import { contactWords } from "./words.ts";

/** All requests, the newest first, or one of them. @param id its room, from the address */
export function ContactsSheet({ id }: { id: RoomId | null }) {
  const { app, trouble, deed } = useDeed();
  const w = contactWords.value;
  const [all, setAll] = useState<ContactRequest[] | null>(null);
  const [more, setMore] = useState(false);
  const online = app.connection.value.state === "online";
  const waiting = app.contacts.value;
  const read = (before?: number) =>
    deed(async () => {
      const page = await ask(app, { do: "contacts", ...(before !== undefined && { before }) }, "contacts");
      setAll(before === undefined ? page.contacts : [...(all || []), ...page.contacts]);
      setMore(page.more);
    });
  // Whatever is answered here or on another device changes their number.
  useEffect(() => {
    if (online) void read();
  }, [online, waiting]);
  const chosen = id && all?.find(({ room }) => room === id);
  if (chosen) return <Request key={chosen.room} request={chosen} />;
  return (
    <Dialog title={w.title}>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {all && all.length === 0 && (
        <div class="empty">
          <h3>{w.none}</h3>
          <p>{w.noneHint}</p>
        </div>
      )}
      {all && all.length > 0 && (
        <>
          <p class="hint">{w.hint}</p>
          <ul class="found">
            {all.map((request) => (
              <li key={request.room}>
                <button type="button" class="row" onClick={() => openPanel("contacts", request.room)}>
                  <Asker request={request} />
                </button>
              </li>
            ))}
          </ul>
          {more && (
            <button
              type="button"
              class="secondary wide"
              onClick={() => void read((all[all.length - 1] as ContactRequest).at)}
            >
              {w.more}
            </button>
          )}
        </>
      )}
    </Dialog>
  );
}
