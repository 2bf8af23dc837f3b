import { useDesk } from "./desk.ts";
import { callWords } from "./words.ts";

/** A host goes alone, or ends it for all. */
export function Leave() {
  const { call } = useDesk();
  const c = callWords.value;
  return (
    <div class="panel-body">
      <button type="button" class="secondary wide" onClick={() => call.leave()}>
        {c.leave}
        <small class="hint">{c.leaveHint}</small>
      </button>
      <button type="button" class="danger wide" onClick={() => call.endForAll()}>
        {c.endForAll}
      </button>
    </div>
  );
}
