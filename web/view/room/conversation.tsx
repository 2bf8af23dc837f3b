import { useEffect, useState } from "preact/hooks";
import type { RoomItem, Timeline } from "../../model/contract.ts";
import { useModel } from "../app-context.ts";
import { Composer } from "./composer.tsx";
import { TimelineView } from "./timeline.tsx";

/** The room's timeline, open for as long as it is on screen. */
export function useTimeline(room: RoomItem): Timeline | null {
  const app = useModel();
  const [timeline, setTimeline] = useState<Timeline | null>(null);
  useEffect(() => {
    const opened = app.open(room.id);
    setTimeline(opened);
    return () => opened.close();
  }, [room.id]);
  return timeline;
}

/** What is written in a room, and the place to write: a message that is taken back goes from the one to the other. */
export function Conversation({ room, timeline }: { room: RoomItem; timeline: Timeline | null }) {
  const [restored, restore] = useState<{ text: string } | null>(null);
  return (
    <>
      {timeline && <TimelineView room={room} timeline={timeline} onRestore={(text) => restore({ text })} />}
      <Composer room={room} restored={restored} />
    </>
  );
}
