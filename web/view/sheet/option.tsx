import type { ComponentChildren } from "preact";

interface Props {
  group: string;
  checked: boolean;
  onPick: () => void;
  hint?: string;
  children: ComponentChildren;
}

/** One of several: a real radio button, so that arrow keys and screen readers work by themselves. */
export function Option({ group, checked, onPick, hint, children }: Props) {
  return (
    <label class="option">
      <input type="radio" name={group} checked={checked} onChange={onPick} />
      <span class="what">{children}</span>
      {hint && <span class="hint">{hint}</span>}
    </label>
  );
}
