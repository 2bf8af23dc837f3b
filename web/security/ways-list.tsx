import { useState } from "preact/hooks";
import type { Ways } from "#protocol/self";
import { canPasskey } from "../enter/can-passkey.ts";
import { tell } from "../view/announce.tsx";
import { day, since } from "../view/format.ts";
import { Confirm } from "../view/sheet/confirm.tsx";
import { ask, useDeed, useDoor } from "./own.ts";
import { addPasskey } from "./passkey-made.ts";
import { openStep } from "./step.ts";
import { securityWords } from "./words.ts";

type Sure = { about: "pin" } | { about: "codes" } | { about: "passkey"; id: string; label: string };

function question(sure: Sure): { text: string; yes: string } {
  const w = securityWords.value;
  switch (sure.about) {
    case "pin":
      return { text: w.removePinSure, yes: w.remove };
    case "codes":
      return { text: w.newCodesSure, yes: w.newCodes };
    case "passkey":
      return { text: w.removePasskeySure(sure.label), yes: w.remove };
  }
}

/** What brings the person in, beside this device: seen, added, changed and taken away. */
export function WaysList({ ways, onChange }: { ways: Ways; onChange(): void }) {
  const w = securityWords.value;
  const { app, busy, trouble, deed } = useDeed();
  const [sure, setSure] = useState<Sure | null>(null);
  const door = useDoor();

  const add = () =>
    deed(async () => {
      await addPasskey(app);
      tell(w.passkeyAdded);
      onChange();
    });
  const yes = async ({ about, ...which }: Sure & { id?: string }) => {
    setSure(null);
    if (about === "codes") return openStep("recovery");
    const way = about === "pin" ? "pin" : { passkey: which.id ?? "" };
    if (await deed(() => ask(app, { do: "forget", way }, "done"))) onChange();
  };
  const asking = (about: Sure["about"], id = "") =>
    sure?.about === about &&
    (sure.about !== "passkey" || sure.id === id) && (
      <Confirm {...question(sure)} onYes={() => void yes(sure)} onNo={() => setSure(null)} />
    );
  const deedLink = (text: string, onClick: () => void, of = "") => (
    <button type="button" class="link" onClick={onClick}>
      {text}
      <span class="sr"> {of}</span>
    </button>
  );

  return (
    <section>
      <h3>{w.ways}</h3>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      <ul class="things">
        <li class="thing">
          <p class="name">{w.passkeys}</p>
          {ways.passkeys.length === 0 && <p class="hint">{w.noPasskey}</p>}
          <ul>
            {ways.passkeys.map(({ id, label, made, used }) => (
              <li key={id} class="within">
                <span class="lines">
                  <bdi>{label}</bdi>
                  <span class="quiet">
                    {w.passkeyMade(day(made))}
                    {used !== null && ` · ${w.passkeyUsed(since(used))}`}
                  </span>
                </span>
                {deedLink(w.remove, () => setSure({ about: "passkey", id, label }), label)}
                {asking("passkey", id)}
              </li>
            ))}
          </ul>
          {canPasskey() && door?.passkey !== false && (
            <button type="button" class="secondary" aria-busy={busy} onClick={add}>
              {w.addPasskey}
            </button>
          )}
        </li>
        <li class="thing">
          <p class="name">{w.pin}</p>
          <p class={ways.pin ? "good" : "hint"}>{ways.pin ? w.pinSet : w.pinUnset}</p>
          <p class="deeds">
            {deedLink(ways.pin ? w.change : w.setUp, () => openStep("pin"), w.pin)}
            {ways.pin && deedLink(w.remove, () => setSure({ about: "pin" }), w.pin)}
          </p>
          {asking("pin")}
        </li>
        <li class="thing">
          <p class="name">{w.recovery}</p>
          <p class={ways.recovery > 2 ? "good" : "hint"}>{w.recoveryLeft(ways.recovery)}</p>
          <p class="deeds">
            {deedLink(w.newCodes, () => (ways.recovery ? setSure({ about: "codes" }) : openStep("recovery")))}
          </p>
          {asking("codes")}
        </li>
      </ul>
      {ways.oidc && <p class="hint">{w.oidc}</p>}
    </section>
  );
}
