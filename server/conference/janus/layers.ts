import type { Message } from "janode";

/** Milliseconds after which a layer that has not come is asked for once more; then it is not being sent. */
const AGAIN = [400, 800, 1600, 3200];

/**
 * Which layer of simulcast video each line carries. The server changes over at the next key frame and asks the sender
 * for one, once: a sender that has just made one passes over that, so it is asked again until the change is heard of.
 */
export class Layers {
  private readonly asked = new Map<string, number>();
  private readonly carried = new Map<string, number>();
  private timer: Timer | undefined;

  /** @param send asks the server for the layers of some lines */
  constructor(private readonly send: (streams: Message[]) => Promise<unknown>) {}

  /** A line has begun, with the layer it was asked with. */
  begun(line: string, layer: number | undefined): void {
    this.carried.delete(line);
    if (layer === undefined) this.asked.delete(line);
    else this.asked.set(line, layer);
    this.watch();
  }

  /** Asks for what differs. Rejects with what `send` rejects with. */
  async set(layers: ReadonlyMap<string, number>): Promise<void> {
    const others = [...layers].filter(([line, layer]) => this.asked.get(line) !== layer);
    if (others.length === 0) return;
    await this.send(streams(others));
    for (const [line, layer] of others) this.asked.set(line, layer);
    this.watch();
  }

  /** What the server says of itself on the connection's handle. */
  heard({ mid, substream }: Message): void {
    if (typeof mid === "string" && typeof substream === "number") this.carried.set(mid, substream);
  }

  /** Forgets lines that are no more. */
  keep(lines: ReadonlySet<string>): void {
    for (const line of this.asked.keys()) if (!lines.has(line)) this.asked.delete(line);
    if (this.asked.size === 0) clearTimeout(this.timer);
  }

  private watch(tries = 0): void {
    clearTimeout(this.timer);
    const pause = AGAIN[tries];
    if (pause === undefined) return;
    this.timer = setTimeout(() => {
      const missing = [...this.asked].filter(([line, layer]) => this.carried.get(line) !== layer);
      if (missing.length === 0) return;
      this.send(streams(missing)).catch(() => {});
      this.watch(tries + 1);
    }, pause);
  }
}

const streams = (layers: [string, number][]): Message[] => layers.map(([mid, substream]) => ({ mid, substream }));
