/** Which rows of a long table are in sight, and where they lie. Pure arithmetic: all rows are equally high. */

/**
 * Browsers end elements at 33,554,428 device pixels, a million rows at 200 % zoom: beyond this height the
 * scrolled element is shorter than its rows and offsets are compressed.
 */
export const MAX_SCROLL_HEIGHT_PX = 8_000_000;

/** A scroll position that is off by less was rounded by the browser. */
const ROUNDING_PX = 1.5;

export class ScrollWindow {
  #rows = 0;
  #rowHeight = 22;
  #viewport = 0;
  #offset = 0;
  #scrollTop = 0;

  /** Rows, their height and the height of the view in pixels. @returns the scroll position to set, if any. */
  resize(rows: number, rowHeight: number, viewport: number): number | undefined {
    const first = this.#offset / this.#rowHeight;
    const keepsRow = rowHeight !== this.#rowHeight;
    this.#rows = rows;
    this.#rowHeight = rowHeight;
    this.#viewport = viewport;
    return this.#moveTo(keepsRow ? first * rowHeight : this.#offset);
  }

  /** Height of the element that is scrolled. */
  get contentHeight(): number {
    return Math.min(this.#fullHeight, MAX_SCROLL_HEIGHT_PX);
  }

  /** First row in sight, a fraction where it is cut. */
  get firstRow(): number {
    return this.#offset / this.#rowHeight;
  }

  /** Whole rows that fit into the view. */
  get rowsInView(): number {
    return Math.max(1, Math.floor(this.#viewport / this.#rowHeight));
  }

  /** Rows `start` to `end` (excluded) that touch the view, with `overscan` more on each side. */
  range(overscan: number): { start: number; end: number } {
    const start = Math.floor(this.#offset / this.#rowHeight) - overscan;
    const end = Math.ceil((this.#offset + this.#viewport) / this.#rowHeight) + overscan;
    return { start: Math.max(0, start), end: Math.min(this.#rows, end) };
  }

  /** Where a row lies inside the scrolled element. */
  rowTop(row: number): number {
    return row * this.#rowHeight - this.#offset + this.#scrollTop;
  }

  /**
   * The browser scrolled. Short ways go row by row, long ones (the thumb was dragged) in proportion.
   * @returns the scroll position to set, where the end was reached before its row.
   */
  scrolledTo(scrollTop: number): number | undefined {
    const delta = scrollTop - this.#scrollTop;
    if (Math.abs(delta) < ROUNDING_PX && this.#isCompressed) return undefined;
    this.#scrollTop = scrollTop;
    if (!this.#isCompressed) {
      this.#offset = scrollTop;
      return undefined;
    }
    if (Math.abs(delta) > this.#viewport) {
      this.#offset = this.#clamp(scrollTop * this.#ratio);
      return undefined;
    }
    this.#offset = this.#clamp(this.#offset + delta);
    const atEnd = scrollTop <= 0 || scrollTop >= this.contentHeight - this.#viewport;
    return atEnd ? this.settle() : undefined;
  }

  /** Brings the thumb to where the rows are, once scrolling rests. @returns the scroll position to set, if any. */
  settle(): number | undefined {
    return this.#moveTo(this.#offset);
  }

  /** Brings a row into the view. @returns the scroll position to set, if any. */
  reveal(row: number, align: 'nearest' | 'start' = 'nearest'): number | undefined {
    const top = row * this.#rowHeight;
    if (align === 'start' || top < this.#offset) return this.#moveTo(top);
    const bottom = top + this.#rowHeight;
    return bottom > this.#offset + this.#viewport
      ? this.#moveTo(bottom - this.#viewport)
      : undefined;
  }

  get #fullHeight(): number {
    return this.#rows * this.#rowHeight;
  }

  get #isCompressed(): boolean {
    return this.#fullHeight > MAX_SCROLL_HEIGHT_PX;
  }

  /** Pixels of rows by pixel of the scrolled element. */
  get #ratio(): number {
    return (this.#fullHeight - this.#viewport) / (this.contentHeight - this.#viewport);
  }

  #clamp(offset: number): number {
    return Math.max(0, Math.min(offset, this.#fullHeight - this.#viewport));
  }

  #moveTo(offset: number): number | undefined {
    this.#offset = this.#clamp(offset);
    const scrollTop = this.#isCompressed ? this.#offset / this.#ratio : this.#offset;
    if (Math.abs(scrollTop - this.#scrollTop) < ROUNDING_PX && this.#isCompressed) return undefined;
    if (scrollTop === this.#scrollTop) return undefined;
    this.#scrollTop = scrollTop;
    return scrollTop;
  }
}
