import { useState } from "preact/hooks";
import { MOST_REPORTED } from "#protocol/contact";
import type { EventId, PersonId, RoomId } from "#protocol/ids";
import { tell } from "../view/announce.tsx";
import { isolated } from "../view/names.ts";
import { Dialog } from "../view/sheet/dialog.tsx";
import { nameOf } from "../view/who.ts";
import { Message } from "./message.tsx";
import type { Shown } from "./messages.ts";
import { ask, useDeed } from "./own.ts";
import { contactWords } from "./words.ts";

interface Reported {
  room: RoomId;
  person: PersonId;
  messages: readonly Shown[];
  onDone: () => void;
}

/** Says what goes to the administrators before it goes: who, where, and the messages that are ticked. */
export function ReportForm({ room, person, messages, onDone }: Reported) {
  const { app, busy, trouble, deed } = useDeed();
  const w = contactWords.value;
  const [chosen, setChosen] = useState<readonly EventId[]>([]);
  const theirs = messages.filter(({ sender }) => sender === person);
  const full = chosen.length >= MOST_REPORTED;
  const toggle = (id: EventId) =>
    setChosen(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);
  const send = async () => {
    if (!(await deed(() => ask(app, { do: "report", room, person, messages: [...chosen] }, "done")))) return;
    tell(w.reportDone);
    onDone();
  };
  return (
    <Dialog title={w.reportTitle(isolated(nameOf(app, person)))} close={onDone}>
      <p>{w.reportHint}</p>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {theirs.length === 0 && <p class="quiet">{w.reportNone}</p>}
      <fieldset class="contacts-messages">
        <legend class="sr">{w.choose}</legend>
        {theirs.map((message) => (
          <label key={message.id} class="contacts-choice">
            <input
              type="checkbox"
              checked={chosen.includes(message.id)}
              disabled={full && !chosen.includes(message.id)}
              onChange={() => toggle(message.id)}
            />
            <span>
              <Message message={message} named={false} />
            </span>
          </label>
        ))}
      </fieldset>
      <div class="contacts-answers">
        <button type="button" class="primary" aria-busy={busy} onClick={() => void send()}>
          {chosen.length > 0 ? w.reportSend(chosen.length) : w.reportBare}
        </button>
        <button type="button" class="secondary" onClick={onDone}>
          {w.cancel}
        </button>
      </div>
    </Dialog>
  );
}
