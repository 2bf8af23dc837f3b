import { useState } from "preact/hooks";
import type { Person, PostCard } from "#protocol/directory";
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
import { furnish, sheetWords } from "./sheet-words.ts";

const NOBODY: ReadonlySet<string> = new Set();

function NewConversation() {
  const app = useModel();
  const w = words.value;
  const s = sheetWords.value;
  const [kind, setKind] = useState<RoomKind>("direct");
  const [picked, setPicked] = useState<Person[]>([]);
  const [posts, setPosts] = useState<PostCard[]>([]);
  const [name, setName] = useState("");
  const [history, setHistory] = useState<HistoryPolicy>("all");
  const [trouble, setTrouble] = useState("");
  const [busy, setBusy] = useState(false);
  const direct = kind === "direct";
  const [post] = posts;
  // With one person or with one post, whichever was picked last.
  const people = direct ? picked.slice(0, post ? 0 : 1) : picked;
  const [only] = people;
  const withWhom = direct && post ? post.post.title : only?.name;

  const start = async () => {
    if (busy) return;
    const lacking = people.length + posts.length === 0 ? s.needPeople : !direct && !name.trim() ? s.needName : "";
    setTrouble(lacking);
    if (lacking) return;
    setBusy(true);
    try {
      const members = people.map((person) => person.id);
      const room = await app.createRoom({
        kind: direct && post ? "post" : kind,
        name: direct ? "" : name.trim(),
        history,
        members,
        posts: posts.slice(0, direct ? 1 : posts.length).map((card) => card.post.id),
      });
      go({ room }, true);
    } catch (error) {
      setTrouble(reason(error));
      setBusy(false);
    }
  };

  const home = app.me.value?.province;
  const provinces = [...people, ...posts.map((card) => card.post)].map((each) => each.province);
  const codes = Array.from(new Set([...(home ? [home] : []), ...provinces]));
  const foot = (
    <>
      {trouble ? (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      ) : (
        <p class="hint">{provinces.length > 0 && s.keptIn(provinceNames(app, codes))}</p>
      )}
      <button type="button" class="primary" aria-busy={busy} onClick={() => void start()}>
        {direct && withWhom ? s.startWith(told(withWhom)) : s.start}
      </button>
    </>
  );
  return (
    <Dialog title={w.newConversation} foot={foot}>
      <div class="options three" role="radiogroup" aria-label={w.kind}>
        {(["direct", "group", "channel"] as const).map((each) => (
          <Option key={each} group="kind" checked={kind === each} onPick={() => setKind(each)} hint={s[`${each}Hint`]}>
            <Icon sign={each === "direct" ? "chat" : each === "group" ? "group" : "horn"} />
            {w[each]}
          </Option>
        ))}
      </div>
      {!direct && (
        <>
          <label class="field">
            <span>{s.roomName}</span>
            <input
              dir={name ? "auto" : undefined}
              lang={langOf(name)}
              maxLength={80}
              placeholder={s.roomNameHint}
              value={name}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
          <div class="options" role="radiogroup" aria-label={s.historyQ}>
            <p class="label">{s.historyQ}</p>
            <Option group="history" checked={history === "all"} onPick={() => setHistory("all")}>
              {s.historyAll}
            </Option>
            <Option group="history" checked={history === "joined"} onPick={() => setHistory("joined")}>
              {s.historyJoined}
            </Option>
          </div>
        </>
      )}
      <p class="label">{s.whom}</p>
      <Picker
        picked={people}
        without={NOBODY}
        onChange={(chosen) => {
          setPicked(chosen);
          if (direct) setPosts([]);
        }}
        single={direct}
        posts={{ picked: direct ? posts.slice(0, 1) : posts, without: NOBODY, onChange: setPosts }}
      />
    </Dialog>
  );
}

/** The part with its words. */
export async function newSheet() {
  await furnish();
  return NewConversation;
}
