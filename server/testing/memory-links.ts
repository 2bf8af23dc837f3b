import type { Province } from "#protocol/ids";
import { AppError } from "../domain/error.ts";
import type { ChangeLog, LogFrame, PeerChannel } from "../domain/ports.ts";

/** A number in [0, 1), drawn from a test's seed. */
type Random = () => number;
type FrameHandler = Parameters<ChangeLog["subscribe"]>[2];
type Listener = (from: Province, bytes: Uint8Array) => void;

interface Port {
  changeLog: ChangeLog;
  peers: PeerChannel;
}

/** One province's reading of another's log. */
interface Reader {
  handler: FrameHandler;
  seq: number;
  /** a frame is with the handler: the next one waits */
  busy: boolean;
}

interface Life {
  port: Port;
  readers: Map<Province, Reader>;
  listeners: Listener[];
  over: boolean;
}

/**
 * The ways between provinces, in memory and delivered by hand: nothing moves until `deliver` is called, and which of
 * the waiting messages moves is drawn from the test's seed. Logs are durable and ordered per link; live messages are
 * lost in a cut and, by seed, at any time.
 */
export class MemoryNetwork {
  private readonly logs = new Map<Province, LogFrame[]>();
  private readonly lives = new Map<Province, Life>();
  private readonly live = new Map<string, Uint8Array[]>();
  private readonly cuts = new Set<string>();
  private readonly inboxLives = new Map<string, number>();

  /** @param liveLoss share of live messages that are lost although the link holds */
  constructor(
    provinces: readonly Province[],
    private readonly liveLoss = 0,
  ) {
    for (const province of provinces) this.add(province);
  }

  add(province: Province): void {
    this.logs.set(province, []);
    this.lives.set(province, this.begin(province));
  }

  /** The ports of a province's present life. */
  port(province: Province): Port {
    return this.life(province).port;
  }

  /** Ends a node's life: its subscriptions are gone and its old ports do nothing; the logs stay. */
  restart(province: Province): Port {
    this.life(province).over = true;
    this.lives.set(province, this.begin(province));
    return this.port(province);
  }

  cut(a: Province, b: Province): void {
    for (const link of [`${a} ${b}`, `${b} ${a}`]) {
      this.cuts.add(link);
      this.live.delete(link);
    }
  }

  heal(a: Province, b: Province): void {
    for (const link of [`${a} ${b}`, `${b} ${a}`]) this.cuts.delete(link);
  }

  /** The copy that `reader` keeps of `from`'s log is lost and fills again from its beginning, under another life. */
  loseInbox(reader: Province, from: Province): void {
    const link = `${from} ${reader}`;
    this.inboxLives.set(link, this.inboxLife(link) + 1);
    const subscribed = this.life(reader).readers.get(from);
    if (subscribed) subscribed.seq = 0;
  }

  /** How many messages could be delivered now. */
  pending(): number {
    return this.steps().length;
  }

  /** Delivers one message, drawn by `random`; settles when its handler has, with false where nothing was pending. */
  async deliver(random: Random): Promise<boolean> {
    const steps = this.steps();
    const step = steps[Math.floor(random() * steps.length)];
    if (!step) return false;
    await step(random);
    return true;
  }

  private steps(): ((random: Random) => Promise<void>)[] {
    const steps: ((random: Random) => Promise<void>)[] = [];
    for (const [to, life] of this.lives) {
      for (const from of this.logs.keys()) {
        const link = `${from} ${to}`;
        if (from === to || this.cuts.has(link)) continue;
        const reader = life.readers.get(from);
        const frame = reader && !reader.busy && this.framesFor(from, to)[reader.seq];
        if (frame) steps.push(() => this.hand(reader, this.inboxLife(link), frame));
        const queue = this.live.get(link);
        if (queue?.length) steps.push(async (random) => this.tell(life, from, queue, random));
      }
    }
    return steps;
  }

  private async hand(reader: Reader, life: number, frame: LogFrame): Promise<void> {
    const seq = reader.seq + 1;
    reader.busy = true;
    try {
      await reader.handler({ life, seq, bytes: frame.bytes.slice(), signed: frame.signed });
      // a loss of the inbox meanwhile has sent the reader back
      if (reader.seq === seq - 1) reader.seq = seq;
    } catch {
      // the frame stays: a handler that failed gets it again
    } finally {
      reader.busy = false;
    }
  }

  private tell(life: Life, from: Province, queue: Uint8Array[], random: Random): void {
    const bytes = queue.shift() as Uint8Array;
    if (random() < this.liveLoss) return;
    for (const listener of life.listeners) listener(from, bytes);
  }

  private framesFor = (from: Province, to: Province) => this.log(from).filter((frame) => frame.dest === to);

  private begin(province: Province): Life {
    const life: Life = { readers: new Map(), listeners: [], over: false, port: undefined as never };
    const stopped = () => new AppError("wait", "The node is stopping; try again on another one.");
    life.port = {
      changeLog: {
        append: async (frames) => {
          if (life.over) throw stopped();
          // as on a wire: what the caller does with its bytes afterwards changes nothing here
          this.log(province).push(...frames.map((frame) => ({ ...frame, bytes: frame.bytes.slice() })));
        },
        published: async (file) =>
          this.log(province).reduce((last, frame) => (frame.file === file ? Math.max(last, frame.last) : last), 0),
        subscribe: (from, after, handler) => {
          if (life.readers.has(from)) throw new Error(`${from} is subscribed already`);
          const known = after.life === this.inboxLife(`${from} ${province}`);
          life.readers.set(from, { handler, seq: known ? after.seq : 0, busy: false });
        },
        start: async () => {},
        stop: async () => {
          life.over = true;
          life.readers.clear();
          life.listeners.length = 0;
        },
      },
      peers: {
        send: (to, bytes) => {
          const link = `${province} ${to}`;
          if (life.over || this.cuts.has(link)) return;
          const queue = this.live.get(link) ?? [];
          queue.push(bytes.slice());
          this.live.set(link, queue);
        },
        listen: (handler) => void life.listeners.push(handler),
      },
    };
    return life;
  }

  private inboxLife = (link: string) => this.inboxLives.get(link) ?? 1;

  private log(province: Province): LogFrame[] {
    const log = this.logs.get(province);
    if (!log) throw new Error(`no province ${province}`);
    return log;
  }

  private life(province: Province): Life {
    const life = this.lives.get(province);
    if (!life) throw new Error(`no province ${province}`);
    return life;
  }
}
