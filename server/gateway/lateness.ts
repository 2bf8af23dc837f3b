/** How often the event loop is looked at, and after how many looks it is told, in milliseconds. */
const LOOK_MS = 25;
const TELL = 8;

/** Tells how late the event loop is, while somebody wants to know: the mean of each fifth of a second. */
export class Lateness {
  private timer: ReturnType<typeof setInterval> | undefined;
  private due = 0;
  private sum = 0;
  private looks = 0;

  constructor(
    private readonly tell: (ms: number) => void,
    /** asked at each telling: nobody wants to know any more */
    private readonly enough: () => boolean,
  ) {}

  /** Begins to look, where it does not yet. */
  watch(): void {
    if (this.timer) return;
    this.due = performance.now() + LOOK_MS;
    this.timer = setInterval(() => this.look(), LOOK_MS);
    this.timer.unref();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.sum = this.looks = 0;
  }

  private look(): void {
    const now = performance.now();
    this.sum += Math.max(0, now - this.due);
    this.due = now + LOOK_MS;
    if (++this.looks < TELL) return;
    this.tell(this.sum / this.looks);
    this.sum = this.looks = 0;
    if (this.enough()) this.stop();
  }
}
