import { useModel } from "../view/app-context.ts";
import { since } from "../view/format.ts";
import { Icon } from "../view/icon.tsx";
import { isolated } from "../view/names.ts";
import { openPanel } from "../view/route.ts";
import { securityWords } from "./words.ts";

/** Another device changed who can come in as the person: if it was not them, this is how they learn of it. */
export function SecurityNews() {
  const app = useModel();
  const w = securityWords.value;
  const [newest, ...more] = app.changes.value;
  if (!newest) return null;
  const { what, did, label, at } = newest;
  return (
    <p class="banner warn news">
      <Icon sign="lock" />
      <span>
        {w.changed(what, did, isolated(label), since(at))} {more.length > 0 && w.moreChanged(more.length)} {w.notYou}
      </span>
      <span class="answers">
        <button type="button" onClick={() => openPanel("security")}>
          {w.lookAtDevices}
        </button>
        <button type="button" onClick={() => app.changesSeen()}>
          {w.itWasMe}
        </button>
      </span>
    </p>
  );
}
