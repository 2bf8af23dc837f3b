import { useState } from "preact/hooks";
import type { Brought } from "../../view/route.ts";
import { byLink } from "./doors.ts";
import { useEntry } from "../entry.ts";
import { WayForm } from "../way-form.tsx";
import { enterWords } from "../words.ts";

/** An older device of the same person lets this one in: both show the same six digits. */
export function LinkWay({ brought, onCancel }: { brought: Brought | null; onCancel(): void }) {
  const w = enterWords.value;
  const entry = useEntry("link");
  const [digits, setDigits] = useState("");
  const code = brought?.by === "link" ? brought.code : "";
  const ask = async ({ code = "" }: Record<string, string>) => {
    const came = await entry.enter((device, stay) => byLink(device, code, setDigits, stay));
    if (!came) setDigits("");
    return came;
  };
  if (digits)
    return (
      <div class="way waiting" role="status">
        <p class="name">{w.linkWaiting}</p>
        <p class="digits" dir="ltr">
          {digits.slice(0, 3)} {digits.slice(3)}
        </p>
        <p>{w.linkCheck}</p>
        <p class="hint">{w.linkDifferent}</p>
        <button type="button" class="secondary wide" onClick={onCancel}>
          {w.cancel}
        </button>
      </div>
    );
  return (
    <WayForm
      entry={entry}
      fields={[
        { name: "code", label: w.linkCode, hint: w.linkHint, auto: "one-time-code", letters: true, value: code },
      ]}
      action={w.linkUse}
      atOnce={code !== ""}
      onSubmit={ask}
    />
  );
}
