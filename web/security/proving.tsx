import { useRef } from "preact/hooks";
import { words } from "../locales/language.ts";
import { Dialog } from "../view/sheet/dialog.tsx";
import { pinWanted } from "./proof.ts";
import { securityWords } from "./words.ts";

/** Asks for PIN and code before a change of who can come in. */
export function Proving() {
  const w = securityWords.value;
  const done = pinWanted.value;
  const form = useRef<HTMLFormElement>(null);
  if (!done) return null;
  const field = (name: "pin" | "totp", label: string) => (
    <label class="field">
      <span>{label}</span>
      <input
        name={name}
        dir="ltr"
        inputMode="numeric"
        autoComplete={name === "totp" ? "one-time-code" : "current-password"}
        {...(name === "totp" ? {} : ({ type: "password" } as object))}
      />
    </label>
  );
  const submit = (event: Event) => {
    event.preventDefault();
    const fields = form.current?.elements;
    if (!fields) return;
    const typed = (name: string) => (fields.namedItem(name) as HTMLInputElement).value.replace(/\s/g, "");
    const [pin, totp] = [typed("pin"), typed("totp")];
    if (pin && totp) done({ pin, totp });
  };
  return (
    <Dialog title={w.proveTitle} close={() => done(null)}>
      <form ref={form} class="steps" onSubmit={submit} noValidate>
        <p>{w.proveHint}</p>
        {field("pin", w.provePin)}
        {field("totp", w.pinCode)}
        <button type="submit" class="primary wide">
          {w.prove}
        </button>
        <button type="button" class="secondary wide spaced" onClick={() => done(null)}>
          {words.value.cancel}
        </button>
      </form>
    </Dialog>
  );
}
