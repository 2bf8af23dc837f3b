import { Deaf } from "./deaf.ts";
import { type Pace, Steps } from "./ladder.ts";
import type { Life } from "./life.ts";
import { stateOf } from "./life.ts";
import { type Counted, levelOf, reportOf, sampleOf } from "./stats.ts";

const QUALITY_TIMES = { look: 1000, tell: 5000 };
const NOTHING: Counted = { received: 0, lost: 0, sent: 0, at: 0 };

interface QualityHost {
  now(): number;
  life(): Life | null;
  saver(): boolean;
  ladder(ladder: Pace): void;
  /** somebody else's line is poor */
  spare(): boolean;
  /** how one's own network does, as all are shown it */
  network(level: number): void;
  /** a voice arrives and is not played: the connection should begin anew */
  deaf(): void;
}

/** Watches the connections: decides how much is sent and wanted, and says how the network does. */
export class Quality {
  private readonly steps = new Steps();
  private readonly deaf = new Deaf();
  private of: Life | null = null;
  private counted: Counted = NOTHING;
  private told = -1;
  private toldAt = 0;
  private looking = false;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly host: QualityHost,
    private readonly times = QUALITY_TIMES,
  ) {
    this.timer = setInterval(() => this.look(), times.look);
  }

  /** The saver was switched: said at once. */
  again(): void {
    this.host.ladder({ ...this.steps.ladder(this.host.saver()), spare: this.host.spare() });
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private async look(): Promise<void> {
    const life = this.host.life();
    if (!life || this.looking) return;
    this.looking = true;
    try {
      await this.measure(life);
    } catch {
      // The connection was closed meanwhile.
    }
    this.looking = false;
  }

  private async measure(life: Life): Promise<void> {
    const [sending, receiving] = await Promise.all([reportOf(life.sender.pc), reportOf(life.receiver.pc)]);
    if (this.deaf.take(receiving, this.host.now())) this.host.deaf();
    if (this.of !== life) this.counted = NOTHING;
    this.of = life;
    const { sample, counted } = sampleOf(sending, receiving, this.counted);
    this.counted = counted;
    const up = stateOf(life.sender.pc) === "connected";
    // A connection that is only coming about says nothing of the line.
    if (up) this.steps.take(sample, this.host.now());
    this.again();
    const { step, why } = this.steps.ladder(false);
    // Whoever gave up the picture for their line needs that others speak sparingly.
    const poor = step === "audio" && why === "network";
    this.tell(!up ? 0 : poor ? 1 : levelOf(sample));
  }

  private tell(level: number): void {
    const now = this.host.now();
    if (level === this.told || now - this.toldAt < this.times.tell) return;
    this.told = level;
    this.toldAt = now;
    this.host.network(level);
  }
}
