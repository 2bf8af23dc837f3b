/**
 * Milliseconds to wait before try `tries` (0 is the first retry): doubles from `first` up to `most`, and the upper half
 * of it is random, so that a crowd that lost its node together does not come back together.
 */
export function backoff(tries: number, random: () => number, first = 250, most = 30_000): number {
  const full = Math.min(most, first * 2 ** Math.min(tries, 20));
  return full / 2 + (random() * full) / 2;
}
