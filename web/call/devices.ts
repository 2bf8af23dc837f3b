import type { Rtc } from "../platform/rtc.ts";
import type { Devices } from "./contract.ts";
import type { CallState } from "./host.ts";

type Kind = Parameters<Devices["choose"]>[0];

const STORED = "beep.devices";
const KINDS: Record<string, Kind> = { audioinput: "mic", videoinput: "camera", audiooutput: "speaker" };

/** Which microphone, camera and loudspeaker are used. The choice is kept on the device. */
export class DeviceChoice implements Devices {
  readonly list: CallState["list"];
  readonly chosen: CallState["chosen"];
  private front = true;
  private readonly listeners = new Set<(kind: Kind) => void>();

  constructor(
    private readonly rtc: Rtc,
    { list, chosen }: Pick<CallState, "list" | "chosen">,
  ) {
    this.list = list;
    this.chosen = chosen;
    chosen.value = { ...chosen.peek(), ...stored() };
    if (rtc.trouble() !== "none") return;
    rtc.onDevices(() => this.refresh());
    this.refresh();
  }

  /** Calls back when another device is to be used. Returns the way to stop it. */
  onChoice(listener: (kind: Kind) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Names of devices are known only once one of them may be used: asked again after each opening. */
  async refresh(): Promise<void> {
    const found = await this.rtc.devices().catch(() => []);
    this.list.value = found.flatMap(({ deviceId, kind, label }) => {
      const known = KINDS[kind];
      return known && deviceId ? [{ id: deviceId, kind: known, label }] : [];
    });
  }

  async choose(kind: Kind, id: string): Promise<void> {
    this.chosen.value = { ...this.chosen.peek(), [kind]: id };
    try {
      localStorage.setItem(STORED, JSON.stringify(this.chosen.peek()));
    } catch {
      // Storage is refused: the choice lasts as long as the page.
    }
    this.tell(kind);
  }

  async flip(): Promise<void> {
    this.front = !this.front;
    const { camera } = this.chosen.peek();
    const cameras = this.list.peek().filter(({ kind }) => kind === "camera");
    const at = cameras.findIndex(({ id }) => id === camera);
    // One that was chosen by name gives way to the next; otherwise the side is asked for.
    const next = cameras[(at + 1) % cameras.length];
    if (at >= 0 && next) await this.choose("camera", next.id);
    else this.tell("camera");
  }

  /** What to ask the browser for. A device that is gone is asked for in vain: another one comes in its place. */
  constraints(kind: "mic" | "camera"): MediaStreamConstraints {
    const { mic, camera } = this.chosen.peek();
    if (kind === "mic") return { audio: { ...wish(mic), echoCancellation: true, noiseSuppression: true } };
    const size = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 24, max: 30 } };
    return { video: { ...size, ...(camera ? wish(camera) : { facingMode: this.front ? "user" : "environment" }) } };
  }

  private tell(kind: Kind): void {
    for (const listener of [...this.listeners]) listener(kind);
  }
}

const wish = (id: string | null) => (id ? { deviceId: { ideal: id } } : {});

function stored(): Partial<CallState["chosen"]["value"]> {
  try {
    return JSON.parse(localStorage.getItem(STORED) || "{}") || {};
  } catch {
    return {};
  }
}
