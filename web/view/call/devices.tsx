import type { Devices } from "../../call/contract.ts";
import { attempt } from "./controls.tsx";
import { Sign } from "./sign.tsx";
import { callWords } from "./words.ts";

/** Which microphone, camera and speaker. A kind of which the browser tells nothing is left to it. */
export function DeviceChoice({ devices, onChange }: { devices: Devices; onChange?: () => void }) {
  const c = callWords.value;
  const list = devices.list.value;
  const chosen = devices.chosen.value;
  const names = { mic: c.microphone, camera: c.camera, speaker: c.speaker };
  const cameras = list.filter((each) => each.kind === "camera").length;
  const after = (work: Promise<void>) => attempt(work.then(() => onChange?.()));
  return (
    <div class="panel-body devices">
      {(["mic", "camera", "speaker"] as const).map((kind) => {
        const some = list.filter((each) => each.kind === kind);
        return some.length === 0 ? null : (
          <label class="field" key={kind}>
            <span>{names[kind]}</span>
            <select
              value={chosen[kind] ?? ""}
              onChange={(event) => after(devices.choose(kind, event.currentTarget.value))}
            >
              {chosen[kind] === null && <option value="">{c.theDefault}</option>}
              {some.map((each, i) => (
                <option key={each.id} value={each.id}>
                  {each.label || c.unnamed(names[kind], i + 1)}
                </option>
              ))}
            </select>
          </label>
        );
      })}
      {cameras > 1 && (
        <button type="button" class="secondary with-sign" onClick={() => after(devices.flip())}>
          <Sign sign="flip" />
          {c.flip}
        </button>
      )}
    </div>
  );
}
