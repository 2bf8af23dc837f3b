/** At 200 frames a second (all tracks and layers of one sender share a counter) these are five seconds. */
const SPAN = 1024;

/**
 * Which counters of one key were seen. A frame counts once; one that is further behind the newest than SPAN counts as
 * seen and is dropped.
 */
export class ReplayWindow {
  private newest = -1;
  private readonly bits = new Uint32Array(SPAN / 32);

  seen(counter: number): boolean {
    if (counter > this.newest) return false;
    return counter <= this.newest - SPAN || ((this.bits[this.word(counter)] as number) & this.bit(counter)) !== 0;
  }

  /** Takes a counter whose frame has verified. False where it was taken before. */
  take(counter: number): boolean {
    if (this.seen(counter)) return false;
    // The places of counters that were passed over belong to older ones until they are cleared.
    for (let i = Math.max(this.newest + 1, counter - SPAN + 1); i <= counter; i++)
      this.bits[this.word(i)] = (this.bits[this.word(i)] as number) & ~this.bit(i);
    this.newest = Math.max(this.newest, counter);
    this.bits[this.word(counter)] = (this.bits[this.word(counter)] as number) | this.bit(counter);
    return true;
  }

  private word(counter: number): number {
    return Math.floor((counter % SPAN) / 32);
  }

  private bit(counter: number): number {
    return 1 << (counter % 32);
  }
}
