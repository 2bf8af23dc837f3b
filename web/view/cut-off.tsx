import { words } from "../locales/language.ts";
import { useModel } from "./app-context.ts";
import { since } from "./format.ts";
import { Icon } from "./icon.tsx";
import { provinceHere, provinceName, provinceNames } from "./who.ts";

/** Which provinces the node here does not reach, since when, and what waits for them. */
export function CutOff() {
  const app = useModel();
  const w = words.value;
  const cut = app.links.value.filter((link) => !link.up);
  const here = provinceHere(app);
  if (cut.length === 0 || !here) return null;
  const waiting = cut.reduce((sum, link) => sum + link.waiting, 0);
  const names = provinceNames(
    app,
    cut.map((link) => link.province),
  );
  const from = provinceName(app, here);
  return (
    <p class="banner warn">
      <Icon sign="cut" />
      <span>
        {w.cutOff(cut.length, names, from, since(Math.min(...cut.map((link) => link.since))))}
        {waiting > 0 && ` · ${w.waitingHere(waiting)}`} <small>{w.cutOffHint(from)}</small>
      </span>
    </p>
  );
}
