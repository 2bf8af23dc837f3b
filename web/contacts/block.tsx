import { useState } from "preact/hooks";
import type { PersonId, RoomId } from "#protocol/ids";
import { tell } from "../view/announce.tsx";
import { isolated } from "../view/names.ts";
import { go } from "../view/route.ts";
import { Confirm } from "../view/sheet/confirm.tsx";
import { nameOf } from "../view/who.ts";
import { messagesOf, type Shown } from "./messages.ts";
import { ask, useDeed } from "./own.ts";
import { ReportForm } from "./report.tsx";
import { contactWords } from "./words.ts";

/** In the details of a conversation of two: to hear nothing of the other any more, or to report them. */
export function BlockOption({ room, person }: { room: RoomId; person: PersonId }) {
  const { app, trouble, deed } = useDeed();
  const w = contactWords.value;
  const [doing, setDoing] = useState<"block" | Shown[] | null>(null);
  const name = isolated(nameOf(app, person));
  const block = async () => {
    if (!(await deed(() => ask(app, { do: "block", person }, "done")))) return setDoing(null);
    tell(w.blockDone(name));
    go({}, true);
  };
  if (Array.isArray(doing)) return <ReportForm {...{ room, person }} messages={doing} onDone={() => setDoing(null)} />;
  return (
    <>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {doing === "block" ? (
        <Confirm text={w.blockSure(name)} yes={w.block} onYes={() => void block()} onNo={() => setDoing(null)} />
      ) : (
        <div class="contacts-answers">
          <button type="button" class="secondary" onClick={() => setDoing("block")}>
            {w.block}
          </button>
          <button
            type="button"
            class="secondary"
            onClick={() => void deed(async () => setDoing(await messagesOf(app, room)))}
          >
            {w.report}
          </button>
        </div>
      )}
    </>
  );
}
