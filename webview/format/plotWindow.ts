/** The part of a plane that a plot shows: zoom, pan, and the way from one point to the next. Both axes have one scale. */
import type { Place, Size } from './labelLayout';

/** What a frame shows: the place at its middle, and how many pixels a unit takes. */
export interface PlotWindow {
  readonly centre: Place;
  readonly scale: number;
}

/** Left free at the edges, so that labels find room, in pixels. */
const MARGIN = 48;
const MAX_ZOOM = 40;
/** Points that lie no further apart, as a share of the largest coordinate, are one: rounding would tear them apart. */
const SAME_PLACE = 1e-6;

interface Extent {
  readonly low: Place;
  readonly high: Place;
}

function extentOf(points: readonly Place[]): Extent {
  const along = (of: (point: Place) => number): [number, number] => {
    const values = points.map(of);
    return values.length === 0 ? [0, 0] : [Math.min(...values), Math.max(...values)];
  };
  const [lowX, highX] = along(({ x }) => x);
  const [lowY, highY] = along(({ y }) => y);
  return { low: { x: lowX, y: lowY }, high: { x: highX, y: highY } };
}

/** All points, as large as they fit. */
export function fitWindow(points: readonly Place[], frame: Size): PlotWindow {
  const { low, high } = extentOf(points);
  const [width, height] = [high.x - low.x, high.y - low.y];
  const reach = Math.max(...[low.x, low.y, high.x, high.y].map(Math.abs));
  const fits = (room: number, length: number): number => Math.max(1, room - 2 * MARGIN) / length;
  const scale = Math.min(fits(frame.width, width), fits(frame.height, height));
  const isSpread = Math.max(width, height) > SAME_PLACE * reach && Number.isFinite(scale);
  return {
    centre: { x: (low.x + high.x) / 2, y: (low.y + high.y) / 2 },
    scale: isSpread ? scale : 1,
  };
}

/** Where a place of the plane lies in the frame; y grows upwards in the plane, downwards in the frame. */
export function toFrame({ x, y }: Place, { centre, scale }: PlotWindow, frame: Size): Place {
  return {
    x: frame.width / 2 + (x - centre.x) * scale,
    y: frame.height / 2 - (y - centre.y) * scale,
  };
}

/** Zooms by a factor; what lies at `anchor` in the frame stays there. Never out beyond the whole. */
export function zoomWindow(
  window: PlotWindow,
  factor: number,
  anchor: Place,
  frame: Size,
  whole: PlotWindow,
): PlotWindow {
  const scale = Math.min(Math.max(window.scale * factor, whole.scale), whole.scale * MAX_ZOOM);
  const shift = 1 / window.scale - 1 / scale;
  const { x, y } = window.centre;
  return {
    scale,
    centre: {
      x: x + (anchor.x - frame.width / 2) * shift,
      y: y - (anchor.y - frame.height / 2) * shift,
    },
  };
}

/** Moves the contents by pixels. The middle of the frame stays among the points. */
export function panWindow(window: PlotWindow, by: Place, points: readonly Place[]): PlotWindow {
  const { low, high } = extentOf(points);
  const clamp = (value: number, least: number, most: number): number =>
    Math.max(least, Math.min(most, value));
  return {
    ...window,
    centre: {
      x: clamp(window.centre.x - by.x / window.scale, low.x, high.x),
      y: clamp(window.centre.y + by.y / window.scale, low.y, high.y),
    },
  };
}

/** The window moved as little as brings a point into the frame. */
export function revealPoint(
  window: PlotWindow,
  point: Place,
  frame: Size,
  points: readonly Place[],
): PlotWindow {
  const { x, y } = toFrame(point, window, frame);
  const outside = (at: number, room: number): number => {
    const margin = Math.min(MARGIN, room / 2);
    return at < margin ? margin - at : at > room - margin ? room - margin - at : 0;
  };
  const by = { x: outside(x, frame.width), y: outside(y, frame.height) };
  return by.x === 0 && by.y === 0 ? window : panWindow(window, by, points);
}

export type Direction = 'ArrowUp' | 'ArrowDown' | 'ArrowLeft' | 'ArrowRight';

/** Steps to the side weigh more than steps ahead: one goes on along a line. */
const ASIDE = 2;

/** The nearest point in a direction, by its number; undefined where there is none. */
export function nearestPoint(
  points: readonly Place[],
  from: number,
  direction: Direction,
): number | undefined {
  const start = points[from];
  if (start === undefined) return undefined;
  const sideways = direction === 'ArrowLeft' || direction === 'ArrowRight';
  const sign = direction === 'ArrowRight' || direction === 'ArrowUp' ? 1 : -1;
  let best: { index: number; distance: number } | undefined;
  for (const [index, { x, y }] of points.entries()) {
    const [dx, dy] = [x - start.x, y - start.y];
    const ahead = sign * (sideways ? dx : dy);
    const distance = Math.hypot(ahead, ASIDE * (sideways ? dy : dx));
    if (index === from || !(ahead > 0) || (best !== undefined && best.distance <= distance)) {
      continue;
    }
    best = { index, distance };
  }
  return best?.index;
}
