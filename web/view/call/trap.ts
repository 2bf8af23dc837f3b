import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";

const STOPS = "a[href],button:not([disabled]),input:not([disabled]),select:not([disabled]),textarea,[tabindex='0']";

/** What the keyboard can stand on now: what is hidden by its style is not among it. */
const stopsOf = (box: HTMLElement): HTMLElement[] =>
  Array.from(box.querySelectorAll<HTMLElement>(STOPS)).filter(
    (stop) => stop.tabIndex >= 0 && stop.getClientRects().length > 0 && getComputedStyle(stop).visibility !== "hidden",
  );

/** Keeps the keyboard inside a box while it is there, and gives it back to where it was. Escape is the box's own. */
export function useTrap(box: RefObject<HTMLElement | null>, onEscape: () => void): (event: KeyboardEvent) => void {
  const [before] = useState(() => document.activeElement as HTMLElement | null);
  useEffect(() => {
    const hold = () => {
      const here = document.activeElement;
      if (here?.closest(".ring") || box.current?.contains(here)) return;
      box.current?.focus();
    };
    hold();
    // A field that is drawn later beneath, and takes the focus, does not keep it. Only a ring stands above.
    document.addEventListener("focusin", hold);
    return () => {
      document.removeEventListener("focusin", hold);
      if (before?.isConnected) before.focus();
    };
  }, []);
  return (event) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      onEscape();
      return;
    }
    if (event.key !== "Tab" || !box.current) return;
    const stops = stopsOf(box.current);
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const here = document.activeElement;
    if (event.shiftKey ? here === first || here === box.current : here === last) {
      event.preventDefault();
      (event.shiftKey ? last : first)?.focus();
    }
  };
}
