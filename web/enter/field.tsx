import type { RefObject } from "preact";

export interface FieldOf {
  name: string;
  label: string;
  hint?: string;
  /** asked for anew after each refusal */
  secret?: boolean;
  hidden?: boolean;
  digits?: boolean;
  auto?: string;
  value?: string;
  /** letters of a code: capitals */
  letters?: boolean;
}

/** A labelled field; what stands in it is read from the form. */
export function Field(
  props: FieldOf & { first: RefObject<HTMLInputElement | null> | null; wrong: boolean; onInput(): void },
) {
  const { name, label, hint, hidden, digits, auto, value, first, wrong } = props;
  return (
    <label class="field">
      <span>{label}</span>
      <input
        ref={first}
        name={name}
        dir="ltr"
        {...(hidden ? ({ type: "password" } as object) : {})}
        inputMode={digits ? "numeric" : undefined}
        autoComplete={auto ?? "off"}
        autoCapitalize={props.letters ? "characters" : "none"}
        spellcheck={false}
        defaultValue={value}
        aria-describedby={hint ? `${name}-hint` : undefined}
        aria-invalid={wrong ? "true" : undefined}
        onInput={props.onInput}
      />
      {hint && (
        <small id={`${name}-hint`} class="hint">
          {hint}
        </small>
      )}
    </label>
  );
}
