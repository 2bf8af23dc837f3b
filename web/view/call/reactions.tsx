import { REACTIONS } from "#protocol/call";
import { useDesk } from "./desk.ts";
import { callWords } from "./words.ts";

export function Reactions() {
  const desk = useDesk();
  const c = callWords.value;
  return (
    <div class="panel-body reactions">
      {REACTIONS.map((sign) => (
        <button
          key={sign}
          type="button"
          aria-label={c.reactWith(sign)}
          onClick={() => {
            desk.call.react(sign);
            desk.panel.value = null;
          }}
        >
          {sign}
        </button>
      ))}
    </div>
  );
}
