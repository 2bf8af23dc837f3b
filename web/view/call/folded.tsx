import type { CurrentCall } from "../../call/contract.ts";
import { useModel } from "../app-context.ts";
import { go } from "../route.ts";
import { roomName } from "../who.ts";
import { attempt } from "./controls.tsx";
import { faceName, folded, useNow } from "./desk.ts";
import { timer } from "./length.ts";
import { Sign } from "./sign.tsx";
import { callWords } from "./words.ts";

/** The call as a bar above the page: who speaks, how long, mute, hang up, and back to it. */
export function FoldedCall({ call }: { call: CurrentCall }) {
  const app = useModel();
  const c = callWords.value;
  const now = useNow(call);
  const on = call.on.value.has("mic");
  const room = app.rooms.value.find((each) => each.id === call.room);
  const phase = call.phase.value;
  const speaker = call.faces.value.find((face) => face.speaking && !face.mine);
  const state =
    phase.at === "talking"
      ? timer(now - call.head.value.began)
      : phase.at === "returning"
        ? c.returning
        : phase.at === "lobby"
          ? c.inLobby
          : c.joining;
  const back = () => {
    folded.value = false;
    go({ room: call.room });
  };
  return (
    <section class="call-bar" aria-label={c.onNow(call.head.value.size)}>
      <button type="button" class="call-back" onClick={back}>
        <Sign sign={call.head.value.media === "video" ? "camera" : "phone"} />
        <span class="sr">{c.backToCall}: </span>
        <bdi class="name">{room ? roomName(app, room) : ""}</bdi>
        <span class="call-state">{phase.at === "alone" ? c.aloneHere : state}</span>
        {speaker && <bdi class="call-speaks">{faceName(app, speaker)}</bdi>}
      </button>
      <button type="button" class="plain" aria-label={on ? c.mute : c.unmute} onClick={() => attempt(call.mic(!on))}>
        <Sign sign={on ? "mic" : "micOff"} />
      </button>
      <button type="button" class="plain hang" aria-label={c.leaveCall} onClick={() => call.leave()}>
        <Sign sign="phone" />
      </button>
    </section>
  );
}
