import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { words } from "../../locales/language.ts";
import { Icon } from "../icon.tsx";
import { up } from "../route.ts";

const STOPS = "a[href],button:not([disabled]),input:not([disabled]),textarea,select,[tabindex='0']";

/** Keeps the keyboard inside while open, and gives it back to where it was. */
function useTrap(close: (() => void) | null) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    const dialog = box.current;
    if (dialog && !dialog.contains(document.activeElement)) dialog.focus();
    return () => {
      if (before?.isConnected) before.focus();
    };
  }, []);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      close?.();
      return;
    }
    if (event.key !== "Tab" || !box.current) return;
    const stops = Array.from(box.current.querySelectorAll<HTMLElement>(STOPS)).filter((stop) => stop.tabIndex >= 0);
    const first = stops[0];
    const last = stops[stops.length - 1];
    const here = document.activeElement;
    if (event.shiftKey ? here === first || here === box.current : here === last) {
      event.preventDefault();
      (event.shiftKey ? last : first)?.focus();
    }
  };
  return { box, onKeyDown };
}

/**
 * A sheet over everything: full on a phone, in the middle on a desktop. It closes by button, Escape, or a click beside it.
 * `close`: what that does, else one step up; null where it must not be left by the way.
 */
export function Dialog(props: {
  title: string;
  children: ComponentChildren;
  foot?: ComponentChildren;
  close?: (() => void) | null;
}) {
  const { close = up } = props;
  const { box, onKeyDown } = useTrap(close);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape does the same by keyboard
    // biome-ignore lint/a11y/noStaticElementInteractions: the backdrop is no control of its own
    <div class="backdrop" onClick={(event) => event.target === event.currentTarget && close?.()}>
      <div
        ref={box}
        class="dialog"
        role="dialog"
        aria-modal="true"
        aria-labelledby="dialog-title"
        tabIndex={-1}
        onKeyDown={onKeyDown}
      >
        <header class="bar">
          <h2 id="dialog-title">{props.title}</h2>
          {close && (
            <button type="button" class="plain" aria-label={words.value.close} onClick={close}>
              <Icon sign="close" />
            </button>
          )}
        </header>
        <div
          class="body"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
        >
          {props.children}
        </div>
        {props.foot && <footer>{props.foot}</footer>}
      </div>
    </div>
  );
}
