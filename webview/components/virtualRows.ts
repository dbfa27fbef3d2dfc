import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { rowKeys } from './rowKeys';
import { ScrollWindow } from './scrollWindow';
import { onThemeChange } from './theme';

const OVERSCAN_ROWS = 6;
/** Scrolling rests after this long. */
const SETTLE_MS = 150;

/** What the rows need to know of their element. */
export interface VirtualRowsOptions {
  /** The element that scrolls. */
  scroller(): HTMLElement | null;
  count(): number;
  /** Height of a row in pixels, from the font size and the width in pixels. */
  rowHeight(fontSize: number, width: number): number;
  /** What stays above the rows while they scroll. */
  head?(): HTMLElement | null;
  /** Rows `start` to `end` (excluded) are in sight. */
  shown?(start: number, end: number): void;
  /** Scrolling rests. */
  rested?(): void;
}

/** Pixels. */
interface Sizes {
  readonly fontSize: number;
  readonly width: number;
  /** Of the view without its head. */
  readonly height: number;
}

const NO_SIZES: Sizes = { fontSize: 0, width: 0, height: 0 };

/**
 * Rows of equal height of which only those in sight are in the document. Sizes are read when they change, never while
 * rows are drawn: that would lay the document out once more for each frame.
 */
export class VirtualRows implements ReactiveController {
  readonly #host: ReactiveControllerHost;
  readonly #options: VirtualRowsOptions;
  readonly #window = new ScrollWindow();
  #resizing: ResizeObserver | undefined;
  #stopTheme: (() => void) | undefined;
  #sizes = NO_SIZES;
  #observed: HTMLElement | null = null;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #rowHeight = 22;
  #keys: ReadonlyMap<number, number> = new Map();
  #lastKey = 0;

  constructor(host: ReactiveControllerHost, options: VirtualRowsOptions) {
    this.#host = host;
    this.#options = options;
    host.addController(this);
  }

  /** Height of the element that holds the rows. */
  get height(): number {
    return this.#window.contentHeight;
  }

  get rowHeight(): number {
    return this.#rowHeight;
  }

  get rowsInView(): number {
    return this.#window.rowsInView;
  }

  get firstRow(): number {
    return Math.round(this.#window.firstRow);
  }

  rowTop(row: number): number {
    return this.#window.rowTop(row);
  }

  /** Rows to draw, each with its key: those in sight, and `focused` wherever it is, so that it keeps the focus. */
  keyed(focused: number): readonly (readonly [row: number, key: number])[] {
    const fresh = (): number => (this.#lastKey += 1);
    this.#keys = rowKeys(this.#keys, this.mounted(focused), focused, fresh);
    return [...this.#keys];
  }

  /** Rows to draw: those in sight, and `focused`. */
  mounted(focused: number): readonly number[] {
    const { start, end } = this.#window.range(OVERSCAN_ROWS);
    const rows = Array.from({ length: Math.max(0, end - start) }, (_, at) => start + at);
    if (focused < 0 || focused >= this.#options.count()) return rows;
    if (focused >= start && focused < end) return rows;
    return focused < start ? [focused, ...rows] : [...rows, focused];
  }

  reveal(row: number, align: 'nearest' | 'start' = 'nearest'): void {
    this.#scrollTo(this.#window.reveal(row, align));
    this.#host.requestUpdate();
  }

  hostDisconnected(): void {
    this.#resizing?.disconnect();
    this.#resizing = undefined;
    this.#stopTheme?.();
    this.#observed?.removeEventListener('scroll', this.#onScroll);
    this.#observed = null;
    clearTimeout(this.#settling);
  }

  hostUpdated(): void {
    this.#observe();
    this.#fit();
  }

  #observe(): void {
    const scroller = this.#options.scroller();
    if (scroller === this.#observed || scroller === null) return;
    this.hostDisconnected();
    this.#observed = scroller;
    this.#measure();
    const remeasure = (): void => {
      this.#measure();
      this.#fit();
    };
    this.#resizing = new ResizeObserver(remeasure);
    this.#resizing.observe(scroller);
    const head = this.#options.head?.();
    if (head) this.#resizing.observe(head);
    this.#stopTheme = onThemeChange(remeasure);
    scroller.addEventListener('scroll', this.#onScroll, { passive: true });
  }

  #measure(): void {
    const scroller = this.#observed;
    if (scroller === null) return;
    this.#sizes = {
      fontSize: parseFloat(getComputedStyle(scroller).fontSize),
      width: scroller.clientWidth,
      height: Math.max(0, scroller.clientHeight - (this.#options.head?.()?.offsetHeight ?? 0)),
    };
  }

  /** Fits the rows to what was measured, and to how many there are by now. */
  #fit(): void {
    if (this.#observed === null) return;
    const { fontSize, width, height } = this.#sizes;
    const rowHeight = Math.round(this.#options.rowHeight(fontSize, width));
    const before = [this.#rowHeight, this.height, ...Object.values(this.#window.range(0))].join();
    this.#rowHeight = rowHeight;
    const scrollTop = this.#window.resize(this.#options.count(), rowHeight, height);
    const after = [rowHeight, this.height, ...Object.values(this.#window.range(0))].join();
    if (before !== after) this.#host.requestUpdate();
    this.#scrollTo(scrollTop);
    const { start, end } = this.#window.range(OVERSCAN_ROWS);
    this.#options.shown?.(start, end);
  }

  #scrollTo(scrollTop: number | undefined): void {
    if (scrollTop !== undefined && this.#observed !== null) this.#observed.scrollTop = scrollTop;
  }

  readonly #onScroll = (): void => {
    if (this.#observed === null) return;
    this.#scrollTo(this.#window.scrolledTo(this.#observed.scrollTop));
    this.#host.requestUpdate();
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => {
      this.#scrollTo(this.#window.settle());
      this.#host.requestUpdate();
      this.#options.rested?.();
    }, SETTLE_MS);
  };
}
