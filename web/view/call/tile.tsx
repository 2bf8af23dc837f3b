import type { Face } from "../../call/contract.ts";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { Icon } from "../icon.tsx";
import { langOf } from "../script.ts";
import { nameOf } from "../who.ts";
import { faceName, facePost, useDesk } from "./desk.ts";
import { Sign } from "./sign.tsx";
import { Video } from "./video.tsx";
import { callWords } from "./words.ts";

/** Bars for how a person's own network does, with words for readers. */
function Bars({ level }: { level: number }) {
  return (
    <span class={`bars b${level}`} role="img" aria-label={callWords.value.network[level]}>
      <i />
      <i />
      <i />
    </span>
  );
}

/** What stands on a person in the call, as signs that are also said. */
export function Marks({ face, all }: { face: Face; all?: boolean }) {
  const c = callWords.value;
  return (
    <>
      {face.hand !== null && (
        <span class="mark hand" role="img" aria-label={c.handUp}>
          <Sign sign="hand" />
        </span>
      )}
      {face.recording && (
        <span class="mark rec" role="img" aria-label={c.isRecording}>
          <Sign sign="record" />
        </span>
      )}
      {all && face.on.has("screen") && (
        <span class="mark" role="img" aria-label={c.isSharing}>
          <Sign sign="screen" />
        </span>
      )}
      {!face.on.has("mic") && face.state !== "lobby" && (
        <span class="mark" role="img" aria-label={c.isMuted}>
          <Sign sign="micOff" />
        </span>
      )}
      {face.network !== null && (all || face.network < 3) && <Bars level={face.network} />}
    </>
  );
}

/** One person's picture, or their letters, with name and signs. A tap keeps it large. */
export function Tile(props: {
  face: Face;
  track?: "camera" | "screen";
  width?: number;
  height?: number;
  large?: boolean;
}) {
  const { face, track = "camera", width, height, large } = props;
  const app = useModel();
  const desk = useDesk();
  const c = callWords.value;
  const name = faceName(app, face);
  const shown = track === "screen" ? c.screenOf(name) : name;
  const stream = face.readable && face.state === "in" && face.on.has(track) ? face[track] : null;
  const kept = desk.pinned.value === face.seat;
  const pin = () => {
    desk.pinned.value = kept ? null : face.seat;
    if (!kept) desk.view.value = "auto";
  };
  return (
    <li
      class={`tile${face.speaking && track === "camera" ? " speaks" : ""}${large ? " large" : ""}${stream ? "" : " blank"}`}
      style={width ? { width: `${width}px`, height: `${height}px` } : undefined}
    >
      {stream ? (
        <Video
          stream={stream}
          mirrored={face.mine && track === "camera"}
          whole={track === "screen"}
          words={face.mine ? c.yourPicture : shown}
        />
      ) : (
        <Avatar id={face.person} name={face.name ?? nameOf(app, face.person)} />
      )}
      {face.state === "away" && <span class="veil">{c.isAway}</span>}
      {!face.readable && face.state === "in" && (
        <span class="veil">
          <Icon sign="lock" />
          {desk.call.seal.value === "impossible" ? c.notHere : c.noKey}
        </span>
      )}
      <span class="plate">
        <Marks face={face} />
        <span class="plate-words">
          <bdi class="name" lang={langOf(shown)}>
            {shown}
          </bdi>
          {large && !face.mine && <bdi class="post">{facePost(app, face)}</bdi>}
        </span>
        {face.speaking && <span class="sr">{c.isSpeaking}</span>}
      </span>
      {!face.mine && (
        <button
          type="button"
          class="tile-pin"
          aria-pressed={kept}
          aria-label={kept ? c.unpin(name) : c.pin(name)}
          onClick={pin}
        >
          {kept && <Sign sign="pinned" />}
        </button>
      )}
    </li>
  );
}
