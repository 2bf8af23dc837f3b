import { useState } from "preact/hooks";
import { apply } from "./doors.ts";
import { useEntry } from "../entry.ts";
import { WayForm } from "../way-form.tsx";
import { enterWords } from "../words.ts";

/** Asks for an invitation while the public's wave is open; the answer is the same for everybody. */
export function Apply({ onBack }: { onBack(): void }) {
  const w = enterWords.value;
  const entry = useEntry("code");
  const [sent, setSent] = useState(false);
  const back = (
    <button type="button" class="secondary wide" onClick={onBack}>
      {w.back}
    </button>
  );
  if (sent)
    return (
      <div class="way" role="status">
        <p class="good">{w.applied}</p>
        {back}
      </div>
    );
  const send = ({ name = "", contact = "" }: Record<string, string>) =>
    entry.attempt(async () => {
      await apply(name, contact, entry.stay);
      setSent(true);
    });
  return (
    <>
      <WayForm
        entry={entry}
        fields={[
          { name: "name", label: w.fullName, auto: "name" },
          { name: "contact", label: w.contact, auto: "email" },
        ]}
        action={w.send}
        onSubmit={send}
      />
      {back}
    </>
  );
}
