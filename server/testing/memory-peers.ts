import type { Province } from "#protocol/ids";
import type { Peers } from "../conference/ports.ts";
import type { Random } from "./fleet-schedule.ts";

/** What happens to messages that a seed draws; shares from 0 to 1. */
export interface PeerFaults {
  random: Random;
  loss?: number;
  twice?: number;
  /** share of messages that later ones overtake */
  late?: number;
}

interface Life {
  heard: Set<(from: Province, message: unknown) => void>;
  links: Set<() => void>;
  over: boolean;
}

/**
 * The quick, lossy way between provinces' conferences, in memory. Messages move by themselves, one turn of the loop later,
 * or by hand (`deliver`), so that a test holds their order.
 */
export class MemoryPeers {
  private readonly lives = new Map<Province, Life>();
  private readonly dead = new Set<string>();
  private readonly told = new Set<string>();
  private readonly waiting: { from: Province; to: Province; text: string }[] = [];
  sent = 0;

  constructor(
    private readonly provinces: readonly Province[],
    private readonly faults?: PeerFaults,
    private readonly byHand = false,
  ) {
    for (const province of provinces) this.restart(province);
  }

  /** The port of a province's present life. */
  of(province: Province): Peers {
    const life = this.life(province);
    return {
      links: () =>
        this.provinces
          .filter((to) => to !== province)
          .map((to) => ({ province: to, up: !this.told.has(key(province, to)) })),
      onLinks: (listener) => {
        life.links.add(listener);
        return () => life.links.delete(listener);
      },
      send: (to, message) => {
        if (!life.over && !this.dead.has(key(province, to))) this.post(province, to, JSON.stringify(message));
      },
      listen: (handler) => {
        life.heard.add(handler);
        return () => life.heard.delete(handler);
      },
    };
  }

  /** Begins a new life of a node: its former listeners and ports do nothing more. */
  restart(province: Province): void {
    const former = this.lives.get(province);
    if (former) former.over = true;
    this.lives.set(province, { heard: new Set(), links: new Set(), over: false });
  }

  /** Nothing passes between the two any more, and both are told. */
  cut(a: Province, b: Province): void {
    this.hole(a, b);
    this.tell(a, b, false);
  }

  /** Nothing passes, and nobody knows. */
  hole(a: Province, b: Province): void {
    this.dead.add(key(a, b));
    for (let i = this.waiting.length - 1; i >= 0; i--) {
      const { from, to } = this.waiting[i] as { from: Province; to: Province };
      if (key(from, to) === key(a, b)) this.waiting.splice(i, 1);
    }
  }

  heal(a: Province, b: Province): void {
    this.dead.delete(key(a, b));
    this.tell(a, b, true);
  }

  /** By hand: delivers the oldest message, or by the seed a later one, or none. @returns false where none was waiting */
  deliver(): boolean {
    const { random, late = 0 } = this.faults ?? {};
    const at = random && random() < late ? Math.floor(random() * this.waiting.length) : 0;
    const [message] = this.waiting.splice(at, 1);
    if (!message) return false;
    this.hand(message);
    return true;
  }

  private post(from: Province, to: Province, text: string): void {
    const { random, loss = 0, twice = 0, late = 0 } = this.faults ?? {};
    this.sent++;
    if (random && random() < loss) return;
    for (let copies = random && random() < twice ? 2 : 1; copies > 0; copies--) {
      if (this.byHand) this.waiting.push({ from, to, text });
      else setTimeout(() => this.hand({ from, to, text }), random && random() < late ? 5 : 0);
    }
  }

  private hand({ from, to, text }: { from: Province; to: Province; text: string }): void {
    if (this.dead.has(key(from, to))) return;
    for (const handler of [...this.life(to).heard]) handler(from, JSON.parse(text));
  }

  private tell(a: Province, b: Province, up: boolean): void {
    if (up) this.told.delete(key(a, b));
    else this.told.add(key(a, b));
    for (const province of [a, b]) for (const listener of [...this.life(province).links]) listener();
  }

  private life(province: Province): Life {
    const life = this.lives.get(province);
    if (!life) throw new Error(`no province ${province}`);
    return life;
  }
}

const key = (a: Province, b: Province) => (a < b ? `${a} ${b}` : `${b} ${a}`);
