import { useEffect, useMemo, useRef } from "preact/hooks";
import type { Calls, CurrentCall } from "../../call/contract.ts";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { langOf } from "../script.ts";
import { roomName } from "../who.ts";
import { Controls } from "./controls.tsx";
import { DeskContext, makeDesk, useDesk, useNow } from "./desk.ts";
import { folded } from "./desk.ts";
import { useKeys, useWake } from "./keys.ts";
import { timer } from "./length.ts";
import { Floating } from "./floating.tsx";
import { Notices } from "./notices.tsx";
import { Panel } from "./panel.tsx";
import { Pictures } from "./pictures.tsx";
import { SealSign } from "./security.tsx";
import { Sign } from "./sign.tsx";
import { useTrap } from "./trap.ts";
import { Waiting } from "./waiting.tsx";
import { callWords } from "./words.ts";

function Top({ name }: { name: string }) {
  const { call } = useDesk();
  const c = callWords.value;
  const now = useNow(call);
  const { began, rules } = call.head.value;
  const app = useModel();
  const room = app.rooms.value.find((each) => each.id === call.room);
  const phase = call.phase.value.at;
  return (
    <div class="call-top">
      <button
        type="button"
        class="plain"
        aria-label={c.minimise}
        title={c.minimise}
        onClick={() => (folded.value = true)}
      >
        <Sign sign="fold" />
      </button>
      {room && <Avatar id={room.other ?? room.id} name={name} kind={room.kind} small />}
      <span class="lines">
        <h2 class="name" dir="auto" lang={langOf(name)}>
          {name}
        </h2>
        {(phase === "talking" || phase === "returning") && (
          <span class="quiet">
            <span class="timer">{timer(now - began)}</span>
            {rules.locked && ` · ${c.locked}`}
          </span>
        )}
      </span>
      <SealSign />
    </div>
  );
}

/** The call that one is in, over the whole page. */
export function CallScreen({ call, calls }: { call: CurrentCall; calls: Calls }) {
  const app = useModel();
  const c = callWords.value;
  const desk = useMemo(() => makeDesk(call), [call]);
  const box = useRef<HTMLElement>(null);
  useKeys(desk);
  useWake();
  const onKeyDown = useTrap(box, () => {
    desk.panel.value = null;
  });
  const room = app.rooms.value.find((each) => each.id === call.room);
  const name = room ? roomName(app, room) : "";
  const phase = call.phase.value.at;
  const there = phase === "talking" || phase === "returning";
  useEffect(() => {
    if (!there) call.show([]);
  }, [there]);
  const panel = desk.panel.value;
  return (
    <DeskContext.Provider value={desk}>
      <section
        ref={box}
        class={`call call-full${panel ? ` with-${panel}` : ""}`}
        role="dialog"
        aria-modal="true"
        aria-label={c.inCallWith(name)}
        tabIndex={-1}
        onKeyDown={onKeyDown}
      >
        <Top name={name} />
        <Notices />
        <div class="call-middle">
          {there ? <Pictures /> : <Waiting room={room} />}
          {panel && room && <Panel key={panel} panel={panel} room={room} calls={calls} />}
        </div>
        <Floating />
        <Controls room={room} />
      </section>
    </DeskContext.Provider>
  );
}
