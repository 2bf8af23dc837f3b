import type { Connection, Message } from "janode";
import { dial, soon } from "./client.ts";

/** Milliseconds between two questions. */
export const BEAT = 300;
/** How many may stay unanswered: one of a process that the system has stopped; 3 s of one that may only be busy. */
export const BEATS = { stopped: 1, busy: 10 };

/** Counts unanswered beats. One that comes late says that this process stood still, and nothing of the other. */
export class Beats {
  private missed = 0;
  private last: number;

  constructor(now: number) {
    this.last = now;
  }

  answered(): void {
    this.missed = 0;
  }

  /** @returns whether the other has been silent for too long @param isStopped asked only when it is silent */
  beat(now: number, isStopped: () => boolean): boolean {
    const late = now - this.last > BEAT * 1.5;
    this.last = now;
    if (!late) this.missed++;
    return this.missed > BEATS.busy || (this.missed > BEATS.stopped && isStopped());
  }
}

/** Asks the process over the admin API whether it is alive, and whatever else is to be asked there. */
export class Pulse {
  private connection: Connection | undefined;
  private timer: Timer | undefined;

  /** @param silent called once, when no answer has come for too long */
  constructor(
    private readonly url: string,
    private readonly secret: string,
    private readonly isStopped: () => boolean,
    private readonly silent: () => void,
  ) {}

  start(): void {
    const beats = new Beats(performance.now());
    let asking = false;
    this.timer = setInterval(() => {
      if (beats.beat(performance.now(), this.isStopped)) {
        this.stop();
        this.silent();
      } else if (!asking) {
        asking = true;
        this.ask({ janus: "info" })
          .then(() => beats.answered())
          .catch(() => this.hangUp())
          .finally(() => {
            asking = false;
          });
      }
    }, BEAT);
  }

  /** @throws Unanswered, or what the server refuses with */
  async ask(request: Message): Promise<Message> {
    this.connection ??= await dial(this.url, this.secret, true);
    return soon(this.connection.sendRequest(request), 5000);
  }

  stop(): void {
    clearInterval(this.timer);
    this.hangUp();
  }

  private hangUp(): void {
    this.connection?.close().catch(() => {});
    this.connection = undefined;
  }
}
