import { join } from "node:path";
import type { FromWork, Phase, ToWork, Work } from "./at-work.ts";
import type { Field } from "./field.ts";
import { WHO } from "./people.ts";

const RATE = 20;

export type Worked = Extract<FromWork, { t: "worked" }>;

/** The process in which honest officials go on working. */
export class Workers {
  private readonly heard: FromWork[] = [];
  private wake: () => void = () => {};
  private readonly child: Bun.Subprocess;

  private constructor(work: Work) {
    this.child = Bun.spawn(
      [process.execPath, "--no-warnings", join(import.meta.dir, "at-work.ts"), JSON.stringify(work)],
      {
        stdin: "ignore",
        stdout: "ignore",
        stderr: "inherit",
        ipc: (message: FromWork) => {
          this.heard.push(message);
          this.wake();
        },
        onExit: () => this.wake(),
        // Ctrl-C on the terminal is for the one that stops things in their order.
        detached: true,
      },
    );
  }

  static async start(field: Field): Promise<Workers> {
    const people = field.honest.flatMap((province) =>
      WHO.load.map((who) => {
        const person = field.person(province, who);
        return { id: person.id, province, url: field.site(province).url, code: field.codeOf(person) };
      }),
    );
    const workers = new Workers({ people, rate: RATE });
    running.add(workers);
    await workers.hears("ready");
    return workers;
  }

  phase(phase: Phase): void {
    this.child.send({ t: "phase", phase } satisfies ToWork);
  }

  async end(): Promise<Worked> {
    this.child.send({ t: "end" } satisfies ToWork);
    const worked = await this.hears("worked");
    await this.stop();
    return worked;
  }

  async stop(): Promise<void> {
    running.delete(this);
    this.child.kill("SIGKILL");
    await this.child.exited;
  }

  private async hears<T extends FromWork["t"]>(t: T): Promise<Extract<FromWork, { t: T }>> {
    for (;;) {
      const found = this.heard.find((message) => message.t === t);
      if (found) return found as Extract<FromWork, { t: T }>;
      if (this.child.exitCode !== null || this.child.signalCode !== null)
        throw new Error("The honest officials' process ended by itself.");
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
  }
}

const running = new Set<Workers>();
export const stopWorkers = () => Promise.all([...running].map((workers) => workers.stop()));
