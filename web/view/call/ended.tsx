import { useRef } from "preact/hooks";
import type { Calls } from "../../call/contract.ts";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { go } from "../route.ts";
import { langOf } from "../script.ts";
import { roomName } from "../who.ts";
import { callPerson } from "./begin.ts";
import { lengthWords } from "./length.ts";
import { type Aside, aside } from "./part.ts";
import { Sign } from "./sign.tsx";
import { useTrap } from "./trap.ts";
import { words } from "../../locales/language.ts";
import { callWords } from "./words.ts";

/** The call is over: why, how long it was, and what one may do next. */
export function Ended({ calls, end }: { calls: Calls; end: Extract<Aside, { at: "over" }> }) {
  const app = useModel();
  const c = callWords.value;
  const box = useRef<HTMLElement>(null);
  const close = () => {
    aside.value = null;
  };
  const onKeyDown = useTrap(box, close);
  const room = app.rooms.value.find((each) => each.id === end.room);
  const name = room ? roomName(app, room) : "";
  const onStill = calls.heads.value.has(end.room);
  const again = end.why !== "removed" && end.why !== "refused" && end.why !== "moved" && room?.writable;
  const callAgain = () => {
    if (onStill || !room?.other) aside.value = { at: "join", room: end.room, media: end.media };
    else void callPerson(calls, end.room, end.media);
  };
  return (
    <section
      ref={box}
      class="call call-full call-still"
      role="dialog"
      aria-modal="true"
      aria-label={c.ended}
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div class="still">
        {room && <Avatar id={room.other ?? room.id} name={name} kind={room.kind} />}
        <h2>
          <bdi lang={langOf(name)}>{name || c.ended}</bdi>
        </h2>
        <p role="status">{c.over[end.why]}</p>
        {end.lasted > 1000 && <p class="quiet">{c.lasted(lengthWords(end.lasted, c))}</p>}
        <div class="still-buttons">
          {again && (
            <button type="button" class="accept" onClick={callAgain}>
              <Sign sign={end.media === "video" ? "camera" : "phone"} />
              {onStill ? c.rejoin : c.callAgain}
            </button>
          )}
          {room?.writable && (
            <button
              type="button"
              class="secondary"
              onClick={() => {
                close();
                go({ room: end.room });
              }}
            >
              {c.writeInstead}
            </button>
          )}
          <button type="button" class="secondary" onClick={close}>
            {words.value.close}
          </button>
        </div>
      </div>
    </section>
  );
}
