import type { RoomItem } from "../../model/contract.ts";
import { Conversation, useTimeline } from "../room/conversation.tsx";

/** What is written in a call is written in its room, and stays there. */
export function CallChat({ room }: { room: RoomItem }) {
  return (
    <div class="call-chat">
      <Conversation room={room} timeline={useTimeline(room)} />
    </div>
  );
}
