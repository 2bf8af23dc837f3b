import type { CallId, SeatId } from "#protocol/call";
import type { Province } from "#protocol/ids";
import { AppError } from "../domain/error.ts";
import type { Feed, GatewayState, MediaGateway, TrunkEnd } from "./ports.ts";

/** A gateway whose answers come when the test says, late, or never although the work was done. */
export class HeldGateway implements MediaGateway {
  readonly accepted = new Map<SeatId, { life: number; port: number }>();
  readonly forwards = new Map<string, TrunkEnd>();
  readonly waiting: (() => void)[] = [];
  flaky = true;
  private life = 1;
  private ports = 10_000;
  private readonly listeners = new Set<(state: GatewayState) => void>();

  constructor(
    readonly province: Province,
    private readonly random: () => number,
  ) {}

  state = (): GatewayState => ({ at: "up", life: this.life });
  onState(listener: (state: GatewayState) => void) {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  restart(): void {
    this.life++;
    this.accepted.clear();
    this.forwards.clear();
    for (const listener of [...this.listeners]) listener(this.state());
  }

  accept = (_call: CallId, { seat, life }: Feed) =>
    this.work(() => {
      this.ports += 2;
      const port = this.ports;
      this.accepted.set(seat, { life, port });
      return { port, rtcpPort: port + 1 };
    });
  drop = (_call: CallId, seat: SeatId) => this.work(() => void this.accepted.delete(seat), false);
  forward = (_call: CallId, seat: SeatId, to: Province, end: TrunkEnd) =>
    this.work(() => {
      if (this.forwards.has(`${seat} ${to}`)) throw new Error("it crosses twice");
      this.forwards.set(`${seat} ${to}`, end);
    });
  unforward = (_call: CallId, seat: SeatId, to: Province) =>
    this.work(() => void this.forwards.delete(`${seat} ${to}`), false);
  seat = () => Promise.reject(new Error("no seats here"));
  close = () => Promise.resolve();
  stats = () => Promise.resolve(new Map());

  private work<T>(done: () => T, mayFail = true): Promise<T> {
    const life = this.life;
    return new Promise((resolve, reject) => {
      this.waiting.push(() => {
        const luck = mayFail && this.flaky ? this.random() : 1;
        const away = new AppError("wait", "away");
        if (luck < 0.1 || (life !== this.life && mayFail)) return reject(away);
        if (life !== this.life) return resolve(undefined as T);
        const value = done();
        if (luck < 0.2) reject(away);
        else resolve(value);
      });
    });
  }
}
