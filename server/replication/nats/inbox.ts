import { createInbox, type Msg } from "@nats-io/transport-node";
import type { Province } from "#protocol/ids";
import { api, lifeOf, type StreamInfo, storedHeaders } from "./api.ts";
import type { InboundFrame } from "../../domain/ports.ts";
import { Chain, type Linked, type LogPlace, readPlace } from "./chain.ts";
import type { Log } from "./config.ts";
import { declareInbox, resetConsumer } from "./declare.ts";
import { KEPT_FRAMES } from "./disk.ts";
import type { Link } from "./link.ts";
import { ARRIVALS, HEADER, inboxStream, tailSubject } from "./subjects.ts";

type Handler = (frame: InboundFrame) => Promise<void>;
interface Cursor {
  life: number;
  seq: number;
}
interface Frame extends Linked {
  seq: number;
  bytes: Uint8Array;
  signed: unknown;
}

const READ = { batch: 256, max_bytes: 4 * 1024 * 1024 };
const READ_MS = 5000;
/** How often the inbox is looked at although nothing was heard: covers a notice lost with the connection. */
const CHECK_MS = 5000;
const RETRY_MS = 500;
/** How long another province's answer is waited for: short while both are starting, longer as on a slow link. */
const PATIENCE_MS = 300;
const MAX_PATIENCE_MS = 5000;
/** How long the log may be known to go on while nothing comes in, before the copy is filled again. */
const STALL_MS = 3000;
const MAX_STALL_MS = 300_000;

/**
 * One province's log as it comes in here. The place of reading is our own cursor alone, and there is no consumer that
 * could lose it: a notice of arrival, a new connection or the slow check each only make us read on from the cursor
 * until nothing is left, so no tail can be missed.
 */
export class Inbox {
  private handler: Handler | undefined;
  private cursor: Cursor = { life: 0, seq: 0 };
  private running: Promise<void> | undefined;
  private stopped = false;
  /** the connection's epoch and the time (performance.now) of the last look at the stream */
  private opened = -1;
  private checked = 0;
  private patience = PATIENCE_MS;
  private readonly chain = new Chain();
  /** where the origin says its log ends for us, and since when (performance.now) we have been behind it without moving */
  private end: LogPlace | undefined;
  private behindSince = 0;
  private stall = STALL_MS;
  private woken = false;
  private wake: () => void = () => {};

  constructor(
    private readonly link: Link,
    private readonly from: Province,
    private readonly province: Province,
    private readonly log: Log,
  ) {
    link.onOpen((nc) => nc.subscribe(ARRIVALS, { callback: () => this.notice() }));
    link.onOpen((nc) =>
      nc.subscribe(tailSubject(from, province), {
        callback: (error, message) => {
          if (error) return;
          this.end = readPlace(message.string());
          if (this.behindSince === 0 && this.end && this.chain.behind(this.end)) this.notice();
        },
      }),
    );
    link.onUp(() => this.notice());
  }

  subscribe(after: Cursor, handler: Handler): void {
    if (this.handler) throw new Error(`${this.from} is subscribed already`);
    this.cursor = { ...after };
    this.handler = handler;
    this.notice();
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Settles when the handler at work has. Stop the link as well, or before. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.notice();
    await this.running;
  }

  private async run(): Promise<void> {
    let told = "";
    while (!this.stopped) {
      await this.link.up();
      if (this.stopped) return;
      try {
        if (this.opened !== this.link.epoch || performance.now() - this.checked >= CHECK_MS) await this.open();
        told = "";
        await this.read();
        await this.checkEnd();
        if (this.opened !== -1) await this.idle(this.behindSince > 0 ? RETRY_MS : CHECK_MS);
      } catch (error) {
        const reason = String(error);
        if (reason !== told) this.log("nats.inbox.waiting", { from: this.from, reason });
        told = reason;
        this.opened = -1;
        this.patience = Math.min(MAX_PATIENCE_MS, this.patience * 2);
        await this.idle(RETRY_MS);
      }
    }
  }

  /** Makes sure of the stream, starts again in a new one, and lets go of what was applied long ago. */
  private async open(): Promise<void> {
    const epoch = this.link.epoch;
    const info = await this.declare();
    if (lifeOf(info) === this.cursor.life && info.state.last_seq < this.cursor.seq) {
      // put back to an older state: the origin counts as taken what is no longer here
      await this.refill("put back");
      await this.open();
      return;
    }
    if (this.chain.at === undefined && lifeOf(info) === this.cursor.life && this.cursor.seq > 0) {
      const last = await storedHeaders(this.link, inboxStream(this.from), { seq: this.cursor.seq });
      const linked = last && linkIn((name) => last.get(name));
      if (linked) this.chain.take(linked);
    }
    if (lifeOf(info) !== this.cursor.life && this.handler) this.cursor = { life: lifeOf(info), seq: 0 };
    const applied = this.cursor.seq - KEPT_FRAMES;
    if (this.cursor.life === lifeOf(info) && info.state.first_seq + KEPT_FRAMES < applied) {
      await api(this.link, `STREAM.PURGE.${inboxStream(this.from)}`, { seq: applied });
    }
    this.opened = epoch;
    this.patience = PATIENCE_MS;
    this.checked = performance.now();
  }

  private declare(): Promise<StreamInfo> {
    return declareInbox(this.link, this.from, this.province, (this.chain.at?.seq ?? 0) + 1, this.patience);
  }

  /** Makes the copy anew from behind what was applied. What it held beyond that comes again. */
  private async refill(why: string): Promise<void> {
    this.log("nats.inbox.refill", { from: this.from, why, at: this.chain.at, end: this.end });
    // first to see that the origin answers: without it the copy we have is better than none
    await resetConsumer(this.link, this.from, this.province, (this.chain.at?.seq ?? 0) + 1, this.patience);
    await api(this.link, `STREAM.DELETE.${inboxStream(this.from)}`);
    this.chain.refilled();
    this.end = undefined;
    this.opened = -1;
    this.behindSince = 0;
  }

  /** A lost tail shows as an end of the log that is not reached although nothing more comes in. */
  private async checkEnd(): Promise<void> {
    if (!this.handler || !this.end || !this.chain.behind(this.end)) this.behindSince = 0;
    else if (this.behindSince === 0) this.behindSince = performance.now();
    else if (performance.now() - this.behindSince > this.stall) {
      // longer each time: on a thin link one large frame may take minutes
      this.stall = Math.min(MAX_STALL_MS, this.stall * 2);
      await this.refill("stalled");
    }
  }

  private async read(): Promise<void> {
    for (;;) {
      this.woken = false;
      const handler = this.handler;
      if (!handler) return;
      const messages = await this.fetch(this.cursor.seq + 1);
      for (const frame of messages) {
        if (this.stopped) return;
        if (this.chain.misses(frame)) {
          await this.refill("gap");
          return;
        }
        const { seq, bytes, signed } = frame;
        if (!this.chain.knows(frame)) await handler({ life: this.cursor.life, seq, bytes, signed });
        this.cursor.seq = frame.seq;
        this.chain.take(frame);
        this.behindSince = 0;
        this.stall = STALL_MS;
      }
      if (this.stopped || (messages.length === 0 && !this.woken)) return;
    }
  }

  /** The next frames from `seq` on, by a batched direct get; what came before a loss of the connection is dropped. */
  private fetch(seq: number): Promise<Frame[]> {
    return this.link.whileUp((nc, resolve, reject) => {
      const messages: Frame[] = [];
      const reply = createInbox();
      const subscription = nc.subscribe(reply, {
        callback: (error, message) => {
          const end = error ?? ending(message);
          if (end === undefined) {
            const linked = linkIn((name) => message.headers?.get(name));
            const seq = Number(message.headers?.get("Nats-Sequence"));
            messages.push({
              ...linked,
              seq,
              bytes: message.data,
              signed: signedIn(message.headers?.get(HEADER.signed)),
            });
            return;
          }
          subscription.unsubscribe();
          clearTimeout(timer);
          if (end === true) resolve(messages);
          else reject(end);
        },
      });
      const timer = setTimeout(() => {
        subscription.unsubscribe();
        reject(new Error("read timed out"));
      }, READ_MS);
      nc.publish(`$JS.API.DIRECT.GET.${inboxStream(this.from)}`, JSON.stringify({ seq, ...READ }), { reply });
    });
  }

  private notice(): void {
    this.woken = true;
    this.wake();
  }

  private async idle(ms: number): Promise<void> {
    if (this.stopped || (this.woken && ms === CHECK_MS)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = () => {};
  }
}

/** The server writes where a frame stood in the log it was taken from: `<stream> <sequence> …`. */
const linkIn = (header: (name: string) => string | undefined): Linked => ({
  place: Number(header("Nats-Stream-Source")?.split(" ")[1] ?? 0),
  after: readPlace(header(HEADER.after)),
});

function signedIn(text: string | undefined): unknown {
  try {
    return text ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

/** True at the end of a batch or where there is nothing yet, an error where the read failed, undefined for a frame. */
function ending(message: Msg): true | Error | undefined {
  const code = message.headers?.code ?? 0;
  if (code === 0) return undefined;
  if (code === 204 || code === 404) return true;
  return new Error(`read: ${code} ${message.headers?.description}`);
}
