import { useEffect } from "preact/hooks";
import type { AppModel } from "../model/contract.ts";
import { words } from "../locales/language.ts";
import { Announcer } from "./announce.tsx";
import { ModelContext, useModel } from "./app-context.ts";
import { Banners } from "./banner.tsx";
import { aside, callPart, covered } from "./call/part.ts";
import { guardComposing } from "./composing.ts";
import { Icon } from "./icon.tsx";
import { Lazy, fetchAhead } from "./lazy.tsx";
import { Logo } from "./logo.tsx";
import { RoomList } from "./rooms/list.tsx";
import { openPanel, route, up } from "./route.ts";

const roomPane = async () => (await import("./room/pane.tsx")).roomPane();
const newSheet = async () => (await import("./sheet/new.tsx")).newSheet();
const settingsSheet = async () => (await import("./sheet/settings.tsx")).settingsSheet();
const detailSheet = async () => (await import("./sheet/detail.tsx")).detailSheet();
const callLayer = callPart(async () => (await import("./call/layer.tsx")).CallLayer);
const adminArea = async () => (await import("../admin/area.tsx")).adminArea();
// What it stands on is named too: found only once the part is here, it would cost one who waits a round trip more.
const entrance = async () => {
  const [part] = await Promise.all([import("../enter/part.ts"), import("./furnish.ts")]);
  return part.entrance();
};
const securitySheet = async () => (await import("../security/part.ts")).securitySheet();
const contactsSheet = async () => (await import("../contacts/part.ts")).contactsSheet();
const accessNotices = async () => (await import("../security/notices.tsx")).accessNotices();
const infoPane = async () => (await import("./sheet/info.tsx")).infoPane();

function shortcuts(event: KeyboardEvent): void {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    document.querySelector<HTMLInputElement>("#search")?.focus();
  } else if (event.key === "Escape" && !event.defaultPrevented && (route.value.room || route.value.panel)) {
    up();
  }
}

function Ready() {
  const app = useModel();
  const w = words.value;
  const { room: id, panel, event } = route.value;
  const room = app.rooms.value.find((item) => item.id === id);
  useEffect(() => {
    addEventListener("keydown", shortcuts);
    fetchAhead(roomPane);
    // A ring must not wait for what shows it.
    if (app.calls) fetchAhead(callLayer);
    return () => removeEventListener("keydown", shortcuts);
  }, []);
  const { calls } = app;
  const calling = calls && (calls.ringing.value || calls.current.value || aside.value);
  const unread = app.rooms.value.reduce((sum, item) => sum + item.unread, 0);
  useEffect(() => {
    document.title = unread > 0 ? `(${unread}) Beep` : "Beep";
  }, [unread]);
  return (
    <div class={`app ${room ? "in-room" : "in-list"}${room && panel === "info" ? " in-info" : ""}`}>
      <Banners />
      {app.access.value[0] && <Lazy load={accessNotices} props={{}} />}
      {calling && <Lazy load={callLayer} props={{ calls }} />}
      {panel === "admin" ? (
        <Lazy load={adminArea} props={{}} />
      ) : (
        <main class="panes">
          <RoomList />
          <section class="chat">
            {covered.value ? null : room ? (
              <Lazy key={room.id} load={roomPane} props={{ room }} />
            ) : (
              <div class="empty">
                <Icon sign="chat" />
                <h2>{w.pickRoom}</h2>
                <p>{w.pickRoomHint}</p>
                <button type="button" class="primary" onClick={() => openPanel("new")}>
                  {w.newConversation}
                </button>
              </div>
            )}
          </section>
          {room && panel === "info" && <Lazy key={room.id} load={infoPane} props={{ room }} />}
        </main>
      )}
      {panel === "new" && <Lazy load={newSheet} props={{}} />}
      {panel === "settings" && <Lazy load={settingsSheet} props={{}} />}
      {panel === "contacts" && <Lazy load={contactsSheet} props={{ id: event }} />}
      {panel === "security" && <Lazy load={securitySheet} props={{ step: event }} />}
      {room && panel === "detail" && event && <Lazy load={detailSheet} props={{ room, event }} />}
    </div>
  );
}

function Phase() {
  const app = useModel();
  const phase = app.phase.value;
  if (phase === "ready") return <Ready />;
  const starting = (
    <main class="starting" aria-busy="true">
      <Logo />
      <p class="sr">{words.value.starting}</p>
    </main>
  );
  return phase === "sign-in" ? (
    <Lazy load={entrance} props={{}}>
      {starting}
    </Lazy>
  ) : (
    starting
  );
}

export function App({ model }: { model: AppModel }) {
  useEffect(guardComposing, []);
  return (
    <ModelContext.Provider value={model}>
      <Phase />
      <Announcer />
    </ModelContext.Provider>
  );
}
