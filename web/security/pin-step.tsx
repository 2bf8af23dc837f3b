import { useEffect, useRef, useState } from "preact/hooks";
import { remember } from "../enter/ways.ts";
import { tell } from "../view/announce.tsx";
import { ask, useDeed } from "./own.ts";
import { fieldOf, PinField, typedIn } from "./pin-fields.tsx";
import { Qr } from "./qr.tsx";
import { securityWords } from "./words.ts";

const groups = (secret: string): string => secret.replace(/(.{4})(?=.)/g, "$1 ");

/** PIN and authenticator: the secret as QR and in letters, a PIN, and a first code that proves both. */
export function PinStep({ onDone }: { onDone(): void }) {
  const w = securityWords.value;
  const { app, busy, trouble, setTrouble, deed } = useDeed();
  const [begun, setBegun] = useState<{ uri: string; secret: string } | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const begin = () => deed(async () => setBegun(await ask(app, { do: "pin" }, "pin")));
  useEffect(() => {
    void begin();
  }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    const [pin, again, code] = [typedIn(form, "pin"), typedIn(form, "again"), typedIn(form, "totp")];
    const lack = !/^\d{6,12}$/.test(pin)
      ? (["pin", w.pinShort] as const)
      : pin !== again
        ? (["again", w.pinDiffers] as const)
        : !/^\d{6}$/.test(code)
          ? (["totp", w.codeShort] as const)
          : null;
    if (lack) {
      setTrouble(lack[1]);
      return fieldOf(form, lack[0]).focus();
    }
    const act = { do: "pin-made", pin, totp: code } as const;
    let late = false;
    const work = () =>
      ask(app, act, "done").catch((error) => {
        late = error.code === "conflict";
        throw error;
      });
    if (await deed(work, w.pinRefused)) {
      remember("pin");
      return onDone();
    }
    const last = fieldOf(form, "totp");
    last.value = "";
    last.focus();
    // The node has let go of the secret meanwhile: there is a new one to scan.
    if (late && (await begin())) setTrouble(w.pinLate);
  };
  const said = trouble && (
    <p class="trouble" role="alert">
      {trouble}
    </p>
  );
  if (!begun) return <>{said}</>;
  const field = { fresh: true, onInput: () => trouble && setTrouble("") };
  return (
    <form ref={form} class="steps" onSubmit={submit} noValidate>
      <p class="label">{w.pinScan}</p>
      <Qr text={begun.uri} label={w.pinQr} />
      <p>
        <a href={begun.uri}>{w.pinOpen}</a>
      </p>
      <p class="label">{w.pinType}</p>
      <p class="secret" dir="ltr">
        <code>{groups(begun.secret)}</code>
      </p>
      <button
        type="button"
        class="link"
        onClick={() =>
          navigator.clipboard?.writeText(begun.secret).then(
            () => tell(w.copied),
            () => {},
          )
        }
      >
        {w.copy}
      </button>
      <PinField name="pin" label={w.pinChoose} hint={w.pinHint} {...field} />
      <PinField name="again" label={w.pinAgain} {...field} />
      <PinField name="totp" label={w.pinCode} {...field} />
      {said}
      <button type="submit" class="primary wide" aria-busy={busy}>
        {w.setUp}
      </button>
    </form>
  );
}
