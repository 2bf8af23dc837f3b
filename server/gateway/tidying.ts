/** So many sockets opened make a wave. */
const WAVE = 500;

/**
 * Collects garbage when a wave of sign-ins has passed. Requests, answers and welcomes leave about 1 kB for each socket
 * in the heap; the runtime lets that lie while the heap does not grow, which of an idle node it never does. A full
 * collection holds the node up for some 25 ms at 8,000 sockets: once a wave, and in a second in which nobody came or went.
 */
export class Tidying {
  private opened = 0;
  private before = 0;

  /** @param collect as `Bun.gc` does */
  constructor(private readonly collect: () => void = () => Bun.gc(true)) {}

  open(): void {
    this.opened++;
  }

  /** Once a second. @param sockets how many there are now */
  tick(sockets: number): void {
    const isCalm = sockets === this.before;
    this.before = sockets;
    if (!isCalm || this.opened < WAVE) return;
    this.opened = 0;
    this.collect();
  }
}
