import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { words } from "../locales/language.ts";
import { useModel } from "./app-context.ts";
import { Icon } from "./icon.tsx";
import { Lazy } from "./lazy.tsx";
import { provinceName } from "./who.ts";

/** Set by the service worker's keeper: call it to take the new version over. */
export const newVersion = signal<(() => void) | null>(null);

/** The time, told anew each second while it matters. */
function useNow(matters: boolean): number {
  const [now, set] = useState(Date.now());
  useEffect(() => {
    if (!matters) return;
    set(Date.now());
    const id = setInterval(() => set(Date.now()), 1000);
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

/** Offers the version that has been fetched, also to one who has not signed in yet. */
export function NewVersion() {
  const w = words.value;
  const take = newVersion.value;
  return take ? (
    <p class="banner">
      <span>{w.newVersion}</span>
      <button type="button" onClick={take}>
        {w.reload}
      </button>
    </p>
  ) : null;
}

const cutOff = async () => (await import("./cut-off.tsx")).CutOff;

export function Banners() {
  const app = useModel();
  return (
    <div class="banners" role="status">
      <NewVersion />
      <OwnConnection />
      {app.connection.value.state === "online" && app.links.value.some((link) => !link.up) && (
        <Lazy load={cutOff} props={{}} />
      )}
    </div>
  );
}
