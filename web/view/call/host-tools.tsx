import { useState } from "preact/hooks";
import { Confirm } from "../sheet/confirm.tsx";
import { useDesk } from "./desk.ts";
import { callWords } from "./words.ts";

function Turn(props: { text: string; hint: string; on: boolean; onTurn: (on: boolean) => void }) {
  return (
    <button type="button" class="item" role="switch" aria-checked={props.on} onClick={() => props.onTurn(!props.on)}>
      <span class="lines">
        <span>{props.text}</span>
        <span class="hint">{props.hint}</span>
      </span>
      <i class="switch" />
    </button>
  );
}

/** What hosts decide for all. Letting browsers in that cannot encrypt is asked twice, in plain words. */
export function HostTools() {
  const { call } = useDesk();
  const c = callWords.value;
  const [sure, setSure] = useState<"unseal" | "end" | null>(null);
  const { rules } = call.head.value;
  const hands = call.faces.value.some((face) => face.hand !== null);
  return (
    <section class="host-tools" aria-label={c.hostTools}>
      <h4>{c.hostTools}</h4>
      <div class="buttons">
        <button type="button" class="secondary" onClick={() => call.mute(null)}>
          {c.muteAll}
        </button>
        {hands && (
          <button type="button" class="secondary" onClick={() => call.lower(null)}>
            {c.lowerAll}
          </button>
        )}
      </div>
      <Turn text={c.lock} hint={c.lockHint} on={rules.locked} onTurn={call.lock} />
      <Turn text={c.lobby} hint={c.lobbyHint} on={rules.lobby} onTurn={call.lobby} />
      {rules.sealed &&
        (sure === "unseal" ? (
          <Confirm
            text={c.unsealSure}
            yes={c.unsealYes}
            onYes={() => {
              setSure(null);
              call.unseal();
            }}
            onNo={() => setSure(null)}
          />
        ) : (
          <button type="button" class="item" onClick={() => setSure("unseal")}>
            <span class="lines">
              <span>{c.unseal}</span>
              <span class="hint">{c.unsealHint}</span>
            </span>
          </button>
        ))}
      {sure === "end" ? (
        <Confirm text={c.endSure} yes={c.endForAll} onYes={() => call.endForAll()} onNo={() => setSure(null)} />
      ) : (
        <button type="button" class="danger wide" onClick={() => setSure("end")}>
          {c.endForAll}
        </button>
      )}
    </section>
  );
}
