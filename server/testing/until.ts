/** How many times slower than a quiet machine this one is: scripts/test measures it when it begins. */
const SLOWER = Math.max(1, Number(process.env.BEEP_SLOWER) || 1);

/** How long something may fail to come before it counts as hanging, in milliseconds. It guards against that alone. */
export const PATIENCE_MS = 60_000 * SLOWER;

/**
 * Waits until it holds, looking ever less often. @returns after how many milliseconds
 * @param what in words, where the condition does not tell by itself what did not come
 */
export async function until(holds: () => unknown, what: string | (() => string) = holds.toString()): Promise<number> {
  const from = performance.now();
  const waited = () => performance.now() - from;
  while (!(await holds())) {
    if (waited() > PATIENCE_MS)
      throw new Error(`did not come within ${PATIENCE_MS / 1000} s: ${typeof what === "string" ? what : what()}`);
    await Bun.sleep(Math.min(100, 2 + waited() / 10));
  }
  return waited();
}
