import type { Link } from "#protocol/down";
import { type Province, provinceOf } from "#protocol/ids";
import { roomIn } from "#protocol/record";
import type { HybridClock, Now } from "../domain/clock.ts";
import type { ChangeLog, InboundFrame, PeerChannel, Signer, Store, VerifyNow } from "../domain/ports.ts";
import type { Rooms } from "../domain/rooms.ts";
import type { Alarm } from "./alarm.ts";
import { type Allowance, Budget } from "./budget.ts";
import { Arrears } from "./arrears.ts";
import { Applier } from "./applier.ts";
import { Fetcher } from "./fetcher.ts";
import { Links } from "./links.ts";
import { Lives } from "./lives.ts";
import { MarkExchange } from "./marks.ts";
import { decodeMessage, encodeMessage, type PeerMessage } from "./message.ts";
import { Publisher } from "./publisher.ts";
import { Requests } from "./requests.ts";
import { Returns } from "./returns.ts";

export interface ReplicatorParts {
  store: Store;
  rooms: Rooms;
  clock: HybridClock;
  log: ChangeLog;
  channel: PeerChannel;
  /** every province of the fleet but this one */
  peers: readonly Province[];
  now: Now;
  alarm: Alarm;
  /** checks what provinces and administrators signed in the directory */
  verify: VerifyNow;
  /** with this province's key: what others could not make up of what it wrote */
  signer: Signer;
  /** a province came back from an older backup, and is to be told what it must not have forgotten */
  remind: (province: Province) => Promise<void>;
  /** what each province may cost; there is one */
  allowance?: Allowance;
  /** begins a new life of the data folder: another province holds what this node does not know that it wrote */
  renew: () => void;
  /** false where a test turns the wheel by `tick` and `flush` */
  timers?: boolean;
}

const TICK = 250;
const FLUSH = 25;
const BEAT = 1_000;
const REPEAT = 3_000;
const SETTLE = 5_000;
const RETRY = 1_000;
/** Messages of one peer that wait their turn. */
const MOST_INBOUND = 2_000;
const MOST_INBOUND_BYTES = 64 * 1024 * 1024;
/** A province over its allowance is asked again so often whether it may go on. */
const PAUSE = 1_000;

/** Keeps this province and the others at the same events: publishes ours, applies theirs, compares, fetches what is missing. */
export class Replicator {
  private readonly links: Links;
  private readonly budget: Budget;
  private readonly applier: Applier;
  private readonly arrears: Arrears;
  private readonly fetcher: Fetcher;
  private readonly marks: MarkExchange;
  private readonly lives: Lives;
  private readonly returns: Returns;
  private readonly requests: Requests;
  private readonly publishers: Publisher[];
  private readonly inbound = new Map<Province, { queue: Promise<void>; waiting: number; bytes: number }>();
  private readonly liveListeners = new Set<(from: Province, message: unknown) => void>();
  private readonly undo: (() => void)[] = [];
  private flushing: ReturnType<typeof setTimeout> | undefined;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private beatAt = 0;
  private repeatAt = 0;
  private settleAt = 0;
  private stopped = false;

  constructor(private readonly parts: ReplicatorParts) {
    const { store, rooms, clock, log, peers, now, alarm } = parts;
    const isUp = (province: Province) => this.links.isUp(province);
    this.budget = new Budget(now, alarm, parts.allowance);
    this.links = new Links(peers, now, () => store.waitingInRooms());
    this.applier = new Applier(
      store,
      clock,
      (from, room, origin, n, early) => {
        if (early > 0) this.fetcher.hold(from, room, origin, n, early);
        else this.fetcher.expect(from, room, origin, n, undefined, 0);
      },
      alarm,
      parts.verify,
      (province) => void parts.remind(province).catch(this.failed),
      this.budget,
    );
    this.arrears = new Arrears(store, this.send, isUp, now);
    const owed = this.arrears.upto.bind(this.arrears);
    const { signer, verify } = parts;
    const sign = (text: string) => signer.sign(text);
    this.fetcher = new Fetcher(store, this.applier, this.send, isUp, now, alarm, owed, sign);
    this.lives = new Lives(store, this.send, isUp, now, alarm, parts.renew, peers);
    this.returns = new Returns(store, clock, this.send, isUp, now, alarm, verify, signer.key, peers, (differs) => {
      if (differs) this.lives.begin();
      else this.lives.askAgain();
    });
    const onMore = () => this.flushSoon();
    this.marks = new MarkExchange(store, this.fetcher, this.send, isUp, this.budget, this.lives, this.returns, onMore);
    this.requests = new Requests(store, rooms, this.send, isUp);
    this.publishers = Array.from(
      { length: store.files },
      (_, file) => new Publisher(store, log, file, sign, this.failed),
    );
  }

  async start(): Promise<void> {
    const { store, log, channel, peers, timers = true } = this.parts;
    channel.listen((from, bytes) => this.enqueue(from, bytes));
    this.undo.push(
      store.onCommit((committed) => {
        const files = new Set(committed.records.map((record) => store.fileOf(roomIn(record))));
        for (const file of files) this.publishers[file]?.wake();
        this.flushSoon();
      }),
    );
    if (timers) this.ticking = setInterval(() => this.tick(), TICK);
    await log.start();
    for (const from of peers) log.subscribe(from, this.applier.position(from), (frame) => this.applyFrame(from, frame));
    await Promise.all(this.publishers.map((publisher) => publisher.start()));
  }

  /**
   * Settles when the other provinces have said what they have of the present life, or when those that can be reached have
   * had the time for it: until then a node that may have been put back to an older state takes nothing new.
   */
  compareLives(patience: number): Promise<void> {
    return this.lives.ask(patience);
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.lives.stop();
    clearInterval(this.ticking);
    clearTimeout(this.flushing);
    for (const undo of this.undo) undo();
    await this.parts.log.stop();
    await Promise.all([
      ...this.publishers.map((publisher) => publisher.stop()),
      ...[...this.inbound.values()].map(({ queue }) => queue),
    ]);
    await this.marks.settle();
  }

  /** One turn of the wheel: beats, overdue fetches, requests without an answer. */
  tick(): void {
    const now = this.parts.now();
    this.links.tick();
    if (now >= this.beatAt) {
      this.beatAt = now + BEAT;
      for (const to of this.links.peers)
        this.send(to, {
          t: "beat",
          origin: this.parts.store.origin,
          hears: this.links.hears(to),
          marks: this.marks.state(to),
        });
    }
    this.fetcher.tick();
    this.lives.tick();
    this.returns.tick();
    if (!this.returns.isWaiting) this.lives.settle();
    if (now >= this.repeatAt) {
      this.repeatAt = now + REPEAT;
      this.requests.repeat().catch(this.failed);
      this.arrears.check(this.links.peers);
    }
    if (now >= this.settleAt) {
      this.settleAt = now + SETTLE;
      this.marks.settle().catch(this.failed);
    }
  }

  /** Sends the marks that have moved. */
  flush(): void {
    this.marks.flush(this.links.peers);
  }

  list(): Link[] {
    return this.links.list();
  }

  /** Provinces that cost this node more than they may, and are heard slowly: 1, others 0. */
  slowed(): Record<Province, number> {
    return this.budget.slowed(this.links.peers);
  }

  onLinks(listener: () => void): () => void {
    return this.links.onChange(listener);
  }

  /** Typing, presence: lost where the link is down, by design. */
  sendLive(to: Province, message: unknown): void {
    if (this.links.isUp(to)) this.send(to, { t: "live", message });
  }

  onLive(listener: (from: Province, message: unknown) => void): () => void {
    this.liveListeners.add(listener);
    return () => this.liveListeners.delete(listener);
  }

  private readonly send = (to: Province, message: PeerMessage, records?: readonly Uint8Array[]): void =>
    this.parts.channel.send(to, encodeMessage(message, records));

  private readonly failed = (error: unknown): void => {
    if (!this.stopped) this.parts.alarm("failed", { error: String(error) });
  };

  private flushSoon(): void {
    if (this.parts.timers === false || this.flushing) return;
    this.flushing = setTimeout(() => {
      this.flushing = undefined;
      this.flush();
    }, FLUSH);
  }

  /**
   * A full disk or a busy store is waited out. What this code makes a mistake over would fail again and stop all that is
   * behind it: it is passed over, stays owed by the province it comes from, and is fetched when it can be taken.
   */
  private async applyFrame(from: Province, frame: InboundFrame): Promise<void> {
    this.budget.charge(from, { bytes: frame.bytes.length });
    while (!this.stopped) {
      try {
        await this.allowed(from);
        return await this.applier.frame(from, frame);
      } catch (error) {
        this.failed(error);
        if (isMistake(error)) return;
        await new Promise((done) => setTimeout(done, RETRY));
      }
    }
    throw new Error("stopped");
  }

  /** Messages of one peer take effect one after another, in the order in which they came. */
  private enqueue(from: Province, bytes: Uint8Array): void {
    const line = this.inbound.get(from) ?? { queue: Promise.resolve(), waiting: 0, bytes: 0 };
    this.inbound.set(from, line);
    // Whatever travels here may be lost and is said again; of a peer that floods us what does not fit is, and it is alarmed.
    if (line.waiting >= MOST_INBOUND || line.bytes + bytes.length > MOST_INBOUND_BYTES) {
      this.budget.overflowed(from);
      return;
    }
    this.budget.charge(from, { bytes: bytes.length });
    line.waiting++;
    line.bytes += bytes.length;
    line.queue = line.queue
      .then(() => this.allowed(from))
      .then(() => this.budget.timed(from, () => this.handle(from, bytes)))
      .catch(this.failed)
      .then(() => {
        line.waiting--;
        line.bytes -= bytes.length;
      });
  }

  /** Settles when the province may cost more again; at once while it may. */
  private async allowed(from: Province): Promise<void> {
    for (let ms = this.budget.delay(from); ms > 0 && !this.stopped; ms = this.budget.delay(from))
      await new Promise((done) => setTimeout(done, Math.min(ms, PAUSE)));
  }

  private async handle(from: Province, bytes: Uint8Array): Promise<void> {
    if (this.stopped || !this.links.peers.includes(from)) return;
    const decoded = this.decode(from, bytes);
    if (!decoded) return;
    const { message, records } = decoded;
    switch (message.t) {
      case "beat":
        if (this.links.beat(from, message.hears)) this.linkUp(from);
        return this.marks.heard(from, message.origin, message.marks);
      case "ask-marks":
        if (message.of !== undefined) return this.lives.serve(from, message.of, message.lives === true);
        return this.marks.serve(from, message.file, message.since);
      case "marks":
        this.budget.charge(from, { rows: message.marks.length });
        return this.marks.take(from, message);
      case "owed":
        return this.fetcher.expect(from, message.room, message.origin, message.n, undefined, 0);
      case "want":
        return this.fetcher.serve(from, message);
      case "fill":
        if (provinceOf(message.origin) === this.parts.store.province) return this.returns.take(from, message, records);
        return this.fetcher.fill(from, message, records);
      case "request":
        return this.requests.serve(from, message.request);
      case "outcome":
        return this.requests.answered(from, message.id, message.person, message.outcome);
      case "live":
        for (const listener of this.liveListeners) listener(from, message.message);
    }
  }

  private decode(from: Province, bytes: Uint8Array): ReturnType<typeof decodeMessage> | undefined {
    try {
      return decodeMessage(bytes);
    } catch (error) {
      this.parts.alarm("malformed-message", { from, error: String(error) });
      return undefined;
    }
  }

  private linkUp(from: Province): void {
    this.fetcher.linkUp(from);
    this.repeatAt = 0;
    this.flushSoon();
  }
}

const isMistake = (error: unknown): boolean =>
  error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
