import { useEffect } from "preact/hooks";
import type { RoomItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { isolated } from "../names.ts";
import { nameOf, roomName } from "../who.ts";
import { useDesk, useNow } from "./desk.ts";
import { timer } from "./length.ts";
import { ringBack } from "./ring.ts";
import { Video } from "./video.tsx";
import { callWords } from "./words.ts";

function Told({ room }: { room: RoomItem | undefined }) {
  const app = useModel();
  const { call } = useDesk();
  const c = callWords.value;
  const phase = call.phase.value;
  const rung = call.head.value.ringing;
  switch (phase.at) {
    case "lobby":
      return (
        <>
          <h3>{c.inLobby}</h3>
          <p>{c.inLobbyHint}</p>
        </>
      );
    case "alone":
      return phase.rings ? (
        <>
          <h3>{room?.other ? c.calling(isolated(nameOf(app, room.other))) : c.callingMany}</h3>
          {!room?.other && rung.length > 0 && (
            <p class="quiet">{c.ringsAt(words.value.list(rung.slice(0, 6).map((id) => isolated(nameOf(app, id)))))}</p>
          )}
        </>
      ) : (
        <>
          <h3>{c.aloneHere}</h3>
          <p class="quiet">{c.aloneHint}</p>
        </>
      );
    default:
      return <h3>{c.joining}</h3>;
  }
}

/** Apart from what is said to readers: it changes every second. */
function Since({ since }: { since: number }) {
  const { call } = useDesk();
  return <p class="quiet">{callWords.value.waitsSince(timer(useNow(call) - since))}</p>;
}

/** Before anybody is heard: joining, in the lobby, ringing, or the first to come. */
export function Waiting({ room }: { room: RoomItem | undefined }) {
  const app = useModel();
  const { call } = useDesk();
  const c = callWords.value;
  const phase = call.phase.value;
  const rings = phase.at === "alone" && phase.rings;
  useEffect(() => (rings ? ringBack() : undefined), [rings]);
  const own = call.faces.value.find((face) => face.mine)?.camera;
  const name = room ? roomName(app, room) : "";
  return (
    <div class="waiting">
      {own && call.on.value.has("camera") ? (
        <div class="own-large">
          <Video stream={own} mirrored words={c.yourPicture} />
        </div>
      ) : (
        room && (
          <span class={rings ? "pulse" : ""}>
            <Avatar id={room.other ?? room.id} name={name} kind={room.kind} />
          </span>
        )
      )}
      <div role="status" aria-live="polite">
        <Told room={room} />
      </div>
      {phase.at === "lobby" && <Since since={phase.since} />}
    </div>
  );
}
