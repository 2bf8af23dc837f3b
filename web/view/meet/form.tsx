import type { Member } from "#protocol/room";
import type { RoomItem } from "../../model/contract.ts";
import { useModel } from "../app-context.ts";
import { langOf } from "../script.ts";
import { Option } from "../sheet/option.tsx";
import { roomName } from "../who.ts";
import { LENGTHS, LONGEST_TITLE, type PlanDraft } from "./draft.ts";
import { meetWords } from "./furnish.ts";
import { Invitees } from "./invitees.tsx";

interface Props {
  room: RoomItem;
  members: Member[];
  draft: PlanDraft;
  onChange: (change: Partial<PlanDraft>) => void;
}

/** What, when, for how long. */
function Subject({ draft, onChange }: Omit<Props, "room" | "members">) {
  const w = meetWords.value;
  const lengths = Array.from(new Set([...LENGTHS, draft.minutes])).sort((a, b) => a - b);
  return (
    <>
      <label class="field">
        <span>{w.title}</span>
        <input
          dir={draft.title ? "auto" : undefined}
          lang={langOf(draft.title)}
          maxLength={LONGEST_TITLE}
          placeholder={w.titleHint}
          value={draft.title}
          onInput={(event) => onChange({ title: event.currentTarget.value })}
        />
      </label>
      <div class="meet-when">
        <label class="field">
          <span>{w.date}</span>
          <input
            type="date"
            dir="ltr"
            placeholder="2026-01-31"
            value={draft.date}
            onInput={(event) => onChange({ date: event.currentTarget.value })}
          />
        </label>
        <label class="field">
          <span>{w.time}</span>
          <input
            type="time"
            dir="ltr"
            placeholder="10:00"
            value={draft.time}
            onInput={(event) => onChange({ time: event.currentTarget.value })}
          />
        </label>
      </div>
      <p class="hint meet-zone">{w.zone}</p>
      <p class="label" id="meet-length">
        {w.length}
      </p>
      <div class="options three" role="radiogroup" aria-labelledby="meet-length">
        {lengths.map((minutes) => (
          <Option key={minutes} group="length" checked={draft.minutes === minutes} onPick={() => onChange({ minutes })}>
            {w.lasts(minutes)}
          </Option>
        ))}
      </div>
    </>
  );
}

export function PlanForm({ room, members, draft, onChange }: Props) {
  const app = useModel();
  const w = meetWords.value;
  const name = `\u2068${roomName(app, room)}\u2069`;
  return (
    <>
      <Subject draft={draft} onChange={onChange} />
      <label class="field">
        <span>{w.agenda}</span>
        <textarea
          rows={4}
          dir={draft.agenda ? "auto" : undefined}
          lang={langOf(draft.agenda)}
          placeholder={w.agendaHint}
          value={draft.agenda}
          onInput={(event) => onChange({ agenda: event.currentTarget.value })}
        />
      </label>
      {room.kind !== "direct" && (
        <>
          <p class="label" id="meet-who">
            {w.who}
          </p>
          <div class="options" role="radiogroup" aria-labelledby="meet-who">
            <Option
              group="who"
              checked={!draft.invitees}
              onPick={() => onChange({ invitees: null })}
              hint={w.everyoneHint(name)}
            >
              {w.everyone}
            </Option>
            <Option
              group="who"
              checked={draft.invitees !== null}
              onPick={() => onChange({ invitees: new Set() })}
              hint={w.someHint}
            >
              {w.some}
            </Option>
          </div>
          {draft.invitees && (
            <Invitees members={members} chosen={draft.invitees} onChange={(invitees) => onChange({ invitees })} />
          )}
        </>
      )}
      <p class="label" id="meet-entry">
        {w.entry}
      </p>
      <div class="options" role="radiogroup" aria-labelledby="meet-entry">
        <Option group="entry" checked={!draft.lobby} onPick={() => onChange({ lobby: false })} hint={w.straightHint}>
          {w.straight}
        </Option>
        <Option group="entry" checked={draft.lobby} onPick={() => onChange({ lobby: true })} hint={w.lobbyHint}>
          {w.lobby}
        </Option>
      </div>
    </>
  );
}
