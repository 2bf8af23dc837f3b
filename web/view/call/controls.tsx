import type { ComponentChildren } from "preact";
import type { RoomItem } from "../../model/contract.ts";
import { tell } from "../announce.tsx";
import { Icon } from "../icon.tsx";
import { type CallPanel, isHost, useDesk } from "./desk.ts";
import { callReason } from "./reason.ts";
import { Sign } from "./sign.tsx";
import { callWords } from "./words.ts";

/** Does it, and says what went wrong. */
export const attempt = (work: Promise<void>): void =>
  void work.catch((error) => {
    const text = callReason(error);
    if (text) tell(text);
  });

export const canShare = (): boolean => typeof navigator.mediaDevices?.getDisplayMedia === "function";

function Control(props: {
  label: string;
  onClick: () => void;
  look?: string;
  pressed?: boolean;
  expanded?: boolean;
  keys?: string;
  badge?: number;
  children: ComponentChildren;
}) {
  return (
    <button
      type="button"
      class={`control ${props.look ?? ""}`}
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      aria-keyshortcuts={props.keys}
      onClick={props.onClick}
    >
      {props.children}
      {props.badge ? (
        <span class="count" aria-hidden="true">
          {props.badge > 99 ? "99+" : props.badge}
        </span>
      ) : null}
    </button>
  );
}

/** The row of switches under a call; what a phone has no room for is also under "More". */
export function Controls({ room }: { room: RoomItem | undefined }) {
  const desk = useDesk();
  const { call } = desk;
  const c = callWords.value;
  const on = call.on.value;
  const faces = call.faces.value;
  const me = faces.find((face) => face.mine);
  const waiting = faces.filter((face) => face.state === "lobby" && !face.mine).length;
  const others = faces.filter((face) => face.state !== "lobby" && !face.mine).length;
  const phase = call.phase.value.at;
  const there = phase === "talking" || phase === "returning" || phase === "alone";
  const unread = room?.unread ?? 0;
  const open = desk.panel.value;
  const turn = (panel: CallPanel) => {
    desk.panel.value = open === panel ? null : panel;
  };
  const hang = () => (isHost(call) && others > 1 ? turn("leave") : call.leave());
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div class="controls" role="group" aria-label={c.controls}>
      <Control
        label={on.has("mic") ? c.mute : c.unmute}
        look={on.has("mic") ? "" : "off"}
        keys="M"
        onClick={() => attempt(call.mic(!on.has("mic")))}
      >
        <Sign sign={on.has("mic") ? "mic" : "micOff"} />
      </Control>
      <Control
        label={on.has("camera") ? c.stopCamera : c.startCamera}
        look={on.has("camera") ? "" : "off"}
        keys="V"
        onClick={() => attempt(call.camera(!on.has("camera")))}
      >
        <Sign sign={on.has("camera") ? "camera" : "cameraOff"} />
      </Control>
      {there && (
        <>
          {canShare() && (
            <Control
              label={on.has("screen") ? c.stopShare : c.share}
              look={`roomy${on.has("screen") ? " lit" : ""}`}
              onClick={() => attempt(call.share(!on.has("screen")))}
            >
              <Sign sign="screen" />
            </Control>
          )}
          <Control
            label={me?.hand == null ? c.raise : c.lower}
            look={`roomy${me?.hand == null ? "" : " lit"}`}
            keys="H"
            onClick={() => call.hand(me?.hand == null)}
          >
            <Sign sign="hand" />
          </Control>
          <Control label={c.react} look="roomy" expanded={open === "react"} onClick={() => turn("react")}>
            <Sign sign="smile" />
          </Control>
          <Control
            label={waiting > 0 ? `${c.people}. ${c.waitsInLobby(waiting)}` : c.peopleCount(others + 1)}
            badge={waiting}
            expanded={open === "people"}
            onClick={() => turn("people")}
          >
            <Sign sign="people" />
          </Control>
          <Control
            label={unread > 0 ? c.messagesNew(unread) : c.messages}
            look="roomy"
            badge={unread}
            expanded={open === "chat"}
            onClick={() => turn("chat")}
          >
            <Icon sign="chat" />
          </Control>
          <Control
            label={unread > 0 ? `${c.more}. ${c.messagesNew(unread)}` : c.more}
            look="more"
            badge={open === "more" ? 0 : unread}
            expanded={open === "more"}
            onClick={() => turn("more")}
          >
            <Sign sign="more" />
          </Control>
        </>
      )}
      <Control
        label={phase === "lobby" ? c.stopWaiting : phase === "talking" ? c.leaveCall : c.hangUp}
        look="hang"
        expanded={open === "leave" || undefined}
        onClick={hang}
      >
        <Sign sign="phone" />
      </Control>
    </div>
  );
}
