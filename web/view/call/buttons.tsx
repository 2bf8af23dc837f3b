import type { Calls } from "../../call/contract.ts";
import type { RoomItem } from "../../model/contract.ts";
import { callPerson, isIn } from "./begin.ts";
import { folded } from "./desk.ts";
import { aside } from "./part.ts";
import { Sign } from "./sign.tsx";
import { callWords } from "./words.ts";

/** In the header of a room: call, video call; or join the call that is on, or go back to it. */
export function CallButtons({ calls, room }: { calls: Calls; room: RoomItem }) {
  const c = callWords.value;
  const head = calls.heads.value.get(room.id);
  const here = isIn(calls) ? calls.current.value : null;
  if (here?.room === room.id)
    return (
      <button type="button" class="join-now" onClick={() => (folded.value = false)}>
        {c.backToCall}
      </button>
    );
  if (head)
    return (
      <button
        type="button"
        class="join-now"
        onClick={() => (aside.value = { at: "join", room: room.id, media: head.media })}
      >
        <Sign sign={head.media === "video" ? "camera" : "phone"} />
        {head.size > 0 ? c.joinMany(head.size) : c.joinIt}
      </button>
    );
  if (!room.writable || room.size < 2) return null;
  const begin = (media: "audio" | "video") => () => {
    if (room.other && !here) void callPerson(calls, room.id, media);
    else aside.value = { at: "join", room: room.id, media };
  };
  return (
    <>
      <button type="button" class="plain" aria-label={c.call} title={c.call} onClick={begin("audio")}>
        <Sign sign="phone" />
      </button>
      <button type="button" class="plain" aria-label={c.videoCall} title={c.videoCall} onClick={begin("video")}>
        <Sign sign="camera" />
      </button>
    </>
  );
}
