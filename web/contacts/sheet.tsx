import { useEffect, useState } from "preact/hooks";
import type { ContactRequest } from "#protocol/contact";
import type { RoomId } from "#protocol/ids";
import { Avatar } from "../view/avatar.tsx";
import { when } from "../view/format.ts";
import { clean, isolated } from "../view/names.ts";
import { openPanel } from "../view/route.ts";
import { Dialog } from "../view/sheet/dialog.tsx";
import { nameOf } from "../view/who.ts";
import { ask, useDeed } from "./own.ts";
import { Request } from "./request.tsx";
import { contactWords } from "./words.ts";

/** Who asks: a person, or a group into which one was put. No photo is fetched for somebody who was not accepted. */
export function Asker({ request }: { request: ContactRequest }) {
  const { app } = useDeed();
  const w = contactWords.value;
  const { kind, by, size } = request;
  const name = by ? nameOf(app, by) : "";
  const title = kind === "direct" ? name : clean(request.name);
  const two = kind === "direct";
  return (
    <>
      <Avatar id={request.room} name={title} kind={kind} photo="" />
      <span class="lines">
        <span class="line">
          <bdi class="name">{title}</bdi>
          <time>{when(request.at)}</time>
        </span>
        <span class="quiet cut">
          {two ? w.wants : name ? w.added(isolated(name)) : w.addedUnknown}
          {!two && ` · ${w.people(size)}`}
        </span>
      </span>
    </>
  );
}

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
