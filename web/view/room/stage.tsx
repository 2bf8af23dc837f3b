import type { Stage, TimelineItem } from "../../model/contract.ts";
import { words } from "../../locales/language.ts";
import { Icon } from "../icon.tsx";
import { openPanel } from "../route.ts";
import { roomWords } from "./room-words.ts";

interface Props {
  item: TimelineItem;
  stage: Stage;
  last: boolean;
  onDiscard: (item: TimelineItem) => void;
  waits: string;
}

/** How far one's own message has come: a sign for the eye, words for the newest and for screen readers, a tap for more. */
export function StageMark({ item, stage, last, waits, onDiscard }: Props) {
  const w = words.value;
  const r = roomWords.value;
  const pending = stage === "waiting" || stage === "refused";
  const missing = last && stage === "stored" ? waits : "";
  const told = (stage === "refused" && item.refusal) || w.stage[stage];
  const label = missing ? `${told}${w.comma}${r.stageWaits(missing)}` : told;
  return (
    <>
      <button
        type="button"
        class={`stage ${stage}`}
        tabIndex={last || pending ? 0 : -1}
        aria-label={r.stageOpen(label)}
        title={label}
        onClick={() => openPanel("detail", item.id)}
      >
        {(last || pending) && <span class="said">{label}</span>}
        <Icon sign={stage} />
      </button>
      {pending && (
        <button type="button" class="link" onClick={() => onDiscard(item)}>
          {r.discard}
        </button>
      )}
    </>
  );
}
