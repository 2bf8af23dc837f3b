import { headers, nuid } from "@nats-io/transport-node";
import type { Origin, Province } from "#protocol/ids";
import { AppError } from "../../domain/error.ts";
import type { LogFrame } from "../../domain/ports.ts";
import { api, lifeOf, readAnswer, type StreamInfo, storedHeaders } from "./api.ts";
import { placeText } from "./chain.ts";
import type { Log } from "./config.ts";
import { MAX_FRAME_BYTES } from "./disk.ts";
import type { Link } from "./link.ts";
import { HEADER, logOfFile, logStream, logSubject } from "./subjects.ts";
import { Tails } from "./tails.ts";

/** The server's own bound on an atomic batch. */
const MAX_BATCH = 1000;
const MAX_BATCH_BYTES = 8 * 1024 * 1024;
const ACK_MS = 5000;

type Append = ReturnType<typeof Promise.withResolvers<void>> & {
  frames: readonly LogFrame[];
  bytes: number;
};

/**
 * The single writer of a province's log. Calls that wait together go as one atomic batch, which costs about four disk
 * syncs whatever its size. Compare-and-set on the log's last sequence makes every retry harmless; where an answer was
 * lost, the name of the append in the log's last message tells whether it came to be.
 */
export class LogWriter {
  private readonly queue: Append[] = [];
  private last: number | undefined;
  private running: Promise<void> | undefined;
  private stopped = false;
  readonly tails: Tails;

  constructor(
    private readonly link: Link,
    private readonly province: Province,
    private readonly origin: (() => Origin) | undefined,
    private readonly declared: () => Promise<void>,
    private readonly log: Log,
  ) {
    this.tails = new Tails(link, province);
  }

  append(frames: readonly LogFrame[]): Promise<void> {
    if (frames.length === 0) return Promise.resolve();
    if (frames.length > MAX_BATCH) return Promise.reject(new RangeError(`more than ${MAX_BATCH} frames in one append`));
    if (frames.some((frame) => frame.bytes.length > MAX_FRAME_BYTES)) {
      return Promise.reject(new RangeError(`a frame of more than ${MAX_FRAME_BYTES} bytes`));
    }
    if (this.stopped) return Promise.reject(stopped());
    const bytes = frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
    const append = { ...Promise.withResolvers<void>(), frames, bytes };
    this.queue.push(append);
    this.running ??= this.drain();
    return append.promise;
  }

  /** Where in a file's outbox the log stands, 0 where it has nothing of this data folder's life. */
  async published(file: number): Promise<number> {
    return await this.persist(async () => {
      const newest = await storedHeaders(this.link, logStream(this.province), {
        last_by_subj: logOfFile(this.province, file),
      });
      if (this.origin && newest?.get(HEADER.origin) !== this.origin()) return 0;
      return Number(newest?.get(HEADER.last) ?? 0);
    });
  }

  /** Repeats to readers where the log ends for them. Cheap: what is not known is looked up once. */
  async tell(readers: readonly Province[]): Promise<void> {
    if (this.tails.log === 0) {
      if (this.running) return;
      this.tails.forget(lifeOf(await api<StreamInfo>(this.link, `STREAM.INFO.${logStream(this.province)}`)));
    }
    await this.tails.load(readers);
    this.tails.tell();
  }

  /** What waits is refused as soon as the link is stopped too; what was sent may still come to be. */
  async stop(): Promise<void> {
    this.stopped = true;
    await this.running;
  }

  private async drain(): Promise<void> {
    await Promise.resolve(); // so that all calls of this turn go together, and `running` is set
    while (this.queue.length > 0) {
      const appends = this.take();
      try {
        await this.write(appends);
        for (const append of appends) append.resolve();
      } catch (error) {
        for (const append of appends) append.reject(error);
      }
    }
    // here and not when the promise settles: what is queued in between would wait for ever
    this.running = undefined;
  }

  private take(): Append[] {
    let count = 0;
    let bytes = 0;
    let n = 0;
    for (const append of this.queue) {
      count += append.frames.length;
      bytes += append.bytes;
      if (n > 0 && (count > MAX_BATCH || bytes > MAX_BATCH_BYTES)) break;
      n++;
    }
    return this.queue.splice(0, n);
  }

  private async write(appends: readonly Append[]): Promise<void> {
    const name = nuid.next();
    let sent = false;
    await this.persist(async () => {
      if (this.last === undefined) {
        const info = await api<StreamInfo>(this.link, `STREAM.INFO.${logStream(this.province)}`);
        const { state } = info;
        const newest =
          sent && state.last_seq > 0
            ? await storedHeaders(this.link, logStream(this.province), { seq: state.last_seq })
            : undefined;
        this.tails.forget(lifeOf(info));
        this.last = state.last_seq;
        if (newest?.get(HEADER.append) === name) return;
      }
      await this.tails.load(appends.flatMap(({ frames }) => frames.map((frame) => frame.dest)));
      const expected = this.last;
      this.last = undefined;
      sent = true;
      this.last = await this.send(appends, name, expected);
      let seq = expected;
      for (const { frames } of appends) for (const { dest } of frames) this.tails.set(dest, ++seq);
    });
  }

  /** Returns the log's new last sequence; any failure leaves the outcome unknown. */
  private async send(appends: readonly Append[], name: string, expected: number): Promise<number> {
    const count = appends.reduce((sum, append) => sum + append.frames.length, 0);
    const batch = nuid.next();
    const ends = new Map<Province, number>();
    let n = 0;
    for (const { frames } of appends) {
      const last = new Map<number, number>();
      for (const frame of frames) last.set(frame.file, Math.max(frame.last, last.get(frame.file) ?? 0));
      for (const frame of frames) {
        n++;
        const head = headers();
        head.set(HEADER.append, name);
        head.set(HEADER.last, String(last.get(frame.file)));
        head.set(
          HEADER.after,
          placeText({ log: this.tails.log, seq: ends.get(frame.dest) ?? this.tails.of(frame.dest) }),
        );
        ends.set(frame.dest, expected + n);
        if (this.origin) head.set(HEADER.origin, this.origin());
        if (frame.signed) head.set(HEADER.signed, JSON.stringify(frame.signed));
        if (n === 1) head.set("Nats-Expected-Last-Sequence", String(expected));
        if (count > 1) {
          head.set("Nats-Batch-Id", batch);
          head.set("Nats-Batch-Sequence", String(n));
        }
        const subject = logSubject(this.province, frame.dest, frame.file, frame.shard);
        if (n < count) {
          if (!this.link.live) throw new Error("connection lost");
          this.link.live.publish(subject, frame.bytes, { headers: head });
          continue;
        }
        if (count > 1) head.set("Nats-Batch-Commit", "1");
        const answer = await this.link.request(subject, frame.bytes, { headers: head, timeout: ACK_MS });
        return readAnswer<{ seq: number }>(answer.string()).seq;
      }
    }
    return expected;
  }

  /** Tries again for ever, more slowly each time up to a second, until the writer is stopped. */
  private async persist<T>(attempt: () => Promise<T>): Promise<T> {
    for (let wait = 20; ; wait = Math.min(1000, wait * 2)) {
      await this.link.up();
      if (this.stopped) throw stopped();
      try {
        await this.declared();
        return await attempt();
      } catch (error) {
        if (this.stopped) throw stopped();
        this.log("nats.append.retry", { reason: String(error) });
        await Bun.sleep(wait);
      }
    }
  }
}

const stopped = () => new AppError("wait", "The node is stopping; try again on another one.");
