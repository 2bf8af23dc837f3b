// Two busy loops beside the tests: what holds only on a quiet machine fails here.

const SPIN = "for (;;);";

/** Keeps as many processors busy as two programs can. @returns the way to end it */
export function beginLoad(): () => void {
  const loops = [1, 2].map(() => Bun.spawn([process.execPath, "--no-orphans", "-e", SPIN]));
  return () => {
    for (const loop of loops) loop.kill("SIGKILL");
  };
}
