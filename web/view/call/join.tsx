import { useEffect, useRef, useState } from "preact/hooks";
import type { CallChoice, Calls, Preview } from "../../call/contract.ts";
import { words } from "../../locales/language.ts";
import { useModel } from "../app-context.ts";
import { Avatar } from "../avatar.tsx";
import { Icon } from "../icon.tsx";
import { isolated } from "../names.ts";
import { Option } from "../sheet/option.tsx";
import { nameOf, roomName } from "../who.ts";
import { enter } from "./begin.ts";
import { DeviceChoice } from "./devices.tsx";
import { type Aside, aside } from "./part.ts";
import { Sign } from "./sign.tsx";
import { useTrap } from "./trap.ts";
import { Video } from "./video.tsx";
import { callWords } from "./words.ts";

/** The preview for these switches; the one before is stopped, also when it comes late. */
function usePreview(calls: Calls, mic: boolean, camera: boolean, again: number): Preview | null {
  const [preview, setPreview] = useState<Preview | null>(null);
  useEffect(() => {
    let wanted = true;
    let made: Preview | null = null;
    calls.preview({ mic, camera }).then(
      (next) => {
        made = next;
        if (wanted) setPreview(next);
        else next.stop();
      },
      () => {},
    );
    return () => {
      wanted = false;
      made?.stop();
    };
  }, [mic, camera, again]);
  return preview;
}

function Level({ preview, mic }: { preview: Preview | null; mic: boolean }) {
  const c = callWords.value;
  const level = mic && preview ? Math.min(1, preview.level.value) : 0;
  return (
    <div class="level">
      <Sign sign={mic ? "mic" : "micOff"} />
      {/* biome-ignore lint/a11y/useSemanticElements: a <meter> cannot be given this look everywhere */}
      <div
        class="level-track"
        role="meter"
        aria-label={c.yourLevel}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(level * 100)}
      >
        <i style={{ width: `${Math.round(level * 100)}%` }} />
      </div>
    </div>
  );
}

function Trouble({ preview, onAgain }: { preview: Preview | null; onAgain: () => void }) {
  const c = callWords.value;
  const trouble = preview?.trouble.value ?? "none";
  if (trouble === "none") return null;
  return (
    <div class="note" role="status">
      <p>
        <b>{c.trouble[trouble]}</b>
      </p>
      <p>{c.troubleHint[trouble]}</p>
      {trouble !== "insecure" && (
        <button type="button" class="secondary" onClick={onAgain}>
          {c.tryAgain}
        </button>
      )}
    </div>
  );
}

/** Before a call: how one looks and is heard, who is there, and the way in. */
export function JoinPage({ calls, wish }: { calls: Calls; wish: Extract<Aside, { at: "join" }> }) {
  const app = useModel();
  const c = callWords.value;
  const box = useRef<HTMLElement>(null);
  const close = () => {
    aside.value = null;
  };
  const onKeyDown = useTrap(box, close);
  const [mic, setMic] = useState(true);
  const [camera, setCamera] = useState(wish.media === "video");
  const [kind, setKind] = useState<CallChoice["kind"]>(wish.kind ?? "call");
  const [lobby, setLobby] = useState(wish.lobby ?? false);
  const [again, setAgain] = useState(0);
  const [going, setGoing] = useState(false);
  const preview = usePreview(calls, mic, camera, again);
  const room = app.rooms.value.find((each) => each.id === wish.room);
  const name = room ? roomName(app, room) : "";
  const head = calls.heads.value.get(wish.room);
  const here = calls.current.value;
  const locked = head?.rules.locked === true;
  const start = async () => {
    setGoing(true);
    preview?.stop();
    const went = await enter(calls, wish.room, {
      kind,
      media: camera ? "video" : wish.media,
      lobby: kind === "conference" && lobby,
      mic,
      camera,
    });
    setGoing(false);
    if (!went) setAgain(again + 1);
  };
  return (
    <section
      ref={box}
      class="call call-full join"
      role="dialog"
      aria-modal="true"
      aria-labelledby="join-title"
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div class="call-top">
        <button type="button" class="plain" aria-label={words.value.back} onClick={close}>
          <Icon sign="back" flip />
        </button>
        <span class="lines">
          <h2 id="join-title">{head ? c.readyTitle : c.beginTitle}</h2>
          <span class="quiet">
            <bdi>{name}</bdi>
          </span>
        </span>
      </div>
      <div class="join-body">
        <div class="join-look">
          <div class="join-picture">
            {camera && preview?.stream?.getVideoTracks().length ? (
              <Video stream={preview.stream} mirrored words={c.preview} />
            ) : (
              <Avatar id={app.me.value?.id ?? ""} name={app.me.value ? nameOf(app, app.me.value.id) : ""} />
            )}
            <div class="join-switches">
              <button
                type="button"
                class={`control${mic ? "" : " off"}`}
                aria-pressed={mic}
                aria-label={mic ? c.micOn : c.micOff}
                onClick={() => setMic(!mic)}
              >
                <Sign sign={mic ? "mic" : "micOff"} />
              </button>
              <button
                type="button"
                class={`control${camera ? "" : " off"}`}
                aria-pressed={camera}
                aria-label={camera ? c.cameraOn : c.cameraOff}
                onClick={() => setCamera(!camera)}
              >
                <Sign sign={camera ? "camera" : "cameraOff"} />
              </button>
            </div>
          </div>
          <Level preview={preview} mic={mic} />
          <p class="hint">{c.speakToTest}</p>
        </div>
        <div class="join-ask">
          <Trouble preview={preview} onAgain={() => setAgain(again + 1)} />
          {head ? (
            <p class="join-who">
              <b>{head.size > 0 ? c.peopleIn(head.size) : c.nobodyIn}</b>
              <span class="quiet">{c.begunBy(isolated(nameOf(app, head.by)))}</span>
            </p>
          ) : wish.kind ? null : (
            <div class="options">
              <Option group="kind" checked={kind === "call"} hint={c.ringAllHint} onPick={() => setKind("call")}>
                {c.ringAll}
              </Option>
              <Option
                group="kind"
                checked={kind === "conference"}
                hint={c.noRingHint}
                onPick={() => setKind("conference")}
              >
                {c.noRing}
              </Option>
              {kind === "conference" && (
                <button type="button" class="item" role="switch" aria-checked={lobby} onClick={() => setLobby(!lobby)}>
                  <span class="lines">{c.withLobby}</span>
                  <i class="switch" />
                </button>
              )}
            </div>
          )}
          {here && here.room !== wish.room && <p class="hint">{c.acceptEnds}</p>}
          {locked && <p class="note">{c.lockedHint}</p>}
          <button type="button" class="accept wide" disabled={going || locked} onClick={() => void start()}>
            <Sign sign={camera ? "camera" : "phone"} />
            {going ? c.joining : head ? (head.rules.lobby ? c.askJoin : c.join) : c.begin}
          </button>
          {head?.rules.lobby && !locked && <p class="hint">{c.joinLobbyHint}</p>}
          <details class="join-devices">
            <summary>{c.devices}</summary>
            <DeviceChoice devices={calls.devices} onChange={() => setAgain(again + 1)} />
          </details>
        </div>
      </div>
    </section>
  );
}
