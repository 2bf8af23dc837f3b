import { useState } from "preact/hooks";
import type { Face } from "../../call/contract.ts";
import { useModel } from "../app-context.ts";
import { Confirm } from "../sheet/confirm.tsx";
import { isolated } from "../names.ts";
import { faceName, useDesk } from "./desk.ts";
import { callWords } from "./words.ts";

/** What a host may do with one person. */
export function PersonActions({ face, onDone }: { face: Face; onDone: () => void }) {
  const app = useModel();
  const { call } = useDesk();
  const c = callWords.value;
  const [sure, setSure] = useState(false);
  const name = faceName(app, face);
  const does = (work: () => void) => () => {
    work();
    onDone();
  };
  if (sure)
    return (
      <Confirm
        text={c.removeSure(isolated(name))}
        yes={c.remove}
        onYes={does(() => call.remove(face.seat))}
        onNo={() => setSure(false)}
      />
    );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for a form
    <div class="buttons" role="group" aria-label={c.actionsFor(name)}>
      {face.on.has("mic") ? (
        <button type="button" class="secondary" onClick={does(() => call.mute(face.seat))}>
          {c.muteOne}
        </button>
      ) : (
        <button type="button" class="secondary" onClick={does(() => call.askToSpeak(face.seat))}>
          {c.askToSpeak}
        </button>
      )}
      {face.hand !== null && (
        <button type="button" class="secondary" onClick={does(() => call.lower(face.seat))}>
          {c.lowerHand}
        </button>
      )}
      {call.rank.value === "host" && (face.rank === "member" || face.rank === "cohost") && (
        <button
          type="button"
          class="secondary"
          onClick={does(() => call.promote(face.person, face.rank === "member" ? "cohost" : "member"))}
        >
          {face.rank === "member" ? c.makeCohost : c.makeMember}
        </button>
      )}
      {face.rank !== "host" && (
        <button type="button" class="danger" onClick={() => setSure(true)}>
          {c.remove}
        </button>
      )}
    </div>
  );
}
