import type { ComponentChildren } from "preact";
import type { Bilingual } from "#protocol/directory";
import { langOf } from "../view/script.ts";
import { momentOf, wallOf } from "../view/meet/pakistan-time.ts";
import { adminWords } from "./furnish.ts";

interface TextProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  /** what only ever stands in Latin letters: numbers, addresses */
  latin?: boolean;
  keys?: "email" | "tel" | "numeric";
  required?: boolean;
  lang?: "en" | "ur";
}

export function Text({ label, value, onChange, hint, latin, keys, required, lang }: TextProps) {
  return (
    <label class="field">
      <span>{label}</span>
      <input
        inputMode={keys}
        dir={latin ? "ltr" : lang === "ur" ? "rtl" : lang === "en" ? "ltr" : value ? "auto" : undefined}
        lang={latin ? "en" : (lang ?? langOf(value))}
        autoComplete="off"
        required={required}
        value={value}
        onInput={(event) => onChange(event.currentTarget.value)}
      />
      {hint && <small class="hint">{hint}</small>}
    </label>
  );
}

/** One thing in both languages of the house. */
export function Pair(props: { label: string; value: Bilingual; onChange: (value: Bilingual) => void }) {
  const { label, value, onChange } = props;
  const w = adminWords.value;
  return (
    <div class="admin-pair">
      <Text
        label={w.inEnglish(label)}
        lang="en"
        required
        value={value.en}
        onChange={(en) => onChange({ ...value, en })}
      />
      <Text label={w.inUrdu(label)} lang="ur" required value={value.ur} onChange={(ur) => onChange({ ...value, ur })} />
    </div>
  );
}

interface ChoiceProps<T extends string> {
  label: string;
  value: T;
  choices: readonly (readonly [T, string])[];
  onChange: (value: T) => void;
  hint?: string;
}

export function Choice<T extends string>({ label, value, choices, onChange, hint }: ChoiceProps<T>) {
  return (
    <label class="field">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value as T)}>
        {choices.map(([key, name]) => (
          <option key={key} value={key}>
            {name}
          </option>
        ))}
      </select>
      {hint && <small class="hint">{hint}</small>}
    </label>
  );
}

/** A date and a time in Pakistan; NaN where what stands there is none. Empty is null where that is allowed. */
export interface Wall {
  date: string;
  time: string;
}
export const wall = (ms: number | null): Wall => (ms === null ? { date: "", time: "" } : wallOf(ms));
export const momentIn = ({ date, time }: Wall): number | null =>
  date === "" ? null : momentOf({ date, time: time || "00:00" });

export function Moment(props: { label: string; value: Wall; onChange: (value: Wall) => void; hint?: string }) {
  const { label, value, onChange, hint } = props;
  const w = adminWords.value;
  return (
    <fieldset class="admin-moment">
      <legend class="label">{label}</legend>
      <input
        type="date"
        dir="ltr"
        aria-label={w.dateOf(label)}
        placeholder="2026-01-31"
        value={value.date}
        onInput={(event) => onChange({ ...value, date: event.currentTarget.value })}
      />
      <input
        type="time"
        dir="ltr"
        aria-label={w.timeOf(label)}
        placeholder="09:00"
        value={value.time}
        onInput={(event) => onChange({ ...value, time: event.currentTarget.value })}
      />
      <small class="hint">{hint ?? w.pakistanTime}</small>
    </fieldset>
  );
}

/** A form whose button gives the order; what is amiss is said beside it. */
export function Form(props: {
  children: ComponentChildren;
  trouble: string;
  busy: boolean;
  submit: string;
  onSubmit: () => void;
  onCancel?: () => void;
}) {
  return (
    <form
      class="admin-form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!props.busy) props.onSubmit();
      }}
    >
      {props.children}
      {props.trouble && (
        <p class="trouble" role="alert" dir="auto">
          {props.trouble}
        </p>
      )}
      <div class="admin-actions">
        <button type="submit" class="primary" aria-busy={props.busy}>
          {props.submit}
        </button>
        {props.onCancel && (
          <button type="button" class="secondary" onClick={props.onCancel}>
            {adminWords.value.cancel}
          </button>
        )}
      </div>
    </form>
  );
}
