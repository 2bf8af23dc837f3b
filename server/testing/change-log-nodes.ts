import type { Province } from "#protocol/ids";
import type { ChangeLog, LogFrame, PeerChannel } from "../domain/ports.ts";
import { until } from "./until.ts";

/** What the suite needs of an implementation: three provinces `is`, `pb`, `sd` that keep their logs between lives. */
export interface LinksUnderTest {
  /** A new life of a province's node, started; the one before must have been closed. */
  open(province: Province): Promise<NodeLinks>;
  cut(a: Province, b: Province): void;
  heal(a: Province, b: Province): void;
  loseInbox(reader: Province, from: Province): Promise<void>;
  /** kill -9 of what keeps the province's log, and its return; absent where there is no such thing */
  crash?(province: Province): Promise<void>;
  close(): Promise<void>;
}
interface NodeLinks {
  changeLog: ChangeLog;
  peers: PeerChannel;
}

export interface Got {
  life: number;
  seq: number;
  text: string;
}

export const START = { life: 0, seq: 0 };
export const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** The lives of three provinces' nodes, one at a time each, and the outbox positions of what they write. */
export class NodesUnderTest {
  /** position of the newest frame, over all files */
  last = 0;
  private readonly nodes = new Map<Province, NodeLinks>();

  constructor(private readonly links: LinksUnderTest) {}

  async open(province: Province): Promise<NodeLinks> {
    const node = await this.links.open(province);
    this.nodes.set(province, node);
    return node;
  }

  async shut(province: Province): Promise<void> {
    await this.nodes.get(province)?.changeLog.stop();
    this.nodes.delete(province);
  }

  at(province: Province): NodeLinks {
    const node = this.nodes.get(province);
    if (!node) throw new Error(`no node of ${province}`);
    return node;
  }

  frame(dest: Province, body: string | Uint8Array, file: number): LogFrame {
    this.last++;
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    return { dest, shard: 3, file, last: this.last, bytes };
  }

  /** What comes in, as it comes. */
  listen(reader: Province, from: Province, after: { life: number; seq: number }): Got[] {
    const got: Got[] = [];
    this.at(reader).changeLog.subscribe(from, after, async ({ life, seq, bytes }) => {
      got.push({ life, seq, text: text(bytes) });
    });
    return got;
  }

  async close(): Promise<void> {
    for (const province of [...this.nodes.keys()]) await this.shut(province);
    await this.links.close();
  }
}

/** The cursor behind the last frame, once as many as expected have come. */
export async function endOf(all: readonly Got[], expected: number): Promise<{ life: number; seq: number }> {
  await until(() => all.length >= expected, `${expected} frames`);
  const { life, seq } = all.at(-1) as Got;
  return { life, seq };
}

/** Waits until nothing more comes in. */
export async function quiet(heard: readonly unknown[]): Promise<void> {
  for (let before = -1; before !== heard.length; await Bun.sleep(100)) before = heard.length;
}
