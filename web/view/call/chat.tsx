import { useEffect, useState } from "preact/hooks";
import type { RoomItem, Timeline } from "../../model/contract.ts";
import { useModel } from "../app-context.ts";
import { Composer } from "../room/composer.tsx";
import { TimelineView } from "../room/timeline.tsx";

/** What is written in a call is written in its room, and stays there. */
export function CallChat({ room }: { room: RoomItem }) {
  const app = useModel();
  const [timeline, setTimeline] = useState<Timeline | null>(null);
  const [restored, restore] = useState<{ text: string } | null>(null);
  useEffect(() => {
    const opened = app.open(room.id);
    setTimeline(opened);
    return () => opened.close();
  }, [room.id]);
  return (
    <div class="call-chat">
      {timeline && <TimelineView room={room} timeline={timeline} onRestore={(text) => restore({ text })} />}
      <Composer room={room} restored={restored} />
    </div>
  );
}
