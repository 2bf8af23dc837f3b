import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Preview } from "#protocol/admin";
import { isId } from "#protocol/ids";
import type { OrderAct, Refused } from "#protocol/order";
import { words } from "../locales/language.ts";
import { useModel } from "../view/app-context.ts";
import { actWords } from "./act-words.ts";
import { carryOut } from "./deeds.ts";
import { type Desk, deskOf, type Given } from "./desk.ts";
import { EntryLine } from "./entry-line.tsx";
import { adminWords } from "./furnish.ts";
import { Sheet } from "./sheet.tsx";
import { Who } from "./who.tsx";
import { without } from "./without.ts";
import { told, whyNot } from "./said.ts";

interface Props {
  title: string;
  /** pieces of one intention, each small enough for one order */
  acts: readonly OrderAct[];
  danger?: boolean;
  /** what else is to be said before they are given */
  children?: ComponentChildren;
  /** what is amiss there; "" where nothing is */
  amiss?: string;
  /** each order as it is given in the end */
  finish?: (act: OrderAct) => OrderAct;
  onClose: () => void;
  onDone?: (given: Given[]) => void;
}

/** Who or what was left out, and why. */
export function RefusedList({ refused }: { refused: readonly Refused[] }) {
  const w = adminWords.value;
  if (refused.length === 0) return null;
  return (
    <details class="admin-refused" open={refused.length < 6}>
      <summary>{w.leftOut(refused.length)}</summary>
      <ul>
        {refused.slice(0, 100).map(({ id, why }) => (
          <li key={id}>
            {isId(id) ? <Who id={id} /> : <bdi class="name">{id}</bdi>} <span dir="auto">{told(why)}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}

const sum = (all: Preview[]): Preview => ({
  changes: all.reduce((count, each) => count + each.changes, 0),
  sample: all.flatMap((each) => each.sample).slice(0, 8),
  refused: all.flatMap((each) => each.refused),
  flags: all.flatMap((each) => each.flags ?? []),
  second: all.some((each) => each.second),
  undoable: all.every((each) => each.undoable),
});

function Outcome({ preview, acts }: Proposed) {
  const w = adminWords.value;
  return (
    <>
      {/* An export or a token changes no entry: what it does is said instead. */}
      <p class="admin-figure">
        {preview.changes > 0 ? w.willChange(preview.changes) : acts.map(actWords).join(words.value.comma)}
      </p>
      {preview.sample.length > 0 && (
        <ul class="admin-sample">
          {preview.sample.map((entry, i) => (
            <EntryLine key={String(i)} entry={entry} among={preview.sample} />
          ))}
          {preview.changes > preview.sample.length && (
            <li class="quiet">{w.andMore(preview.changes - preview.sample.length)}</li>
          )}
        </ul>
      )}
      <RefusedList refused={preview.refused} />
      {preview.flags?.map(({ id, why }) => (
        <p key={id} class="admin-flag">
          {isId(id) && <Who id={id} />} <span dir="auto">{told(why)}</span>
        </p>
      ))}
      {preview.second && <p class="admin-flag">{w.needsSecond}</p>}
      <p class={preview.undoable ? "hint" : "admin-flag"}>{preview.undoable ? w.canUndo : w.cannotUndo}</p>
    </>
  );
}

interface Proposed {
  preview: Preview;
  /** what is left of the orders once that which would be refused is left out */
  acts: OrderAct[];
}

/** What orders would do; of one that would be refused in part, what the rest of it would do. */
async function propose(desk: Desk, acts: readonly OrderAct[]): Promise<Proposed> {
  const previews: Preview[] = [];
  const left: OrderAct[] = [];
  for (const act of acts) {
    const { preview } = await desk.ask({ ask: "preview", act });
    const rest = preview.refused.length > 0 ? without(act, preview.refused) : act;
    if (!rest) {
      previews.push({ ...preview, changes: 0, sample: [] });
      continue;
    }
    const kept = rest === act ? preview : (await desk.ask({ ask: "preview", act: rest })).preview;
    previews.push({ ...kept, refused: [...preview.refused, ...(rest === act ? [] : kept.refused)] });
    left.push(rest);
  }
  return { preview: sum(previews), acts: left };
}

/** Shows what an order would do before it is given. */
export function Proposal({ title, acts, danger, children, amiss = "", finish, onClose, onDone }: Props) {
  const app = useModel();
  const w = adminWords.value;
  const [proposed, setProposed] = useState<Proposed | null>(null);
  const [trouble, setTrouble] = useState("");
  const [tried, setTried] = useState(false);
  const [done, setDone] = useState<number | null>(null);
  useEffect(() => {
    let wanted = true;
    propose(deskOf(app), acts).then(
      (found) => wanted && setProposed(found),
      (error) => wanted && setTrouble(whyNot(error)),
    );
    return () => {
      wanted = false;
    };
  }, []);
  const go = async () => {
    if (done !== null || !proposed) return;
    setTrouble("");
    setTried(true);
    if (amiss) return;
    setDone(0);
    try {
      const last = finish ? proposed.acts.map(finish) : proposed.acts;
      const given = await carryOut(app, last, { each: () => setDone((count) => (count ?? 0) + 1) });
      onClose();
      onDone?.(given);
    } catch (error) {
      setTrouble(whyNot(error));
      setDone(null);
    }
  };
  const preview = proposed?.preview ?? null;
  const wrong = trouble || (tried ? amiss : "");
  const nothing = proposed !== null && proposed.acts.length === 0;
  return (
    <Sheet
      title={title}
      onClose={onClose}
      foot={
        <>
          <button
            type="button"
            class={danger ? "danger" : "primary"}
            disabled={!preview || nothing}
            aria-busy={done !== null}
            onClick={() => void go()}
          >
            {preview?.second ? w.submitForSecond : w.carryOut}
          </button>
          <button type="button" class="secondary" onClick={onClose}>
            {w.cancel}
          </button>
        </>
      }
    >
      {children}
      {proposed ? <Outcome {...proposed} /> : !trouble && <p class="hint">{w.loading}</p>}
      {nothing && <p class="admin-flag">{w.nothingChanges}</p>}
      {done !== null && proposed && proposed.acts.length > 1 && (
        <progress max={proposed.acts.length} value={done} aria-label={w.ordersDone(done, proposed.acts.length)} />
      )}
      {wrong && (
        <p class="trouble" role="alert" dir="auto">
          {wrong}
        </p>
      )}
    </Sheet>
  );
}
