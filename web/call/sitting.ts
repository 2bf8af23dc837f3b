import type { IceServer, SeatId, Track, Want } from "#protocol/call";
import type { Pace } from "./ladder.ts";
import { Life, type LifeEvents, type LifeNeeds } from "./life.ts";
import type { SeatSeal } from "./seal.ts";
import type { CallNewsOf } from "./signalling.ts";

/** How long the media of a life that is over may be shown while the next one is on its way, milliseconds. */
const LINGER = 2000;

/** One seat that is taken, with the lives of its media. */
export class Sitting {
  private life: Life | null = null;
  private old: Life | null = null;
  private wanted: Want[] = [];
  private ladder: Pace = { step: "low", why: "none" };

  constructor(
    readonly seat: SeatId,
    readonly seal: SeatSeal,
    private at: { life: number; ice: IceServer[] },
    private readonly needs: Omit<LifeNeeds, "seal">,
    private readonly events: LifeEvents,
  ) {}

  get number(): number {
    return this.at.life;
  }
  get present(): Life | null {
    return this.life;
  }

  /** Its media begins; in the lobby there is none. */
  begin(): void {
    if (this.life) return;
    const life = new Life({ ...this.needs, seal: this.seal }, this.at.life, this.at.ice, this.events);
    this.life = life;
    life.take(this.ladder);
    life.start().catch(console.error);
    life.want(this.wanted);
  }

  /** Media begins anew. What still arrives of before is shown until the new is there. */
  move(life: number, ice: IceServer[]): void {
    if (life <= this.at.life) return;
    this.at = { life, ice };
    const { life: former } = this;
    if (!former) return;
    this.life = null;
    this.endOld();
    this.old = former;
    setTimeout(() => {
      if (this.old === former) this.endOld();
    }, LINGER);
    this.begin();
  }

  offer(news: CallNewsOf<"offer">): void {
    this.life?.offer(news);
  }

  want(list: Want[]): void {
    this.wanted = list;
    this.life?.want(list);
  }

  take(ladder: Pace): void {
    this.ladder = ladder;
    this.life?.take(ladder);
  }

  async send(): Promise<void> {
    await this.life?.send();
  }

  stream(seat: SeatId, track: Track): MediaStream | null {
    for (const life of [this.life, this.old]) {
      const arriving = life?.get(seat, track);
      if (arriving && !arriving.media.muted) return arriving.stream;
    }
    return null;
  }

  close(): void {
    this.life?.close();
    this.endOld();
    this.seal.close();
  }

  private endOld(): void {
    this.old?.close();
    this.old = null;
    this.events.changed();
  }
}
