import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { Entry } from "./entry.ts";
import { Field, type FieldOf } from "./field.tsx";
import { Queue } from "./queue.tsx";
import { enterWords } from "./words.ts";

interface Props {
  entry: Entry;
  fields: readonly FieldOf[];
  hint?: string;
  action: string;
  /** answers whether it went well */
  onSubmit(values: Record<string, string>): Promise<boolean>;
  /** begins at once, without a press */
  atOnce?: boolean;
  children?: ComponentChildren;
}

/** One way of coming in: its fields, one button, and what went wrong. What was typed stays, but for secrets. */
export function WayForm({ entry, fields, hint, action, onSubmit, atOnce, children }: Props) {
  const w = enterWords.value;
  const form = useRef<HTMLFormElement>(null);
  const first = useRef<HTMLInputElement>(null);
  const { busy, trouble, setTrouble, crowd } = entry;

  const submit = async (event?: Event) => {
    event?.preventDefault();
    if (busy || !form.current) return;
    const inputs = Array.from(form.current.querySelectorAll("input"));
    const empty = inputs.find((input) => !input.value.trim());
    if (empty) {
      setTrouble(w.missing);
      return empty.focus();
    }
    const values = Object.fromEntries(inputs.map((input) => [input.name, input.value.trim()]));
    if (await onSubmit(values)) return;
    const secrets = inputs.filter((input) => fields.some(({ name, secret }) => secret && name === input.name));
    for (const input of secrets) input.value = "";
    (secrets[0] ?? inputs[0])?.focus();
  };
  useEffect(() => {
    if (atOnce) void submit();
    else if (matchMedia("(hover: hover)").matches) first.current?.focus();
  }, []);

  return (
    <form ref={form} class="way" onSubmit={submit} noValidate>
      {hint && <p class="hint">{hint}</p>}
      {fields.map((field, i) => (
        <Field
          key={field.name}
          {...field}
          first={i ? null : first}
          wrong={trouble !== ""}
          onInput={() => trouble && setTrouble("")}
        />
      ))}
      {children}
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {crowd ? (
        <Queue crowd={crowd} />
      ) : (
        <button type="submit" class="primary wide" aria-busy={busy}>
          {busy ? w.signingIn : action}
        </button>
      )}
    </form>
  );
}
