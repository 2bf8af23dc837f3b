import { useLayoutEffect, useReducer, useRef } from "preact/hooks";
import { Extent } from "./extent.ts";

const MARGIN = 500;
const NEAR_END = 48;

export interface Anchor {
  key: string;
  /** pixels from the top of the row to the top of the view; negative: the row begins below the top */
  into: number;
}

/**
 * Shows a part of a long list whose rows have heights of their own, and keeps what is read in place while rows
 * come in above or below or change height. While the end is in view it stays in view.
 */
class ListWindow {
  readonly extent = new Extent();
  scroller: HTMLElement | null = null;
  rows: HTMLElement | null = null;
  anchor: Anchor | null = null;
  stuck = true;
  range: [number, number] = [0, 0];
  private width = 0;
  private redraw: () => void;
  private guess: (i: number) => number = () => 60;
  private keys: string[] = [];

  constructor(redraw: () => void) {
    this.redraw = redraw;
  }

  /** Decides which rows are drawn now. */
  lay(keys: string[], guess: (i: number) => number): [number, number] {
    this.keys = keys;
    this.guess = guess;
    this.extent.lay(keys, guess);
    const view = this.scroller?.clientHeight ?? 800;
    const top = this.wanted(view);
    this.range = this.extent.range(top, view, MARGIN);
    return this.range;
  }

  /** The scroll position that stick or anchor ask for. */
  private wanted(view: number): number {
    const bottom = Math.max(0, this.extent.total - view);
    if (this.stuck || !this.anchor) return bottom;
    const top = this.extent.topOf(this.anchor.key);
    if (top === undefined) return Math.min(this.scroller?.scrollTop ?? bottom, bottom);
    return Math.max(0, Math.min(top + this.anchor.into, bottom));
  }

  /** Pixels above the view, where it is or is about to be. */
  get above(): number {
    return this.scroller ? this.wanted(this.scroller.clientHeight) : Number.POSITIVE_INFINITY;
  }

  /** After drawing: measures, and puts the view where it belongs. Draws again when heights were not as guessed. */
  settle(): void {
    const { scroller, rows } = this;
    if (!scroller || !rows) return;
    if (scroller.clientWidth !== this.width) {
      this.width = scroller.clientWidth;
      this.extent.forget();
    }
    let changed = false;
    for (let i = 0; i < rows.children.length; i++) {
      const row = rows.children[i] as HTMLElement;
      const key = row.dataset.key;
      if (key && this.extent.measure(key, row.getBoundingClientRect().height)) changed = true;
    }
    if (changed) {
      this.extent.lay(this.keys, this.guess);
      this.redraw();
      return;
    }
    const view = scroller.clientHeight;
    const wanted = this.wanted(view);
    if (Math.abs(scroller.scrollTop - wanted) > 1) scroller.scrollTop = wanted;
    if (!this.stuck && this.extent.total - view - wanted < NEAR_END) {
      this.stuck = true;
      this.redraw();
    }
  }

  /** After a scroll by the reader: notes what is read, and draws when rows are missing. */
  scrolled(): void {
    const { scroller, extent } = this;
    if (!scroller) return;
    const top = scroller.scrollTop;
    const view = scroller.clientHeight;
    const stuck = this.stuck;
    this.stuck = extent.total - view - top < NEAR_END;
    const i = this.held(top, view);
    const key = extent.keyAt(i);
    this.anchor = key === undefined ? null : { key, into: top - extent.top(i) };
    const [from, to] = extent.range(top, view, MARGIN / 2);
    if (from < this.range[0] || to > this.range[1] || stuck !== this.stuck) this.redraw();
  }

  /** The row to hold on to: one that is drawn, and so measured, if any is in view. */
  private held(top: number, view: number): number {
    const first = this.extent.at(top);
    const drawn = Math.max(this.range[0], Math.min(first, this.range[1] - 1));
    return this.extent.top(drawn) < top + view && this.extent.top(drawn + 1) > top ? drawn : first;
  }

  /** Goes to the end, or to a row that then stands `below` pixels under the top of the view. */
  goTo(key: string | null, below = 0): void {
    this.stuck = key === null;
    this.anchor = key === null ? null : { key, into: -below };
    this.redraw();
  }
}

export function useListWindow(): ListWindow {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const held = useRef<ListWindow | null>(null);
  if (!held.current) held.current = new ListWindow(() => redraw(undefined as never));
  const list = held.current;
  useLayoutEffect(() => list.settle());
  useLayoutEffect(() => {
    if (typeof ResizeObserver === "undefined" || !list.scroller || !list.rows) return;
    const observer = new ResizeObserver(() => list.settle());
    observer.observe(list.scroller);
    observer.observe(list.rows);
    return () => observer.disconnect();
  }, []);
  return list;
}
