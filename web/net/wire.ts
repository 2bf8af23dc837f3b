import { type Ack, DOWN, type Down, type PageHead } from "#protocol/down";
import { readAcks, readJson, readPage, readRecords, upFrame } from "#protocol/frame";
import type { Up } from "#protocol/up";
import { offline, Refusal } from "./refusal.ts";

/** What comes down, in the order in which it came. Answers to `request` do not appear here, `room` and `detail` also do. */
export interface WireEvents {
  down(message: Down): void;
  events(records: Uint8Array[]): void;
  acks(acks: Ack[]): void;
  page(head: PageHead, records: Uint8Array[]): void;
}

export interface PageAnswer {
  head: PageHead;
  records: Uint8Array[];
}
export type Answer = Down | PageAnswer;
type Asked = Extract<Up, { ref: number }>;
/** A request without its ref, which the wire gives. */
export type Ask = Asked extends infer A ? (A extends Asked ? Omit<A, "ref"> : never) : never;

export interface WireTimes {
  /** milliseconds of silence after which a ping is sent */
  idle: number;
  /** how long its answer may take */
  pong: number;
  /** how long an answer may take when the machine has just woken */
  wake: number;
  /** how long a request may take */
  answer: number;
}
export const WIRE_TIMES: WireTimes = { idle: 20_000, pong: 12_000, wake: 8000, answer: 30_000 };

/** One socket to one node, from open to closed. Notices when the link has gone silent and closes it. */
export class Wire {
  /** the close code; 0 where nothing more was heard */
  readonly closed: Promise<number>;
  private end: (code: number) => void = () => {};
  private over = false;
  private ref = 0;
  private heard: number;
  /** since when an answer to a ping is awaited, and how long it may take */
  private ping: { at: number; limit: number } | undefined;
  private readonly asked = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void; at: number }>();
  private readonly watch: ReturnType<typeof setInterval>;

  constructor(
    private readonly socket: WebSocket,
    private readonly events: WireEvents,
    private readonly now: () => number,
    private readonly times: WireTimes = WIRE_TIMES,
  ) {
    this.heard = now();
    this.closed = new Promise((resolve) => {
      this.end = resolve;
    });
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => this.receive(event.data);
    socket.onclose = (event) => this.finish(event.code);
    socket.onerror = () => this.finish(0);
    this.watch = setInterval(() => this.check(), Math.min(times.idle, times.wake) / 4);
  }

  /** Settles when the socket is open; rejects when it closes before. */
  opened(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.socket.onopen = () => resolve();
      this.closed.then(() => reject(offline()));
    });
  }

  send(frame: Uint8Array<ArrayBuffer>): boolean {
    if (this.over || this.socket.readyState !== 1) return false;
    this.socket.send(frame);
    return true;
  }
  say(message: Up): boolean {
    return this.send(upFrame(message));
  }

  request(ask: Ask): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const ref = ++this.ref;
      this.asked.set(ref, { resolve, reject, at: this.now() });
      if (!this.say({ ...ask, ref } as Up)) {
        this.asked.delete(ref);
        reject(offline());
      }
    });
  }

  /** Asks whether the node is still there; the wire closes when no answer comes. */
  probe(): void {
    if (!this.ping || this.ping.limit > this.times.wake) this.sendPing(this.times.wake);
  }

  close(): void {
    this.finish(1000);
  }

  private sendPing(limit: number): void {
    this.ping = { at: this.now(), limit };
    this.say({ t: "ping" });
  }

  private check(): void {
    const now = this.now();
    if (this.ping) {
      if (now - this.ping.at > this.ping.limit) this.finish(0);
    } else if (now - this.heard > this.times.idle) this.sendPing(this.times.pong);
    this.asked.forEach((asked, ref) => {
      if (now - asked.at <= this.times.answer) return;
      this.asked.delete(ref);
      asked.reject(new Refusal("wait", "The node took too long to answer. Try again."));
    });
  }

  private finish(code: number): void {
    if (this.over) return;
    this.over = true;
    clearInterval(this.watch);
    // Of a half-open link the browser may report the close minutes later: it is over now.
    this.socket.onmessage = this.socket.onclose = this.socket.onerror = null;
    try {
      this.socket.close();
    } catch {
      // Not open yet, or closed already.
    }
    this.asked.forEach((asked) => {
      asked.reject(offline());
    });
    this.asked.clear();
    this.end(code);
  }

  private receive(data: unknown): void {
    this.heard = this.now();
    this.ping = undefined;
    if (this.over || !(data instanceof ArrayBuffer)) return;
    const frame = new Uint8Array(data);
    try {
      this.dispatch(frame);
    } catch (error) {
      // A frame that cannot be read must not stop the ones behind it; a resume brings what it held.
      console.error("a frame could not be read", error);
    }
  }

  private dispatch(frame: Uint8Array): void {
    if (frame[0] === DOWN.events) this.events.events(readRecords(frame) || []);
    else if (frame[0] === DOWN.acks) this.events.acks(readAcks(frame));
    else if (frame[0] === DOWN.page) {
      const page = readPage(frame);
      if (page && !this.answer(page.head.ref, page)) this.events.page(page.head, page.records);
    } else if (frame[0] === DOWN.json) {
      const message = readJson(frame) as Down;
      const ref = (message as { ref?: number }).ref;
      const answered =
        message.t === "error" ? this.refuse(ref, Refusal.from(message.error)) : this.answer(ref, message);
      if (!answered || message.t === "room" || message.t === "detail") this.events.down(message);
    }
  }

  private answer(ref: number | undefined, answer: Answer): boolean {
    const asked = ref !== undefined && this.asked.get(ref);
    if (!asked) return false;
    this.asked.delete(ref as number);
    asked.resolve(answer);
    return true;
  }
  private refuse(ref: number | undefined, error: Refusal): boolean {
    const asked = ref !== undefined && this.asked.get(ref);
    if (!asked) return false;
    this.asked.delete(ref as number);
    asked.reject(error);
    return true;
  }
}
