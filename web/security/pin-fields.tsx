import type { RefObject } from "preact";

type Name = "pin" | "again" | "totp";

/** A field for a PIN, or for an authenticator's code. */
export function PinField(props: {
  name: Name;
  label: string;
  hint?: string;
  /** a new PIN, which a password manager is to keep */
  fresh?: boolean;
  onInput?: () => unknown;
}) {
  const { name, label, hint, fresh, onInput } = props;
  const isCode = name === "totp";
  return (
    <label class="field">
      <span>{label}</span>
      <input
        name={name}
        dir="ltr"
        inputMode="numeric"
        autoComplete={isCode ? "one-time-code" : fresh ? "new-password" : "current-password"}
        {...(isCode ? {} : ({ type: "password" } as object))}
        onInput={onInput}
      />
      {hint && <small class="hint">{hint}</small>}
    </label>
  );
}

export const fieldOf = (form: RefObject<HTMLFormElement | null>, name: Name): HTMLInputElement =>
  form.current?.elements.namedItem(name) as HTMLInputElement;

/** What stands in it, as it is meant: people and authenticators put spaces between digits. */
export const typedIn = (form: RefObject<HTMLFormElement | null>, name: Name): string =>
  fieldOf(form, name).value.replace(/\s/g, "");
