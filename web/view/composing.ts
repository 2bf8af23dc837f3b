/**
 * Keeps from every form and shortcut the Enter that only takes over a candidate while letters are composed. Safari says
 * that composition is over by then and tells it by key code 229 alone (UI Events, 4.3.3).
 */
export function guardComposing(): () => void {
  const guard = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.isComposing || event.keyCode === 229)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  addEventListener("keydown", guard, true);
  return () => removeEventListener("keydown", guard, true);
}
