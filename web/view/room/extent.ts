/** The rows of a long list that stand in or near the view, by heights that are measured or guessed. */
export class Extent {
  private heights = new Map<string, number>();
  private keys: string[] = [];
  private index = new Map<string, number>();
  /** offsets[i] is the top of row i in pixels; one more entry holds the whole height */
  private offsets: number[] = [0];

  /** @param guess pixels that a row not yet seen is taken for */
  lay(keys: string[], guess: (i: number) => number): void {
    this.keys = keys;
    this.index.clear();
    const offsets = new Array<number>(keys.length + 1);
    let top = 0;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string;
      this.index.set(key, i);
      offsets[i] = top;
      top += this.heights.get(key) ?? guess(i);
    }
    offsets[keys.length] = top;
    this.offsets = offsets;
  }

  /** Takes a measured height; answers whether it changes anything. */
  measure(key: string, height: number): boolean {
    const known = this.heights.get(key);
    if (known !== undefined && Math.abs(known - height) < 0.5) return false;
    this.heights.set(key, height);
    return true;
  }

  /** After the width changed no height holds. */
  forget(): void {
    this.heights.clear();
  }

  get total(): number {
    return this.offsets[this.keys.length] as number;
  }

  get size(): number {
    return this.keys.length;
  }

  top(i: number): number {
    return this.offsets[Math.max(0, Math.min(i, this.keys.length))] as number;
  }

  topOf(key: string): number | undefined {
    const i = this.index.get(key);
    return i === undefined ? undefined : this.offsets[i];
  }

  keyAt(i: number): string | undefined {
    return this.keys[i];
  }

  /** The row that covers a height, by bisection. */
  at(y: number): number {
    let low = 0;
    let high = this.keys.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.offsets[middle] as number) <= y) low = middle;
      else high = middle - 1;
    }
    return Math.max(0, low);
  }

  /** First row and the one behind the last that are to be there for a view of `height` pixels at `y`. */
  range(y: number, height: number, margin: number): [number, number] {
    if (this.keys.length === 0) return [0, 0];
    return [this.at(Math.max(0, y - margin)), this.at(y + height + margin) + 1];
  }
}
