import { useState } from "preact/hooks";
import type { DeviceInfo } from "#protocol/admin";
import { useModel } from "../../view/app-context.ts";
import { clean } from "../../view/names.ts";
import { adminWords } from "../furnish.ts";
import { Proposal } from "../proposal.tsx";
import { may } from "../sections.ts";
import { dateOf, momentOf } from "../time.ts";

/** A person's devices: which are in, when they were seen, and the way to shut one out. */
export function Devices({ devices }: { devices: readonly DeviceInfo[] }) {
  const roles = useModel().roles.value;
  const w = adminWords.value;
  const [asked, setAsked] = useState<DeviceInfo | null>(null);
  return (
    <section>
      <h2>{w.devices}</h2>
      {devices.length === 0 && <p class="hint">{w.noDevices}</p>}
      <ul class="admin-rows">
        {devices.map((device) => (
          <li key={device.id} class="admin-device">
            <div>
              <bdi class="name">{clean(device.label)}</bdi>{" "}
              {device.revoked ? (
                <span class="badge bad">{w.shutOut}</span>
              ) : (
                device.online && <span class="badge">{w.onlineNow}</span>
              )}
              <p class="hint">
                {w.since(dateOf(device.since))}
                {device.lastSeen !== null && ` · ${w.seen(momentOf(device.lastSeen))}`}
              </p>
            </div>
            {may(roles, device.revoked ? "unrevoke" : "revoke") && (
              <button type="button" class="secondary" onClick={() => setAsked(device)}>
                {device.revoked ? w.letBackIn : w.shutOutDo}
              </button>
            )}
          </li>
        ))}
      </ul>
      {asked && (
        <Proposal
          title={asked.revoked ? w.letBackIn : w.shutOutDo}
          acts={[{ do: asked.revoked ? "unrevoke" : "revoke", devices: [asked.id] }]}
          danger={!asked.revoked}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  );
}
