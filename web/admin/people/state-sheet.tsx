import { useState } from "preact/hooks";
import type { AdminPerson } from "#protocol/admin";
import type { PersonState } from "#protocol/directory";
import type { OrderAct } from "#protocol/order";
import { useModel } from "../../view/app-context.ts";
import { momentIn, wall } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { Proposal } from "../proposal.tsx";
import { steadyNow } from "../../platform/clock.ts";

interface Props {
  people: readonly AdminPerson[];
  state: PersonState;
  onClose: () => void;
  onDone?: () => void;
}

/** Retires or removes people, at once or on a day ahead, or brings them back. */
export function StateSheet({ people, state, onClose, onDone }: Props) {
  const app = useModel();
  const w = adminWords.value;
  const today = wall(steadyNow() + app.skew).date;
  const [day, setDay] = useState(today);
  const acts: OrderAct[] = [{ do: "state", people: people.map(({ person }) => person.id), state }];
  const from = momentIn({ date: day, time: "" }) ?? Number.NaN;
  const isAmiss = Number.isNaN(from) || day < today;
  const dated = (act: OrderAct): OrderAct => (act.do === "state" && day !== today ? { ...act, from } : act);
  return (
    <Proposal
      title={w.stateTitles[state](people.length)}
      acts={acts}
      danger={state !== "active"}
      amiss={isAmiss ? w.badDay : ""}
      finish={dated}
      onClose={onClose}
      onDone={onDone && (() => onDone())}
    >
      {state !== "active" && (
        <label class="field">
          <span>{w.from}</span>
          <input
            type="date"
            dir="ltr"
            placeholder="2026-01-31"
            min={today}
            value={day}
            onInput={(event) => setDay(event.currentTarget.value)}
          />
          <small class="hint">{w.dayHint}</small>
        </label>
      )}
    </Proposal>
  );
}
