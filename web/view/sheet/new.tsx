import { useState } from "preact/hooks";
import type { Person } from "#protocol/directory";
import type { HistoryPolicy, RoomKind } from "#protocol/room";
import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Icon } from "../icon.tsx";
import { told } from "../names.ts";
import { langOf } from "../script.ts";
import { reason } from "../reason.ts";
import { go } from "../route.ts";
import { provinceNames } from "../who.ts";
import { Dialog } from "./dialog.tsx";
import { Option } from "./option.tsx";
import { Picker } from "./picker.tsx";

const NOBODY: ReadonlySet<string> = new Set();

export function NewConversation() {
  const app = useModel();
  const w = words.value;
  const [kind, setKind] = useState<RoomKind>("direct");
  const [picked, setPicked] = useState<Person[]>([]);
  const [name, setName] = useState("");
  const [history, setHistory] = useState<HistoryPolicy>("all");
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const direct = kind === "direct";
  const people = direct ? picked.slice(0, 1) : picked;
  const [only] = people;

  const start = async () => {
    if (busy) return;
    const lacking = people.length === 0 ? w.needPeople : !direct && !name.trim() ? w.needName : "";
    setTrouble(lacking);
    if (lacking) return;
    setBusy(true);
    try {
      const members = people.map((person) => person.id);
      const room = await app.createRoom({ kind, name: direct ? "" : name.trim(), history, members });
      go({ room }, true);
    } catch (error) {
      setTrouble(reason(error));
      setBusy(false);
    }
  };

  const home = app.me.value?.province;
  const codes = Array.from(new Set([...(home ? [home] : []), ...people.map((person) => person.province)]));
  const foot = (
    <>
      {trouble ? (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      ) : (
        <p class="hint">{people.length > 0 && w.keptIn(provinceNames(app, codes))}</p>
      )}
      <button type="button" class="primary" aria-busy={busy} onClick={() => void start()}>
        {direct && only ? w.startWith(told(only.name)) : w.start}
      </button>
    </>
  );
  return (
    <Dialog title={w.newConversation} foot={foot}>
      <div class="options three" role="radiogroup" aria-label={w.kind}>
        {(["direct", "group", "channel"] as const).map((each) => (
          <Option key={each} group="kind" checked={kind === each} onPick={() => setKind(each)} hint={w[`${each}Hint`]}>
            <Icon sign={each === "direct" ? "chat" : each === "group" ? "group" : "horn"} />
            {w[each]}
          </Option>
        ))}
      </div>
      {!direct && (
        <>
          <label class="field">
            <span>{w.roomName}</span>
            <input
              dir={name ? "auto" : undefined}
              lang={langOf(name)}
              maxLength={80}
              placeholder={w.roomNameHint}
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
          <div class="options" role="radiogroup" aria-label={w.historyQ}>
            <p class="label">{w.historyQ}</p>
            <Option group="history" checked={history === "all"} onPick={() => setHistory("all")}>
              {w.historyAll}
            </Option>
            <Option group="history" checked={history === "joined"} onPick={() => setHistory("joined")}>
              {w.historyJoined}
            </Option>
          </div>
        </>
      )}
      <p class="label">{w.whom}</p>
      <Picker picked={people} without={NOBODY} onChange={setPicked} single={direct} />
    </Dialog>
  );
}
