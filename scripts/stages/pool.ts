// Runs jobs side by side, each as soon as what it needs is there.

export interface Work<T> {
  name: string;
  /** names of works that come before this one */
  after: readonly string[];
  run(): Promise<T>;
}

/**
 * Takes the works in their order, so many at a time; one whose forerunners are not done yet lets others pass.
 * @param done told of each as it ends
 */
export async function runPool<T>(works: readonly Work<T>[], workers: number, done: (result: T) => void): Promise<void> {
  const waiting = [...works];
  const open = new Set(works.map(({ name }) => name));
  const running = new Set<Promise<void>>();
  const isReady = ({ after }: Work<T>) => !after.some((name) => open.has(name));
  const start = (work: Work<T>) => {
    const task = work.run().then((result) => {
      open.delete(work.name);
      running.delete(task);
      done(result);
    });
    running.add(task);
  };
  while (waiting.length > 0 || running.size > 0) {
    const at = running.size < workers ? waiting.findIndex(isReady) : -1;
    if (at >= 0) start(waiting.splice(at, 1)[0] as Work<T>);
    else if (running.size > 0) await Promise.race(running);
    else throw new Error(`nothing can begin: ${waiting.map(({ name }) => name).join(", ")} wait for each other`);
  }
}
