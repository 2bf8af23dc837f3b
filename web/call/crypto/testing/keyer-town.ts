import { type Epoch, EpochRing, epochId } from "../epoch.ts";
import { Keyer, type Member } from "../keyer.ts";

/** Clients of one call on a clock held by the test, with a net between them that loses, delays and reorders. */

export function dice(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Made {
  at: number;
  /** seats of the maker's view when it was made */
  view: Set<string>;
  /** seats it was ever sealed to, and its maker */
  readers: Set<string>;
}

interface Client {
  member: Member;
  side: number;
  keyer: Keyer;
  ring: EpochRing;
  use: Epoch | null;
  hold: Epoch[];
  view: Member[];
  wake: number | null;
  /** its node's words come in their order */
  told: number;
  /** its node's clock is wrong by so much */
  skew: number;
}

export class KeyerTown {
  now = 1_700_000_000_000;
  readonly clients = new Map<string, Client>();
  readonly made = new Map<string, Made>();
  readonly came = new Map<string, number>();
  readonly faults: string[] = [];
  boxes = 0;
  private readonly used = new Set<string>();
  private mail: { at: number; deliver: () => void }[] = [];
  private next = 1;
  private cut = false;

  constructor(
    private readonly random: () => number,
    private readonly loss: number,
    /** of the two sides' clocks, milliseconds */
    private readonly skews: readonly number[] = [],
  ) {}

  join(side: number): void {
    const id = (this.next++).toString(16).padStart(4, "0").repeat(4);
    const keyer = new Keyer(id, () => {
      const secret = Uint8Array.from({ length: 32 }, () => Math.floor(this.random() * 256));
      const client = this.clients.get(id) as Client;
      this.made.set(hex(secret), {
        at: this.now,
        view: new Set(client.view.map((each) => each.id)),
        readers: new Set([id]),
      });
      return secret;
    });
    // Clocks of nodes differ: who came later may stand before others.
    const member = { id, at: this.now + Math.floor(this.random() * 4_000) - 2_000, here: true };
    const fresh = {
      member,
      side,
      keyer,
      ring: new EpochRing(),
      use: null,
      hold: [],
      view: [],
      wake: null,
      told: 0,
      skew: this.skews[side] ?? 0,
    };
    this.clients.set(id, fresh);
    this.came.set(id, this.now);
    this.tell();
  }

  leave(id: string): void {
    this.clients.delete(id);
    this.tell();
  }

  /** Its socket is lost, or back. */
  here(id: string, here: boolean): void {
    const client = this.clients.get(id) as Client;
    client.member = { ...client.member, here };
    this.tell();
  }

  setCut(cut: boolean): void {
    this.cut = cut;
    this.tell();
  }

  run(ms: number): void {
    for (const end = this.now + ms; this.now < end; this.now += 20) {
      const due = this.mail.filter(({ at }) => at <= this.now).sort((a, b) => a.at - b.at);
      this.mail = this.mail.filter(({ at }) => at > this.now);
      for (const { deliver } of due) deliver();
      for (const client of this.clients.values()) {
        if (client.wake !== null && client.wake <= this.clock(client)) this.step(client);
        this.speak(client);
      }
    }
  }

  /** What each node tells its clients: the seats that it hears of. */
  private tell(): void {
    for (const client of this.clients.values()) {
      const seen = [...this.clients.values()].filter((other) => !this.cut || other.side === client.side);
      const view = seen.map(({ member }) => member);
      const at = Math.max(client.told, this.now + this.random() * 400);
      client.told = at + 1;
      this.mail.push({ at, deliver: () => this.see(client, view) });
    }
  }

  private see(client: Client, view: Member[]): void {
    if (!this.clients.has(client.member.id)) return;
    client.view = view;
    const name = view
      .map(({ id }) => id)
      .sort()
      .join();
    client.keyer.sit({ name, members: view }, this.clock(client));
    this.step(client);
  }

  private step(client: Client): void {
    const { id } = client.member;
    const { seal, acks, use, hold, wake } = client.keyer.step(this.clock(client));
    if (hold.length > 3) this.faults.push(`${id} holds ${hold.length} epochs`);
    if (wake !== null && wake <= this.clock(client)) this.faults.push(`${id} wants to step again at once`);
    Object.assign(client, { use, hold, wake });
    client.ring.set(use, hold);
    for (const { epoch, roster, to } of seal)
      for (const seat of to) {
        this.made.get(hex(epoch.secret))?.readers.add(seat);
        this.boxes++;
        this.post(client, seat, (other) => other.keyer.receive({ ...epoch }, roster, this.clock(other)));
      }
    for (const { to, n, newest } of acks)
      this.post(client, to, (other) => other.keyer.acknowledge(id, n, newest, this.clock(other)));
  }

  private clock(client: Client): number {
    return this.now + client.skew;
  }

  private post(from: Client, to: string, hear: (other: Client) => void): void {
    const reachable = () => {
      const other = this.clients.get(to);
      return other?.member.here && from.member.here && (!this.cut || other.side === from.side) ? other : undefined;
    };
    if (!reachable() || this.random() < this.loss) return;
    const deliver = () => {
      const other = reachable();
      if (!other) return;
      hear(other);
      this.step(other);
    };
    this.mail.push({ at: this.now + this.random() * 600, deliver });
    if (this.random() < 0.1) this.mail.push({ at: this.now + this.random() * 20_000, deliver });
  }

  /** Each client seals a frame now and then. */
  private speak(client: Client): void {
    if (this.random() > 0.2) return;
    const taken = client.ring.take();
    if (!taken) return;
    const pair = `${hex(taken.epoch.secret)} ${client.member.id} ${taken.counter}`;
    if (this.used.has(pair)) this.faults.push(`used twice: ${pair}`);
    this.used.add(pair);
  }

  /** The epochs in use by the present, each once. */
  inUse(): string[] {
    return [
      ...new Set([...this.clients.values()].map(({ use }) => (use ? `${epochId(use)} ${hex(use.secret)}` : "-"))),
    ];
  }
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
