import { useEffect, useRef } from "preact/hooks";
import { words } from "../../locales/language.ts";

/** Asks once more, in place of the button that was pressed. */
export function Confirm(props: { text: string; yes: string; onYes: () => void; onNo: () => void }) {
  const no = useRef<HTMLButtonElement>(null);
  useEffect(() => no.current?.focus(), []);
  return (
    <div class="confirm" role="alertdialog" aria-label={props.text}>
      <p>{props.text}</p>
      <div class="buttons">
        <button type="button" class="danger" onClick={props.onYes}>
          {props.yes}
        </button>
        <button type="button" class="secondary" ref={no} onClick={props.onNo}>
          {words.value.cancel}
        </button>
      </div>
    </div>
  );
}
