/** Zoom, pan and the way from point to point of a plot, by mouse and keys. */
import {
  fitWindow,
  nearestPoint,
  panWindow,
  revealPoint,
  toFrame,
  zoomWindow,
} from '../../format/plotWindow';
import type { Direction, PlotWindow } from '../../format/plotWindow';
import type { Place, Size } from '../../format/labelLayout';
import { chordOf } from '../../components/keys';

const ZOOM_STEP = 1.4;
/** One notch of a wheel is 100 units: the same as one step of the keys. */
const ZOOM_PER_WHEEL_UNIT = Math.log(ZOOM_STEP) / 100;
const PAN_STEP_PX = 40;
/** A press that moves less is a click. */
const DRAG_FROM_PX = 3;

/** What the handling needs to know of its plot, and what it tells it. */
export interface HandledPlot {
  points(): readonly Place[];
  frame(): Size;
  window(): PlotWindow;
  /** The point that is the tab stop. */
  active(): number;
  move(window: PlotWindow): void;
  focus(index: number): void;
}

const PANS: Readonly<Record<string, Place>> = {
  'Shift+ArrowLeft': { x: PAN_STEP_PX, y: 0 },
  'Shift+ArrowRight': { x: -PAN_STEP_PX, y: 0 },
  'Shift+ArrowUp': { x: 0, y: PAN_STEP_PX },
  'Shift+ArrowDown': { x: 0, y: -PAN_STEP_PX },
};

const ZOOMS: Readonly<Record<string, 'in' | 'out' | 'fit'>> = {
  '+': 'in',
  '=': 'in',
  '-': 'out',
  '0': 'fit',
};

const DIRECTIONS: readonly Direction[] = ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'];

export class PlotHandling {
  readonly #plot: HandledPlot;
  #pressed: { readonly pointer: number; at: Place; dragging: boolean } | null = null;

  constructor(plot: HandledPlot) {
    this.#plot = plot;
  }

  zoom(by: 'in' | 'out' | 'fit', anchor: Place = this.#middle): void {
    if (by === 'fit') this.#plot.move(this.#whole);
    else this.#zoomBy(by === 'in' ? ZOOM_STEP : 1 / ZOOM_STEP, anchor);
  }

  readonly onKeydown = (event: KeyboardEvent): void => {
    const chord = chordOf(event);
    const pan = Object.hasOwn(PANS, chord) ? PANS[chord] : undefined;
    const zoom = Object.hasOwn(ZOOMS, chord) ? ZOOMS[chord] : undefined;
    const target = this.#target(chord);
    if (pan !== undefined) this.#pan(pan);
    else if (zoom !== undefined) this.zoom(zoom, this.#activePlace);
    else if (target !== undefined) this.#go(target);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** The wheel alone scrolls the page; with Ctrl, or as a pinch, it zooms. */
  readonly onWheel = (event: WheelEvent): void => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const factor = Math.exp(-event.deltaY * ZOOM_PER_WHEEL_UNIT);
    const { left, top } = (event.currentTarget as Element).getBoundingClientRect();
    const anchor = { x: event.clientX - left, y: event.clientY - top };
    this.#zoomBy(factor, anchor);
  };

  readonly onPointerDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    this.#pressed = {
      pointer: event.pointerId,
      at: { x: event.clientX, y: event.clientY },
      dragging: false,
    };
  };

  readonly onPointerMove = (event: PointerEvent): void => {
    const pressed = this.#pressed;
    if (pressed === null || pressed.pointer !== event.pointerId) return;
    const by = { x: event.clientX - pressed.at.x, y: event.clientY - pressed.at.y };
    if (!pressed.dragging && Math.hypot(by.x, by.y) < DRAG_FROM_PX) return;
    if (!pressed.dragging) (event.currentTarget as Element).setPointerCapture(event.pointerId);
    this.#pressed = { ...pressed, at: { x: event.clientX, y: event.clientY }, dragging: true };
    this.#pan(by);
  };

  readonly onPointerUp = (): void => {
    this.#pressed = null;
  };

  #zoomBy(factor: number, anchor: Place): void {
    const frame = this.#plot.frame();
    this.#plot.move(zoomWindow(this.#plot.window(), factor, anchor, frame, this.#whole));
  }

  get #whole(): PlotWindow {
    return fitWindow(this.#plot.points(), this.#plot.frame());
  }

  get #middle(): Place {
    const { width, height } = this.#plot.frame();
    return { x: width / 2, y: height / 2 };
  }

  /** Keys zoom about the point that has the focus. */
  get #activePlace(): Place {
    const point = this.#plot.points()[this.#plot.active()];
    if (point === undefined) return this.#middle;
    return toFrame(point, this.#plot.window(), this.#plot.frame());
  }

  #target(chord: string): number | undefined {
    const points = this.#plot.points();
    if (points.length === 0) return undefined;
    if (chord === 'Home') return 0;
    if (chord === 'End') return points.length - 1;
    const direction = DIRECTIONS.find((name) => name === chord);
    const active = this.#plot.active();
    // An arrow with nothing ahead is handled too: the page does not scroll.
    return direction === undefined
      ? undefined
      : (nearestPoint(points, active, direction) ?? active);
  }

  #pan(by: Place): void {
    this.#plot.move(panWindow(this.#plot.window(), by, this.#plot.points()));
  }

  #go(index: number): void {
    const points = this.#plot.points();
    const point = points[index];
    if (point === undefined) return;
    const window = this.#plot.window();
    const revealed = revealPoint(window, point, this.#plot.frame(), points);
    if (revealed !== window) this.#plot.move(revealed);
    this.#plot.focus(index);
  }
}
