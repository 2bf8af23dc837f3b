import { AppError } from "../domain/error.ts";
import { away } from "./janus/refusals.ts";
import { isAnswer, isSeatEvent } from "./remote-gateway-answer.ts";
import type { Answers, Ask, GatewayBody, Told } from "./remote-gateway-message.ts";

/** An ask without an answer is sent again, and given up; milliseconds. */
const AGAIN = 500;
const PATIENCE = 5_000;
/** How often it is said that we are here. */
const HERE = 1_000;
/** Most of what came early and waits for what is before it. */
const EARLY = 512;

interface Pending {
  ask: Ask;
  at: number;
  sentAt: number;
  /** kept until it is answered or the session is over: something is left behind otherwise */
  stubborn: boolean;
  resolve(value: unknown): void;
  reject(error: AppError): void;
}

interface Parts {
  now(): number;
  send(body: GatewayBody): void;
  /** what the far gateway says of one seat */
  event(told: Extract<Told, { is: "event" }>): void;
}

/** One session with another province's gateway: what is asked of it, each once, and what it tells, in order. */
export class GatewayLine {
  readonly session = crypto.randomUUID();
  private readonly asks = new Map<number, Pending>();
  private readonly early = new Map<number, Told>();
  private n = 0;
  private heard = 0;
  private hereAt = 0;
  private toSay = false;
  private over = false;

  constructor(private readonly parts: Parts) {}

  /** Whether the far side knows of this session. */
  get used(): boolean {
    return this.n > 0;
  }

  /** @throws AppError what the far side answers, or wait where it does not */
  ask<A extends Ask>(ask: A, stubborn = false): Promise<Answers[A["do"]]> {
    if (this.over) return Promise.reject(away());
    return new Promise((resolve, reject) => {
      const now = this.parts.now();
      const pending = { ask, at: now, sentAt: now, stubborn, resolve, reject } as Pending;
      this.asks.set(++this.n, pending);
      this.send(this.n, pending);
    });
  }

  take(from: number, told: readonly Told[]): void {
    told.forEach((one, i) => {
      if (from + i > this.heard && this.early.size < EARLY) this.early.set(from + i, one);
    });
    for (let next = this.early.get(this.heard + 1); next; next = this.early.get(this.heard + 1)) {
      this.early.delete(++this.heard);
      this.apply(next);
    }
    this.sayHere();
  }

  tick(holds: boolean): void {
    const now = this.parts.now();
    for (const [n, pending] of this.asks) {
      if (!pending.stubborn && now - pending.at >= PATIENCE) {
        this.asks.delete(n);
        pending.reject(away());
      } else if (now - pending.sentAt >= AGAIN) this.send(n, pending);
    }
    if ((holds || this.asks.size > 0) && now - this.hereAt >= HERE) this.here();
  }

  /** Nothing of it is answered any more. */
  end(): void {
    this.over = true;
    for (const pending of this.asks.values()) pending.reject(away());
    this.asks.clear();
  }

  private apply(told: Told): void {
    switch (told.is) {
      case "event":
        if (isSeatEvent(told.event)) this.parts.event(told);
        return;
      case "done": {
        const pending = this.settle(told.to);
        if (pending && isAnswer(pending.ask, told.value)) pending.resolve(told.value);
        else pending?.reject(away());
        return;
      }
      case "refused": {
        const { code, message, retryAfter } = told.error;
        this.settle(told.to)?.reject(new AppError(code, message, retryAfter === undefined ? {} : { retryAfter }));
      }
    }
  }

  private settle(n: number): Pending | undefined {
    const pending = this.asks.get(n);
    this.asks.delete(n);
    return pending;
  }

  private send(n: number, pending: Pending): void {
    pending.sentAt = this.parts.now();
    this.hereAt = pending.sentAt;
    this.parts.send({ is: "ask", n, ask: pending.ask, ...this.standing() });
  }

  private sayHere(): void {
    if (this.toSay) return;
    this.toSay = true;
    queueMicrotask(() => {
      this.toSay = false;
      this.here();
    });
  }

  private here(): void {
    this.hereAt = this.parts.now();
    this.parts.send({ is: "here", ...this.standing() });
  }

  /** Asks are numbered in order, and a map keeps them so: the first that waits is the lowest. */
  private standing() {
    const low = this.asks.keys().next().value ?? this.n + 1;
    return { session: this.session, low, heard: this.heard };
  }
}
