import { useRef } from "preact/hooks";
import { words } from "../locales/language.ts";
import { Dialog } from "../view/sheet/dialog.tsx";
import { PinField, typedIn } from "./pin-fields.tsx";
import { pinWanted } from "./proof.ts";
import { securityWords } from "./words.ts";

/** Asks for PIN and code before a change of who can come in. */
export function Proving() {
  const w = securityWords.value;
  const done = pinWanted.value;
  const form = useRef<HTMLFormElement>(null);
  if (!done) return null;
  const submit = (event: Event) => {
    event.preventDefault();
    const [pin, totp] = [typedIn(form, "pin"), typedIn(form, "totp")];
    if (pin && totp) done({ pin, totp });
  };
  return (
    <Dialog title={w.proveTitle} close={() => done(null)}>
      <form ref={form} class="steps" onSubmit={submit} noValidate>
        <p>{w.proveHint}</p>
        <PinField name="pin" label={w.provePin} />
        <PinField name="totp" label={w.pinCode} />
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
