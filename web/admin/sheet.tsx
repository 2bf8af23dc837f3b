import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { words } from "../locales/language.ts";
import { useTrap } from "../view/call/trap.ts";
import { Icon } from "../view/icon.tsx";

/** A sheet over a page of the administration; it has no address of its own. */
export function Sheet(props: {
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  foot?: ComponentChildren;
}) {
  const box = useRef<HTMLDivElement>(null);
  const onKeyDown = useTrap(box, props.onClose);
  return (
    <div class="backdrop">
      <div
        ref={box}
        class="dialog"
        role="dialog"
        aria-modal="true"
        aria-labelledby="admin-sheet"
        tabIndex={-1}
        onKeyDown={onKeyDown}
      >
        <header class="bar">
          <h2 id="admin-sheet">{props.title}</h2>
          <button type="button" class="plain" aria-label={words.value.close} onClick={props.onClose}>
            <Icon sign="close" />
          </button>
        </header>
        <div
          class="body"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
          tabIndex={0}
        >
          {props.children}
        </div>
        {props.foot && <footer class="admin-foot">{props.foot}</footer>}
      </div>
    </div>
  );
}
