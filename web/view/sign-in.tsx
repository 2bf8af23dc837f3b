import { useEffect, useRef, useState } from "preact/hooks";
import { type Language, words } from "../locales/language.ts";
import { useModel } from "./app-context.ts";
import { NewVersion } from "./banner.tsx";
import { Logo } from "./logo.tsx";
import { reason } from "./reason.ts";
import { choose, language } from "./preferences.ts";

export function Languages() {
  const each: [Language, string][] = [
    ["en", "English"],
    ["ur", "اردو"],
  ];
  return (
    <div class="choices" role="toolbar" aria-label={words.value.language}>
      {each.map(([code, name]) => (
        <button
          key={code}
          type="button"
          lang={code}
          aria-pressed={language.value === code}
          onClick={() => void choose(code)}
        >
          {name}
        </button>
      ))}
    </div>
  );
}

export function SignIn() {
  const app = useModel();
  const w = words.value;
  const field = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState("");

  useEffect(() => {
    if (matchMedia("(hover: hover)").matches) field.current?.focus();
  }, []);

  const submit = async (event: Event) => {
    event.preventDefault();
    const code = field.current?.value.trim() ?? "";
    if (busy) return;
    setTrouble(code ? "" : w.codeMissing);
    if (!code) return field.current?.focus();
    setBusy(true);
    try {
      await app.signIn(code);
    } catch (error) {
      const { code } = error as { code?: string };
      setTrouble(reason(error, code === "fix" || code === "forbidden" || code === "sign-in" ? "enrol" : code));
      setBusy(false);
      field.current?.focus();
    }
  };

  return (
    <main class="sign-in">
      <NewVersion />
      <form class="card" onSubmit={submit} noValidate>
        <Logo />
        <h1>Beep</h1>
        <p class="quiet">{w.tagline}</p>
        <label class="field">
          <span>{w.code}</span>
          <input
            ref={field}
            name="code"
            dir="ltr"
            autoComplete="one-time-code"
            autoCapitalize="characters"
            spellcheck={false}
            aria-describedby="code-hint"
            aria-invalid={trouble ? "true" : undefined}
            onInput={() => setTrouble("")}
          />
        </label>
        <p id="code-hint" class={trouble ? "trouble" : "hint"} role={trouble ? "alert" : undefined}>
          {trouble || w.codeHint}
        </p>
        <button type="submit" class="primary" aria-busy={busy}>
          {busy ? w.signingIn : w.signIn}
        </button>
      </form>
      <Languages />
    </main>
  );
}
