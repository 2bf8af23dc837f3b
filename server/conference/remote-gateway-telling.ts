import { type GatewayBody, TOLD_AT_ONCE, type Told } from "./remote-gateway-message.ts";

/** Most that a province may leave unheard before it is let go of. */
const MAX_UNHEARD = 2_000;
/** What is not heard is told again after so long, in milliseconds. */
const AGAIN = 500;
/** Most characters told in one message: what carries it takes a mebibyte. */
const MESSAGE = 256 * 1024;

interface Item {
  told: Told;
  size: number;
  sentAt: number;
}

/** Tells one session of another province all in order, again and again until it is heard. */
export class Telling {
  /** what was told and not yet heard; the first of them has the number `first` */
  private readonly unheard: Item[] = [];
  private first = 1;
  private flushing = false;

  constructor(
    private readonly session: string,
    private readonly now: () => number,
    private readonly send: (body: GatewayBody) => void,
  ) {}

  get isFlooded(): boolean {
    return this.unheard.length > MAX_UNHEARD;
  }

  tell(told: Told): void {
    this.unheard.push({ told, size: JSON.stringify(told).length, sentAt: 0 });
    if (this.flushing) return;
    this.flushing = true;
    queueMicrotask(() => {
      this.flushing = false;
      for (let at = this.unheard.findIndex(({ sentAt }) => sentAt === 0); at !== -1 && at < this.unheard.length; )
        at = this.sendFrom(at);
    });
  }

  /** All up to this number is heard. */
  heard(upto: number): void {
    const gone = Math.min(upto - this.first + 1, this.unheard.length);
    if (gone <= 0) return;
    this.unheard.splice(0, gone);
    this.first += gone;
  }

  tick(): void {
    const [oldest] = this.unheard;
    if (oldest && this.now() - oldest.sentAt >= AGAIN) this.sendFrom(0);
  }

  /** Sends as many as go at once. @returns the place of the next one */
  private sendFrom(at: number): number {
    const now = this.now();
    const told: Told[] = [];
    for (let size = 0, next = this.unheard[at]; next; next = this.unheard[at + told.length]) {
      size += next.size;
      if (told.length >= TOLD_AT_ONCE || (told.length > 0 && size > MESSAGE)) break;
      next.sentAt = now;
      told.push(next.told);
    }
    this.send({ is: "told", session: this.session, from: this.first + at, told });
    return at + told.length;
  }
}
