import { useEffect, useRef, useState } from "preact/hooks";
import type { DeviceInfo } from "#protocol/admin";
import type { SelfAnswer } from "#protocol/self";
import { tell } from "../view/announce.tsx";
import { day, since } from "../view/format.ts";
import { Icon } from "../view/icon.tsx";
import { Confirm } from "../view/sheet/confirm.tsx";
import { ask, useDeed } from "./own.ts";
import { openStep } from "./step.ts";
import { securityWords } from "./words.ts";

function About({ device, own }: { device: DeviceInfo; own: boolean }) {
  const w = securityWords.value;
  const seen = device.lastSeen;
  const now = own || device.online;
  return (
    <span class="quiet">
      <span class={now ? "good" : ""}>{now ? w.online : seen === null ? w.notSeen : w.lastSeen(since(seen))}</span>
      {" · "}
      {w.since(day(device.since))}
    </span>
  );
}

function Device({ device, onChange }: { device: DeviceInfo; onChange(): void }) {
  const w = securityWords.value;
  const { app, busy, trouble, deed } = useDeed();
  const [doing, setDoing] = useState<"rename" | "shut out" | null>(null);
  const [name, setName] = useState(device.label);
  const own = device.id === app.device;
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (doing === "rename") field.current?.focus();
  }, [doing]);

  const rename = async (event: Event) => {
    event.preventDefault();
    const label = name.trim();
    if (!label || !(await deed(() => ask(app, { do: "rename", device: device.id, label }, "done")))) return;
    setDoing(null);
    onChange();
  };
  const shutOut = async () => {
    if (!(await deed(() => ask(app, { do: "revoke", device: device.id }, "done")))) return setDoing(null);
    tell(w.shutOutDone(device.label));
    onChange();
  };
  return (
    <li class="thing">
      {doing === "rename" ? (
        <form class="rename" onSubmit={rename}>
          <input
            value={name}
            maxLength={60}
            aria-label={w.deviceName}
            dir="auto"
            ref={field}
            onInput={(event) => setName(event.currentTarget.value)}
          />
          <div class="buttons">
            <button type="submit" class="primary" aria-busy={busy}>
              {w.save}
            </button>
            <button type="button" class="secondary" onClick={() => setDoing(null)}>
              {w.cancel}
            </button>
          </div>
        </form>
      ) : (
        <div class="lines">
          <span class="name">
            <bdi>{device.label}</bdi> {own && <em class="badge">{w.thisDevice}</em>}
          </span>
          <About {...{ device, own }} />
        </div>
      )}
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {doing === "shut out" ? (
        <Confirm text={w.shutOutSure(device.label)} yes={w.shutOut} onYes={shutOut} onNo={() => setDoing(null)} />
      ) : (
        doing === null && (
          <p class="deeds">
            <button type="button" class="link" onClick={() => setDoing("rename")}>
              {w.rename}
              <span class="sr"> {device.label}</span>
            </button>
            {!own && (
              <button type="button" class="link" onClick={() => setDoing("shut out")}>
                {w.shutOut}
                <span class="sr"> {device.label}</span>
              </button>
            )}
          </p>
        )
      )}
    </li>
  );
}

export function Devices({ list, onChange }: { list: Extract<SelfAnswer, { answer: "devices" }>; onChange(): void }) {
  const w = securityWords.value;
  const good = list.devices.filter(({ revoked }) => !revoked);
  const out = list.devices.filter(({ revoked }) => revoked);
  return (
    <section>
      <h3>{w.devices}</h3>
      <p class="hint">{w.devicesHint(good.length, list.limit)}</p>
      <ul class="things">
        {good.map((device) => (
          <Device key={device.id} {...{ device, onChange }} />
        ))}
      </ul>
      {out.length > 0 && (
        <details class="hint">
          <summary>{w.shutOutOnes(out.length)}</summary>
          <ul>
            {out.map(({ id, label }) => (
              <li key={id}>
                <bdi>{label}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
      <button type="button" class="row choice" onClick={() => openStep("link")}>
        <Icon sign="plus" />
        <span class="lines">
          <span class="name">{w.linkDevice}</span>
          <span class="quiet">{w.linkDeviceHint}</span>
        </span>
      </button>
    </section>
  );
}
