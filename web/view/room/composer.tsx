import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RoomItem } from "../../model/contract.ts";
import { isBlank, lettersOver } from "../../model/written.ts";
import { steadyNow } from "../../platform/clock.ts";
import { words } from "../../locales/language.ts";
import { tell } from "../announce.tsx";
import { useModel } from "../app-context.ts";
import { Icon } from "../icon.tsx";
import { postWords } from "../post/words.ts";
import { langOf } from "../script.ts";
import { reason } from "../reason.ts";
import { keepDraft, readDraft } from "./draft.ts";
import { roomWords } from "./room-words.ts";

/** Enter sends where there is a real keyboard; on a phone it makes a new line. */
const hasKeyboard = () => matchMedia("(hover: hover) and (pointer: fine)").matches;
const TYPING_EVERY = 3000;

export function Composer({ room, restored }: { room: RoomItem; restored: { text: string } | null }) {
  const app = useModel();
  const w = words.value;
  const r = roomWords.value;
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => readDraft(room.id));
  const typedAt = useRef(0);

  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, 168)}px`;
  }, [text]);
  useEffect(() => {
    if (hasKeyboard()) field.current?.focus();
    return () => rest();
  }, []);
  useEffect(() => {
    if (!restored) return;
    setText(restored.text);
    field.current?.focus();
  }, [restored]);

  const card = room.post && app.post(room.post).value;
  const vacant = card && !room.writer && card.holders.length === 0;

  const over = lettersOver(text.trim());
  const ready = over === 0 && !isBlank(text);

  const rest = () => {
    if (typedAt.current) app.typing(room.id, false);
    typedAt.current = 0;
  };
  const change = (next: string) => {
    setText(next);
    keepDraft(room.id, next);
    if (!next) return rest();
    if (steadyNow() - typedAt.current < TYPING_EVERY) return;
    typedAt.current = steadyNow();
    app.typing(room.id, true);
  };
  const send = () => {
    const words = text.trim();
    if (!ready) return;
    try {
      app.send(room.id, words);
    } catch (error) {
      return tell(reason(error));
    }
    change("");
    field.current?.focus();
  };

  if (!room.writable)
    return (
      <p class="composer read-only">
        <Icon sign="lock" />
        {r.readOnly}
      </p>
    );
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {room.elsewhere && room.provinces.length > 0 && <p class="hint">{r.elsewhere}</p>}
      {vacant && <p class="hint">{postWords.value.vacantHint}</p>}
      {over > 0 && (
        <p class="hint" role="alert">
          {r.tooLong(over)}
        </p>
      )}
      <textarea
        ref={field}
        rows={1}
        dir={text ? "auto" : undefined}
        lang={langOf(text)}
        aria-invalid={over > 0}
        aria-label={w.write}
        placeholder={w.write}
        value={text}
        onInput={(event) => change(event.currentTarget.value)}
        onBlur={rest}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || !hasKeyboard()) return;
          event.preventDefault();
          send();
        }}
      />
      <button type="submit" class="primary round" aria-label={w.send} disabled={!ready}>
        <Icon sign="send" flip />
      </button>
    </form>
  );
}
