import type { RunningRecorder, Source } from "../platform/recorder.ts";
import type { Rtc } from "../platform/rtc.ts";
import { Refusal } from "../net/refusal.ts";
import type { Face } from "./contract.ts";
import type { Life } from "./life.ts";
import { RecordingWriter } from "./recording-file.ts";
import type { Signalling } from "./signalling.ts";

/** Whoever shares a screen, else who spoke last, else who is there. */
export function mainPicture(faces: readonly Face[], speakers: readonly string[]): MediaStream | null {
  const shared = faces.find(({ screen }) => screen);
  if (shared) return shared.screen;
  const rank = ({ seat, mine }: Face) => (mine ? faces.length + 1 : speakers.indexOf(seat) + 1 || faces.length);
  return [...faces].filter(({ camera }) => camera).sort((a, b) => rank(a) - rank(b))[0]?.camera ?? null;
}

/** All that is heard, oneself too. */
export const voicesOf = (life: Life | null | undefined, mine: MediaStreamTrack | null): MediaStreamTrack[] => [
  ...(life ? life.receiver.voices : []),
  ...(mine ? [mine] : []),
];

type Machine = Pick<Rtc, "record" | "save">;

/** A recording of the call on this device: sealed while it is made, its key in a file of its own. */
export class Recording {
  private running: { recorder: RunningRecorder; end(): Promise<void> } | null = null;

  constructor(
    private readonly machine: Machine,
    private readonly signalling: Pick<Signalling, "do">,
    private readonly source: Source,
  ) {}

  /** All are told before anything is recorded. @throws Refusal */
  async turn(on: boolean): Promise<void> {
    if (!on) await this.stop();
    await this.signalling.do({ do: "record", on });
    if (!on) return;
    try {
      await this.start();
    } catch {
      await this.signalling.do({ do: "record", on: false });
      throw new Refusal("fix", "This browser cannot record calls.");
    }
  }

  private async start(): Promise<void> {
    if (this.running) return;
    const { writer, key } = await RecordingWriter.make();
    let work: Promise<void> = Promise.resolve();
    const recorder = this.machine.record(this.source, (part) => {
      work = work.then(async () => writer.add(new Uint8Array(await part.arrayBuffer())));
    });
    const name = `beep-call-${new Date().toISOString().slice(0, 16).replace(/[T:]/g, "-")}`;
    const end = async () => {
      await work;
      this.machine.save(`${name}.beeprec`, await writer.end());
      this.machine.save(`${name}.key.txt`, new Blob([`${key}\n`], { type: "text/plain" }));
    };
    this.running = { recorder, end };
  }

  /** Ends it and hands both files to the person. */
  async stop(): Promise<void> {
    const { running } = this;
    if (!running) return;
    this.running = null;
    await running.recorder.stop();
    await running.end();
  }
}
