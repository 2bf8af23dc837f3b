import type { MediaGateway, SeatStats } from "./ports.ts";

const EVERY_MS = 5_000;

export interface MediaReading {
  /** 0 to 1, mean over seats, of packets from them */
  loss: number;
  kbpsIn: number;
  kbpsOut: number;
  /** mean over the seats whose round trip is known, milliseconds */
  rtt: number | null;
}

const NOTHING: MediaReading = { loss: 0, kbpsIn: 0, kbpsOut: 0, rtt: null };

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

export function sumUp(seats: readonly SeatStats[]): MediaReading {
  if (seats.length === 0) return NOTHING;
  const trips = seats.flatMap(({ rtt }) => rtt ?? []);
  return {
    loss: mean(seats.map(({ lossIn }) => lossIn)),
    kbpsIn: seats.reduce((sum, { kbpsIn }) => sum + kbpsIn, 0),
    kbpsOut: seats.reduce((sum, { kbpsOut }) => sum + kbpsOut, 0),
    rtt: trips.length > 0 ? mean(trips) : null,
  };
}

/** Looks at a gateway now and then, so that whoever asks for figures has some at once; counts its restarts. */
export class MediaReadings {
  last: MediaReading = NOTHING;
  private timer: Timer | undefined;
  private unwatch = () => {};
  private life: number | undefined;

  constructor(
    private readonly gateway: MediaGateway,
    private readonly count: (name: string) => void,
  ) {}

  start(): void {
    this.unwatch = this.gateway.onState((state) => {
      if (state.at !== "up" || state.life === this.life) return;
      if (this.life !== undefined) this.count("beep_gateway_restarts_total");
      this.life = state.life;
    });
    this.timer = setInterval(() => void this.read(), EVERY_MS);
  }

  stop(): void {
    clearInterval(this.timer);
    this.unwatch();
  }

  async read(): Promise<void> {
    // A gateway that is away has no figures.
    const seats = await this.gateway.stats().catch(() => new Map<string, SeatStats>());
    this.last = sumUp([...seats.values()]);
  }
}
