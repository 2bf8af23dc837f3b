import { useEffect, useMemo, useState } from "preact/hooks";
import type { Meeting } from "#protocol/call";
import { type EventId, mintId } from "#protocol/ids";
import type { RoomItem, Timeline } from "../../model/contract.ts";
import { useModel } from "../app-context.ts";
import { up } from "../route.ts";
import { Confirm } from "../sheet/confirm.tsx";
import { Dialog } from "../sheet/dialog.tsx";
import { draftOf, type Lack, meetingOf, newDraft } from "./draft.ts";
import { furnish, meetWords } from "./furnish.ts";
import { PlanForm } from "./form.tsx";

interface Props {
  room: RoomItem;
  timeline: Timeline;
  /** the conference to change; null plans a new one */
  id: EventId | null;
}

/** The plan as it stands, where its message is loaded. */
const planned = (timeline: Timeline, id: EventId | null): Meeting | undefined => {
  for (const { content } of timeline.items.value)
    if (content.kind === "meeting" && content.meeting.id === id) return content.meeting;
  return undefined;
};

function PlanSheet({ room, timeline, id }: Props) {
  const app = useModel();
  const w = meetWords.value;
  const meeting = useMemo(() => planned(timeline, id), [id]);
  const [draft, setDraft] = useState(() => (meeting ? draftOf(meeting) : newDraft(Date.now())));
  const [lack, setLack] = useState<Lack | null>(null);
  const [sure, setSure] = useState(false);
  useEffect(() => {
    if (!app.calls) up();
  }, []);

  const plan = (next: Meeting) => {
    app.calls?.plan(room.id, next);
    up();
  };
  const save = () => {
    const next = meetingOf(draft, id ?? mintId(Date.now()), Date.now());
    if (typeof next === "string") setLack(next);
    else plan(next);
  };

  if (id && !meeting)
    return (
      <Dialog title={w.change}>
        <p>{w.missing}</p>
      </Dialog>
    );
  const foot = (
    <>
      {lack ? (
        <p class="trouble" role="alert">
          {w[lack]}
        </p>
      ) : (
        <p />
      )}
      <button type="button" class="primary" onClick={save}>
        {meeting ? w.save : w.publish}
      </button>
    </>
  );
  return (
    <Dialog title={meeting ? w.change : w.plan} foot={foot}>
      <PlanForm
        room={room}
        members={timeline.members.value}
        draft={draft}
        onChange={(change) => {
          setLack(null);
          setDraft((before) => ({ ...before, ...change }));
        }}
      />
      {meeting &&
        (sure ? (
          <Confirm
            text={w.cancelSure}
            yes={w.cancel}
            onYes={() => plan({ ...meeting, cancelled: true })}
            onNo={() => setSure(false)}
          />
        ) : (
          <button type="button" class="secondary wide" onClick={() => setSure(true)}>
            {w.cancel}
          </button>
        ))}
    </Dialog>
  );
}

/** The sheet in which a conference is planned, changed or cancelled, with its words. */
export const planSheet = async () => {
  await furnish();
  return PlanSheet;
};
