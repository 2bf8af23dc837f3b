import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { words } from "../locales/language.ts";
import { useModel } from "./app-context.ts";
import { since } from "./format.ts";
import { Icon } from "./icon.tsx";
import { provinceHere, provinceName, provinceNames } from "./who.ts";

/** Set by the service worker's keeper: call it to take the new version over. */
export const newVersion = signal<(() => void) | null>(null);

function useNow(every: number): number {
  const [now, set] = useState(Date.now());
  useEffect(() => {
    const id = setInterval(() => set(Date.now()), every);
    return () => clearInterval(id);
  }, [every]);
  return now;
}

/** How the client itself stands; silent when all is well. A short "connecting" is not worth a word. */
function OwnConnection() {
  const app = useModel();
  const w = words.value;
  const now = useNow(1000);
  const connection = app.connection.value;
  const waiting = app.outbox.value;
  const tail = waiting > 0 ? ` · ${w.waitingHere(waiting)}` : "";
  if (connection.state === "update")
    return (
      <p class="banner warn">
        <span>{w.needUpdate}</span>
        <button type="button" onClick={() => (newVersion.value ? newVersion.value() : location.reload())}>
          {w.reload}
        </button>
      </p>
    );
  if (connection.state === "offline") {
    const seconds = Math.ceil((connection.retryAt - now) / 1000);
    return (
      <p class="banner warn">
        <Icon sign="cut" />
        <span>
          {w.noConnection}
          {tail} {seconds > 1 && <small aria-hidden="true">{w.retryIn(seconds)}</small>}
        </span>
      </p>
    );
  }
  if (connection.state === "connecting" && now - connection.since > 1500)
    return (
      <p class="banner">
        <span>
          {w.connecting}
          {tail}
        </span>
      </p>
    );
  if (connection.state === "online" && connection.away && app.me.value)
    return (
      <p class="banner">
        <Icon sign="pin" />
        <span>{w.away(provinceName(app, connection.province), provinceName(app, app.me.value.province))}</span>
      </p>
    );
  return null;
}

/** Which provinces the node here does not reach, since when, and what waits for them. */
function CutOff() {
  const app = useModel();
  const w = words.value;
  if (app.connection.value.state !== "online") return null;
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

export function Banners() {
  const w = words.value;
  const take = newVersion.value;
  return (
    <div class="banners" role="status">
      {take && (
        <p class="banner">
          <span>{w.newVersion}</span>
          <button type="button" onClick={take}>
            {w.reload}
          </button>
        </p>
      )}
      <OwnConnection />
      <CutOff />
    </div>
  );
}
