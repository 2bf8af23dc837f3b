import { useEffect, useState } from "preact/hooks";
import type { ContactRequest } from "#protocol/contact";
import { mintId } from "#protocol/ids";
import { type ControlRequest, controlText } from "#protocol/room";
import type { AppModel } from "../model/contract.ts";
import { tell } from "../view/announce.tsx";
import { isolated } from "../view/names.ts";
import { openRoom, up } from "../view/route.ts";
import { Confirm } from "../view/sheet/confirm.tsx";
import { Dialog } from "../view/sheet/dialog.tsx";
import { nameOf } from "../view/who.ts";
import { Asker } from "./asker.tsx";
import { Message } from "./message.tsx";
import { messagesOf, type Shown } from "./messages.ts";
import { ask, useDeed } from "./own.ts";
import { ReportForm } from "./report.tsx";
import { contactWords } from "./words.ts";

/** To leave is the person's own signed word: a node cannot say it for them. */
async function leaving(app: AppModel, { room, cseq }: ContactRequest): Promise<ControlRequest> {
  const person = app.me.peek()?.id as string;
  const change = { op: "remove", members: [person] } as const;
  const bare = { id: mintId(Date.now()), room, change: { ...change, members: [person] }, expect: cseq, person };
  const request = { ...bare, device: app.device as string };
  return { ...request, signature: await app.sign(controlText(request)) };
}

/** One request: what was written, to be looked at unseen, and the person's answer. */
export function Request({ request }: { request: ContactRequest }) {
  const { app, busy, trouble, deed } = useDeed();
  const w = contactWords.value;
  const { room, kind, by } = request;
  const [messages, setMessages] = useState<Shown[] | null>(null);
  const [doing, setDoing] = useState<"block" | "report" | null>(null);
  const two = kind === "direct";
  const name = by ? isolated(nameOf(app, by)) : "";
  useEffect(() => {
    void deed(async () => setMessages(await messagesOf(app, room)));
  }, [room]);

  const accept = async () => {
    if (await deed(() => ask(app, { do: "accept", room }, "done"))) openRoom(room);
  };
  const decline = async () => {
    const done = await deed(async () =>
      ask(app, { do: "decline", room, ...(!two && { leave: await leaving(app, request) }) }, "done"),
    );
    if (!done) return;
    tell(w.declined);
    up();
  };
  const block = async () => {
    if (!(await deed(() => ask(app, { do: "block", person: by as string }, "done")))) return setDoing(null);
    tell(w.blockDone(name));
    up();
  };
  if (doing === "report" && by)
    return <ReportForm room={room} person={by} messages={messages || []} onDone={() => setDoing(null)} />;
  const answers =
    doing === "block" ? (
      <Confirm text={w.blockSure(name)} yes={w.block} onYes={() => void block()} onNo={() => setDoing(null)} />
    ) : (
      <div class="contacts-answers">
        <button type="button" class="primary" aria-busy={busy} onClick={() => void accept()}>
          {w.accept}
        </button>
        <button type="button" class="secondary" onClick={() => void decline()}>
          {two ? w.decline : w.declineGroup}
        </button>
        {by && (
          <>
            <button type="button" class="danger" onClick={() => setDoing("block")}>
              {w.block}
            </button>
            <button type="button" class="secondary" onClick={() => setDoing("report")}>
              {w.report}
            </button>
          </>
        )}
      </div>
    );
  return (
    <Dialog title={w.title} foot={answers}>
      <div class="row contacts-asker">
        <Asker request={request} />
      </div>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {messages && messages.length === 0 && <p class="quiet">{w.noWords}</p>}
      <ol class="contacts-messages">
        {(messages || []).map((message) => (
          <li key={message.id}>
            <Message message={message} named={!two} />
          </li>
        ))}
      </ol>
      {!by && <p class="hint">{w.unknown}</p>}
      <p class="hint">{w.hint}</p>
    </Dialog>
  );
}
