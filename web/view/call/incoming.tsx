import { useEffect, useRef, useState } from "preact/hooks";
import type { CallHead } from "#protocol/call";
import type { Calls } from "../../call/contract.ts";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { isolated, told } from "../names.ts";
import { go } from "../route.ts";
import { langOf } from "../script.ts";
import { Standing } from "../standing.tsx";
import { nameOf, roomName } from "../who.ts";
import { enter, isIn } from "./begin.ts";
import { ring } from "./ring.ts";
import { Sign } from "./sign.tsx";
import { useTrap } from "./trap.ts";
import { callWords } from "./words.ts";

/**
 * Somebody calls. The focus goes to the sheet itself and not to a button, so that whoever is typing neither accepts
 * nor declines by a key that was meant for a message; Escape does nothing.
 */
export function Incoming({ calls, head }: { calls: Calls; head: CallHead }) {
  const app = useModel();
  const c = callWords.value;
  const box = useRef<HTMLDivElement>(null);
  const [answering, setAnswering] = useState(false);
  const onKeyDown = useTrap(box, () => {});
  const busy = isIn(calls);
  const person = app.person(head.by).value;
  const name = nameOf(app, head.by);
  const room = app.rooms.value.find((each) => each.id === head.room);
  const video = head.media === "video";
  const title = video ? c.incomingVideo : c.incoming;
  useEffect(() => ring(title, name, busy), [head.id]);

  const accept = async (camera: boolean) => {
    setAnswering(true);
    go({ room: head.room });
    await enter(calls, head.room, { kind: head.kind, media: head.media, lobby: false, mic: true, camera });
    setAnswering(false);
  };
  return (
    <div class="ring-ground">
      <div
        ref={box}
        class="ring"
        role="alertdialog"
        aria-modal="true"
        aria-labelledby="ring-title"
        aria-describedby="ring-who"
        tabIndex={-1}
        onKeyDown={onKeyDown}
      >
        <p id="ring-title" class="ring-title">
          <Sign sign={video ? "camera" : "phone"} />
          {title}
        </p>
        <div id="ring-who" class="ring-who">
          <Avatar id={head.by} name={name} />
          <span class="lines">
            <bdi class="name" lang={langOf(name)}>
              {name}
            </bdi>
            <span class="quiet">{person && <Standing post={told(person.post)} province={person.province} />}</span>
            {room && !room.other && (
              <span class="quiet" lang={langOf(room.name)}>
                {c.incomingIn(isolated(roomName(app, room)))}
              </span>
            )}
          </span>
        </div>
        {busy && <p class="hint">{c.acceptEnds}</p>}
        <div class="ring-answers">
          <button
            type="button"
            class="danger"
            disabled={answering}
            onClick={() => calls.decline(head.room, "declined")}
          >
            <Sign sign="phone" />
            {c.decline}
          </button>
          <button
            type="button"
            class="accept"
            aria-label={video ? c.acceptVideo : c.accept}
            disabled={answering}
            onClick={() => void accept(video)}
          >
            <Sign sign={video ? "camera" : "phone"} />
            {c.accept}
          </button>
          <button
            type="button"
            class="secondary"
            title={c.declineBusyHint}
            onClick={() => calls.decline(head.room, "busy")}
          >
            {c.declineBusy}
          </button>
          <button type="button" class="secondary" disabled={answering} onClick={() => void accept(!video)}>
            {video ? c.acceptVoice : c.acceptVideo}
          </button>
        </div>
      </div>
    </div>
  );
}
