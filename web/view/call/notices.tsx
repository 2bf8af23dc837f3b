import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { PersonId } from "#protocol/ids";
import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Icon } from "../icon.tsx";
import { isolated } from "../names.ts";
import { nameOf, provinceNames } from "../who.ts";
import { attempt } from "./controls.tsx";
import { faceName, isHost, useDesk } from "./desk.ts";
import { Sign } from "./sign.tsx";
import { callWords } from "./words.ts";

function Notice({ look, sign, children }: { look?: string; sign: ComponentChildren; children: ComponentChildren }) {
  return (
    <p class={`notice ${look ?? ""}`}>
      {sign}
      {children}
    </p>
  );
}

/** A host gave encryption up: this device does not follow without its own person's yes. */
function ClearAsked() {
  const app = useModel();
  const { call } = useDesk();
  const c = callWords.value;
  const by = call.clearAsked.value;
  if (!by || call.seal.value === "impossible") return null;
  const text = c.clearAsked(isolated(nameOf(app, by)));
  return (
    <div class="notice warn clear-asked" role="alertdialog" aria-label={text}>
      <Sign sign="open" />
      <span>{text}</span>
      <button type="button" class="danger" onClick={() => call.agreeClear()}>
        {c.clearYes}
      </button>
      <button type="button" onClick={() => call.leave()}>
        {c.leave}
      </button>
    </div>
  );
}

/** Why the pictures are not as they should be. */
function Lowered() {
  const { call } = useDesk();
  const c = callWords.value;
  const { step, why } = call.ladder.value;
  const pictures = call.faces.value.some(({ on }) => on.has("camera") || on.has("screen"));
  if (step === "full" || !(pictures || why === "saver")) return null;
  return (
    <Notice sign={<Sign sign={why === "saver" ? "saver" : "cameraOff"} />}>
      <span>{(step === "audio" ? c.soundOnly : c.lowPicture)[why]}</span>
      {why === "saver" && (
        <button type="button" onClick={() => call.saving(false)}>
          {c.turnOff}
        </button>
      )}
    </Notice>
  );
}

function Cut() {
  const app = useModel();
  const { call } = useDesk();
  const c = callWords.value;
  const { cut } = call.head.value;
  if (cut.length === 0) return null;
  const names = provinceNames(app, cut);
  const others = call.faces.value.filter((face) => !face.mine && face.state === "in").length;
  return (
    <Notice look="warn" sign={<Icon sign="cut" />}>
      <span>
        {others > 0 ? c.cutNow(cut.length, names, others) : c.cutAlone(names)} <small>{c.cutHint}</small>
      </span>
    </Notice>
  );
}

/** So many are told by name. */
const NAMED = 3;

function Recording() {
  const app = useModel();
  const { call } = useDesk();
  const c = callWords.value;
  const by = call.faces.value.filter((face) => face.recording);
  if (by.length === 0) return null;
  const mine = by.some((face) => face.mine);
  const names = by.slice(0, NAMED).map((face) => isolated(faceName(app, face)));
  if (by.length > NAMED) names.push(c.moreHere(by.length - NAMED));
  return (
    <Notice look="rec" sign={<Sign sign="record" />}>
      <span>{mine ? c.recordingByYou : c.recordingBy(words.value.list(names), by.length)}</span>
      {mine && (
        <button type="button" onClick={() => call.record(false)}>
          {c.stopRecord}
        </button>
      )}
    </Notice>
  );
}

/** A host asks one to speak: nobody is unmuted by another. It stands until it is answered. */
function Asked() {
  const app = useModel();
  const { call } = useDesk();
  const c = callWords.value;
  const [asked, setAsked] = useState<{ id: number; by: PersonId } | null>(null);
  const latest = call.events.value.filter((event) => event.is === "asked").pop();
  const speaks = call.on.value.has("mic");
  useEffect(() => {
    if (latest?.is === "asked" && !speaks) setAsked(latest);
  }, [latest?.id]);
  useEffect(() => {
    if (speaks) setAsked(null);
  }, [speaks]);
  if (!asked || speaks) return null;
  const answer = (on: boolean) => {
    setAsked(null);
    if (on) attempt(call.mic(true));
  };
  return (
    <Notice sign={<Sign sign="mic" />}>
      <span>{c.askedBy(isolated(nameOf(app, asked.by)))}</span>
      <button type="button" onClick={() => answer(true)}>
        {c.unmuteNow}
      </button>
      <button type="button" onClick={() => answer(false)}>
        {c.stayMuted}
      </button>
    </Notice>
  );
}

function LobbyWaits() {
  const desk = useDesk();
  const c = callWords.value;
  const waiting = desk.call.faces.value.filter((face) => face.state === "lobby" && !face.mine).length;
  if (!waiting || !isHost(desk.call) || desk.panel.value === "people") return null;
  return (
    <Notice sign={<Sign sign="people" />}>
      <span>{c.waitsInLobby(waiting)}</span>
      <button type="button" onClick={() => (desk.panel.value = "people")}>
        {c.look}
      </button>
    </Notice>
  );
}

/** What everybody must know while it lasts, most grave first. */
export function Notices() {
  const { call } = useDesk();
  const c = callWords.value;
  const seal = call.seal.value;
  const phase = call.phase.value.at;
  return (
    // One by one: what is new is said, and not all the rest again.
    <div class="notices" role="status" aria-atomic="false">
      {phase === "returning" && (
        <Notice look="warn" sign={<Icon sign="waiting" />}>
          <span>
            {c.returning} <small>{c.returningHint}</small>
          </span>
        </Notice>
      )}
      {(seal === "open" || seal === "impossible") && (
        <Notice look="warn" sign={<Sign sign="open" />}>
          <span>
            <b>{c.seal[seal]}</b> <small>{c.sealHint[seal]}</small>
          </span>
        </Notice>
      )}
      <ClearAsked />
      <Recording />
      <Cut />
      <Lowered />
      {call.on.value.has("screen") && (
        <Notice sign={<Sign sign="screen" />}>
          <span>{c.youShare}</span>
          <button type="button" onClick={() => attempt(call.share(false))}>
            {c.stopShare}
          </button>
        </Notice>
      )}
      <LobbyWaits />
      <Asked />
    </div>
  );
}
