import { useEffect, useState } from "preact/hooks";
import { words } from "../locales/language.ts";
import { steadyNow } from "../platform/clock.ts";
import { useModel } from "./app-context.ts";
import { newVersion } from "./new-version.tsx";
import { since } from "./format.ts";
import { Icon } from "./icon.tsx";
import { provinceHere, provinceName, provinceNames } from "./who.ts";

/** The time, told anew each second while it matters. */
function useNow(matters: boolean): number {
  const [now, set] = useState(steadyNow());
  useEffect(() => {
    if (!matters) return;
    set(steadyNow());
    const id = setInterval(() => set(steadyNow()), 1000);
    return () => clearInterval(id);
  }, [matters]);
  return now;
}

/** How the client itself stands; silent when all is well. A short "connecting" is not worth a word. */
function OwnConnection() {
  const app = useModel();
  const w = words.value;
  const connection = app.connection.value;
  const now = useNow(connection.state !== "online");
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
    if (connection.place !== undefined)
      return (
        <p class="banner">
          <Icon sign="waiting" />
          <span>
            {w.queued(connection.place, Math.max(seconds, 1))}
            {tail}
          </span>
        </p>
      );
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
  if (connection.state === "connecting" && connection.since > 0 && now - connection.since > 1500)
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

/** How this device stands to its node, and the node to the others. */
export function Connection() {
  return (
    <>
      <OwnConnection />
      <CutOff />
    </>
  );
}
