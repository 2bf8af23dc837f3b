import { type Signal, signal } from "@preact/signals-core";
import type { Rtc } from "../platform/rtc.ts";
import type { Preview } from "./contract.ts";
import type { DeviceChoice } from "./devices.ts";
import { type Trouble, troubleOf } from "./trouble.ts";

/** how often the loudness is read, milliseconds */
const READ = 80;

/** A look at oneself before joining. One device that fails leaves the other. */
export async function preview(
  rtc: Rtc,
  devices: DeviceChoice,
  choice: { mic: boolean; camera: boolean },
): Promise<Preview> {
  const level = signal(0);
  const trouble: Signal<Trouble> = signal("none");
  const able = rtc.trouble();
  if (able !== "none") {
    trouble.value = able === "insecure" ? "insecure" : "missing";
    return { stream: null, level, trouble, stop: () => {} };
  }
  const tracks: MediaStreamTrack[] = [];
  for (const kind of ["mic", "camera"] as const) {
    if (!choice[kind]) continue;
    try {
      tracks.push(...(await rtc.media(devices.constraints(kind))).getTracks());
    } catch (error) {
      trouble.value = troubleOf(error);
    }
  }
  await devices.refresh();
  const stream = tracks.length ? rtc.stream(tracks) : null;
  const meter = stream && tracks.some(({ kind }) => kind === "audio") ? rtc.meter(stream) : null;
  const timer =
    meter &&
    setInterval(() => {
      level.value = meter.level();
    }, READ);
  return {
    stream,
    level,
    trouble,
    stop: () => {
      if (timer) clearInterval(timer);
      if (meter) meter.stop();
      for (const track of tracks) track.stop();
    },
  };
}
