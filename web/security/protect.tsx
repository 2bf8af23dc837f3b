import { useEffect, useState } from "preact/hooks";
import { canPasskey } from "../enter/can-passkey.ts";
import { keepsPasskeys } from "../enter/others/passkey.ts";
import { go } from "../view/route.ts";
import { Dialog } from "../view/sheet/dialog.tsx";
import { ask, useDeed, useDoor } from "./own.ts";
import { addPasskey } from "./passkey-made.ts";
import { PinStep } from "./pin-step.tsx";
import { RecoveryStep } from "./recovery-step.tsx";
import { securityWords } from "./words.ts";

type At = "asking" | "choice" | "pin" | "codes" | "over";

const leave = () => go({}, true);

/** Right after an invitation: one calm step towards a way back in. Whoever has one already is not asked. */
export function Protect() {
  const w = securityWords.value;
  const { app, busy, trouble, deed } = useDeed();
  const [at, setAt] = useState<At>("asking");
  const [easy, setEasy] = useState(canPasskey());
  const door = useDoor();
  const online = app.connection.value.state === "online";
  useEffect(() => {
    if (!online || at !== "asking") return;
    Promise.all([ask(app, { do: "ways" }, "ways"), keepsPasskeys()]).then(([{ ways }, keeps]) => {
      setEasy(keeps);
      if (ways.pin || ways.passkeys.length > 0) leave();
      else setAt("choice");
    }, leave);
  }, [online]);

  switch (at) {
    case "asking":
      return null;
    case "pin":
      return (
        <Dialog title={w.pinTitle} close={() => setAt("choice")}>
          <PinStep onDone={() => setAt("codes")} />
        </Dialog>
      );
    case "codes":
      return <RecoveryStep onDone={() => setAt("over")} />;
    case "over":
      return (
        <Dialog title={w.protected} close={leave}>
          <p>{w.protectedHint}</p>
          <button type="button" class="primary wide spaced" onClick={leave}>
            {w.goOn}
          </button>
        </Dialog>
      );
    case "choice": {
      const passkey = canPasskey() && door?.passkey !== false && (
        <button
          type="button"
          class={`choice ${easy ? "first" : ""}`}
          aria-busy={busy}
          onClick={async () => {
            if (await deed(() => addPasskey(app))) setAt("codes");
          }}
        >
          <span class="name">
            {w.protectPasskey}
            {easy && ` · ${w.recommended}`}
          </span>
          <span class="hint">{w.protectPasskeyHint}</span>
        </button>
      );
      const pin = door?.pin !== false && (
        <button type="button" class={`choice ${easy ? "" : "first"}`} onClick={() => setAt("pin")}>
          <span class="name">{w.pin}</span>
          <span class="hint">{w.protectPinHint}</span>
        </button>
      );
      return (
        <Dialog title={w.protect} close={leave}>
          <p>{w.protectWhy}</p>
          <div class="choices-list">
            {easy ? passkey : pin}
            {easy ? pin : passkey}
          </div>
          {trouble && (
            <p class="trouble" role="alert">
              {trouble}
            </p>
          )}
          <button type="button" class="secondary wide" onClick={leave}>
            {w.later}
          </button>
          <p class="hint later">{w.laterHint}</p>
        </Dialog>
      );
    }
  }
}
