import { useState } from "preact/hooks";
import type { AdminPerson } from "#protocol/admin";
import type { PersonState } from "#protocol/directory";
import type { OrderAct } from "#protocol/order";
import { useModel } from "../../view/app-context.ts";
import { Choice } from "../fields.tsx";
import { adminWords } from "../furnish.ts";
import { InviteSheet } from "../invitations/invite.tsx";
import { unitChoices, useUnits } from "../offices/tree.ts";
import { piecesOf } from "../pieces.ts";
import { Proposal } from "../proposal.tsx";
import { may } from "../sections.ts";
import { Sheet } from "../sheet.tsx";
import { StateSheet } from "./state-sheet.tsx";

/** People that one act from these pages may touch. */
export const MOST = 500;

/** Each person anew, with another unit; in as many orders as their cards need. */
const moveActs = (people: readonly AdminPerson[], unitId: string): OrderAct[] =>
  piecesOf(
    people.map(({ person }) => {
      const { state: _, ...card } = person;
      return { person: { ...card, unitId } };
    }),
  ).map((entries) => ({ do: "put", entries }));

function MoveSheet({ people, onClose }: { people: readonly AdminPerson[]; onClose: () => void }) {
  const w = adminWords.value;
  const { units } = useUnits();
  const [unit, setUnit] = useState("");
  const [sure, setSure] = useState(false);
  if (sure) return <Proposal title={w.moveTo(people.length)} acts={moveActs(people, unit)} onClose={onClose} />;
  return (
    <Sheet
      title={w.moveTo(people.length)}
      onClose={onClose}
      foot={
        <button type="button" class="primary" disabled={!unit} onClick={() => setSure(true)}>
          {w.preview}
        </button>
      }
    >
      <Choice label={w.unit} value={unit} choices={[["", "—"], ...unitChoices(units)]} onChange={setUnit} />
    </Sheet>
  );
}

type What = "invite" | "move" | PersonState;

interface Props {
  people: readonly AdminPerson[];
  /** how many the filter finds */
  found: number;
  onAll: () => void;
  onNone: () => void;
}

/** What can be done with the people that are ticked. */
export function Bulk({ people, found, onAll, onNone }: Props) {
  const roles = useModel().roles.value;
  const w = adminWords.value;
  const [what, setWhat] = useState<What | null>(null);
  const count = people.length;
  const close = () => setWhat(null);
  const inactive = people.some(({ person }) => person.state === "retired" || person.state === "removed");
  const offered: [What, string, boolean][] = [
    ["invite", w.invite, may(roles, "invite") && !inactive],
    ["move", w.move, may(roles, "put") && !inactive],
    ["retired", w.retire, may(roles, "state") && !inactive],
    ["removed", w.remove, may(roles, "state") && !inactive],
    ["active", w.bringBack, may(roles, "state") && inactive],
  ];
  return (
    <section class="admin-bulk" aria-label={w.bulk}>
      <p role="status">{w.ticked(count)}</p>
      <div class="admin-actions">
        {count < Math.min(found, MOST) && (
          <button type="button" class="link" onClick={onAll}>
            {w.tickAll(Math.min(found, MOST))}
          </button>
        )}
        {count > 0 && (
          <button type="button" class="link" onClick={onNone}>
            {w.tickNone}
          </button>
        )}
        {count > 0 &&
          offered.map(
            ([key, name, shown]) =>
              shown && (
                <button key={key} type="button" class="secondary" onClick={() => setWhat(key)}>
                  {name}
                </button>
              ),
          )}
      </div>
      {what === "invite" && <InviteSheet people={people.map(({ person }) => person)} onClose={close} />}
      {what === "move" && <MoveSheet people={people} onClose={close} />}
      {(what === "retired" || what === "removed" || what === "active") && (
        <StateSheet people={people} state={what} onClose={close} onDone={onNone} />
      )}
    </section>
  );
}
