import { errorFields, type Log } from "../../log.ts";
import type { GatewayState } from "../ports.ts";
import { Control } from "./client.ts";
import { RECLAIM_SECONDS } from "./config.ts";
import { Refused } from "./line.ts";
import { endOrphan, type ProcessSettings, type Running, spawnJanus } from "./process.ts";
import { Pulse } from "./pulse.ts";
import { away } from "./refusals.ts";
import { atFirst, type Happening, next, pause } from "./standing.ts";

export interface SupervisorSettings {
  process: ProcessSettings;
  log: Log;
  count: (name: string) => void;
  now: () => number;
  /** the address at which the API on this loopback port is dialled; a test puts a line between */
  dialled: (port: number) => string | Promise<string>;
}

export interface Supervised {
  /** All that was on it is gone. */
  died(): void;
  /** The session is ours again: what was missed meanwhile can be asked now. */
  reclaimed(): Promise<void>;
}

/** Keeps one media server running and us connected with it. */
export class Supervisor {
  private standing;
  private running: Running | undefined;
  private held: Control | undefined;
  private pulse: Pulse | undefined;
  private stopped = true;
  private reclaiming = false;
  private round: Promise<void> = Promise.resolve();
  private readonly listeners = new Set<(state: GatewayState) => void>();

  constructor(
    private readonly settings: SupervisorSettings,
    private readonly supervised: Supervised,
  ) {
    this.standing = atFirst(settings.now());
  }

  state(): GatewayState {
    return this.standing.state;
  }

  onState(listener: (state: GatewayState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  get pid(): number | undefined {
    return this.running?.pid;
  }

  /** The session, also while it is only about to be ours again. */
  session(): Control | undefined {
    return this.held;
  }

  /** @throws AppError wait unless it runs */
  secret(): string {
    if (!this.running) throw away();
    return this.running.secret;
  }

  /** @throws AppError wait unless it is up */
  control(): Control {
    if (this.standing.state.at !== "up" || !this.held) throw away();
    return this.held;
  }

  /** @throws AppError wait unless it runs, or what the admin API throws */
  admin(): Pulse {
    if (!this.pulse) throw away();
    return this.pulse;
  }

  /** Resolves once it is up for the first time, or has failed for the first time: it goes on trying. */
  async start(): Promise<void> {
    if (!this.stopped) return;
    this.stopped = false;
    if (await endOrphan(this.settings.process.folder)) this.settings.log("warn", "gateway.orphan-ended");
    let first = () => {};
    const begun = new Promise<void>((resolve) => {
      first = resolve;
    });
    this.round = this.keep(first);
    await begun;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.running?.stop();
    await this.round;
  }

  private async keep(first: () => void): Promise<void> {
    while (!this.stopped) {
      const why = await this.live(first).catch((error) => {
        this.settings.log("error", "gateway.failed", errorFields(error));
        return (error as Error).message;
      });
      first();
      this.end(why);
      const rest = this.stopped ? 0 : pause(this.standing, this.settings.now());
      for (let waited = 0; waited < rest && !this.stopped; waited += 100) await Bun.sleep(100);
    }
  }

  /** One life, from spawning to its end. @returns why it ended */
  private async live(ready: () => void): Promise<string> {
    const { log, count, dialled } = this.settings;
    const began = performance.now();
    this.turn({ is: "spawned" });
    const running = await spawnJanus(this.settings.process);
    this.running = running;
    if (this.stopped) await running.stop();
    let frozen = "";
    const url = `ws://127.0.0.1:${running.adminPort}/`;
    const pulse = new Pulse(url, running.secret, running.isStopped, () => {
      frozen = "it did not answer";
      running.kill();
    });
    this.pulse = pulse;
    pulse.start();
    const trimming = setInterval(() => running.trimLog(), 60_000);
    try {
      const session = await Control.open({
        url: await dialled(running.port),
        secret: running.secret,
        lost: () => void this.lost(running),
      });
      this.held = session;
      this.turn({ is: "connected" });
      count("beep_gateway_starts_total");
      log("info", "gateway.up", { pid: running.pid, ms: Math.round(performance.now() - began) });
      ready();
      const why = await running.exited;
      return frozen || why;
    } catch (error) {
      running.kill();
      await running.exited;
      throw error;
    } finally {
      clearInterval(trimming);
      pulse.stop();
      void this.held?.close();
      this.held = undefined;
      this.pulse = undefined;
      this.running = undefined;
    }
  }

  private end(why: string): void {
    this.supervised.died();
    this.turn({ is: "exited", why });
    this.settings.log(this.stopped ? "info" : "warn", "gateway.down", { why });
  }

  /** The connection is gone: with the process, or alone. */
  private async lost(running: Running): Promise<void> {
    if (this.reclaiming) return;
    this.reclaiming = true;
    const dead = await Promise.race([running.exited.then(() => true), Bun.sleep(100).then(() => false)]);
    if (!dead && this.running === running && !this.stopped) {
      this.turn({ is: "lost" });
      this.settings.count("beep_gateway_control_losses_total");
      if (!(await this.reclaim(running))) running.kill(); // its seats are freed there: all begins anew
    }
    this.reclaiming = false;
  }

  /** @returns whether the session is ours again, or its process is over anyway */
  private async reclaim(running: Running): Promise<boolean> {
    const until = this.settings.now() + RECLAIM_SECONDS * 1000;
    for (;;) {
      const session = this.held;
      if (this.running !== running || this.stopped || !session) return true;
      try {
        await session.reclaim();
        await this.supervised.reclaimed();
        if (session.isConnected && this.running === running) {
          this.turn({ is: "reclaimed" });
          return true;
        }
      } catch (error) {
        if (error instanceof Refused || this.settings.now() > until) return false;
        await Bun.sleep(200);
      }
    }
  }

  private turn(happening: Happening): void {
    const before = this.standing;
    this.standing = next(before, happening, this.settings.now());
    if (this.standing.state === before.state) return;
    for (const listener of [...this.listeners]) listener(this.standing.state);
  }
}
