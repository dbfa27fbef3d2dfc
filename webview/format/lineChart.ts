/** Charts of lines: where axes, lines, points and labels stand, and where keys lead. Pure: a drawing only follows it. */
import { MARKERS, type MarkerShape } from './chartMarkers';

/** One measured value; `low` and `high` are the ends of its interval. */
export interface ChartPoint {
  /** A number, or the place of a category. */
  readonly x: number;
  /** Null: not measured here; the line has a gap. */
  readonly y: number | null;
  readonly low?: number;
  readonly high?: number;
}

export interface ChartSeries {
  readonly name: string;
  /** In the order of x. */
  readonly points: readonly ChartPoint[];
}

/** A level to compare with: chance, a control. */
export interface ChartReference {
  readonly name: string;
  readonly y: number;
}

export interface LineChart {
  /** What the chart is of, for those who do not see it and for its picture. */
  readonly title: string;
  readonly xTitle: string;
  /** With its unit. */
  readonly yTitle: string;
  readonly series: readonly ChartSeries[];
  readonly references?: readonly ChartReference[];
  /** Names of the places of x: then x counts them from 0. */
  readonly categories?: readonly string[];
  /** Ends of the axis; absent: 0 and the values, rounded outwards. */
  readonly yDomain?: readonly [number, number];
  readonly formatX: (x: number) => string;
  readonly formatY: (y: number) => string;
}

/** In px. */
export interface ChartFrame {
  readonly width: number;
  readonly height: number;
}

export interface ChartTick {
  /** In px along its axis. */
  readonly at: number;
  readonly label: string;
}

/** A point in the drawing; `low` and `high` in px, null without an interval. */
export interface PlacedPoint {
  /** Its place in the series. */
  readonly index: number;
  /** The x that it was measured at. */
  readonly column: number;
  readonly x: number;
  readonly y: number;
  readonly low: number | null;
  readonly high: number | null;
}

export interface PlacedSeries {
  readonly name: string;
  /** SVG path of the line. */
  readonly path: string;
  /** `stroke-dasharray`, so that lines differ without colour. */
  readonly dash: string;
  readonly marker: MarkerShape;
  /** Which of the six colours. */
  readonly colour: number;
  readonly points: readonly PlacedPoint[];
  /** Where its name stands, right of the plot; the text as it fits. */
  readonly label: { readonly y: number; readonly text: string };
}

export interface PlacedReference {
  readonly y: number;
  /** Its name; of lines too near for a name each, the highest has all, the others none. */
  readonly label: string;
  /** The base line of the name: above the line, or beneath it where the title of the axis stands above. */
  readonly labelY: number;
}

export interface ChartLayout {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly xTicks: readonly ChartTick[];
  readonly yTicks: readonly ChartTick[];
  readonly series: readonly PlacedSeries[];
  readonly references: readonly PlacedReference[];
}

/** A point by its series and its place there. */
export interface PointPlace {
  readonly series: number;
  readonly point: number;
}

const DASHES = ['', '7 3', '2 3', '8 3 2 3', '12 4', '4 2 1 2'] as const;
/** Colours that repeat what markers and dashes say. */
const CHART_COLOURS = 6;

const MARGIN = { top: 22, bottom: 38, gap: 10 } as const;
const CHARACTER_PX = 6.6;
const LABEL_LINE_PX = 14;
/** Names right of the plot take at most this share of the width. */
const LABEL_SHARE = 0.3;
/** Names of reference lines begin right of the first points. */
export const REFERENCE_INDENT_PX = 24;
/** Between a reference line and its name. */
const NAME_GAP_PX = 4;
const Y_TICKS = 5;
const TICK_GAP_PX = 10;
const TICK_UNITS = [1, 2, 2.5, 5, 10] as const;
/** From line to line, and at most from the first to the last: bars of one x stand beside each other. */
const DODGE_PX = { step: 6, most: 18 } as const;
/** Of a tick's distance: what rounding may add to an end of the axis. */
const TICK_SLACK = 1e-6;
/** Lengths so small that a part of them is no number any more. */
const NO_LENGTH = 1e-300;

function textWidth(text: string): number {
  return Array.from(text).length * CHARACTER_PX;
}

function shortened(text: string, width: number): string {
  const room = Math.max(1, Math.floor(width / CHARACTER_PX));
  const characters = Array.from(text);
  return characters.length <= room ? text : `${characters.slice(0, room - 1).join('')}…`;
}

/** Round numbers from at most `low` to at least `high`, about `count` of them. */
export function niceTicks(low: number, high: number, count: number): readonly number[] {
  const span = [high - low, Math.abs(high)].find((length) => length > NO_LENGTH) ?? 1;
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = (TICK_UNITS.find((unit) => unit * power >= rough) ?? 10) * power;
  const first = Math.floor(low / step + TICK_SLACK);
  const last = Math.max(first + 1, Math.ceil(high / step - TICK_SLACK));
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

function allValues({ series, references = [] }: LineChart): readonly number[] {
  const measured = series.flatMap(({ points }) =>
    points.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]),
  );
  return [...measured, ...references.map(({ y }) => y)].filter(
    (value): value is number => value !== null && Number.isFinite(value),
  );
}

/** The values of x that some series has, ascending. */
export function chartXs({ series, categories }: LineChart): readonly number[] {
  if (categories !== undefined) return categories.map((_, at) => at);
  const all = series.flatMap(({ points }) => points.map(({ x }) => x));
  return [...new Set(all)].sort((a, b) => a - b);
}

/** Labels along x: every value where they fit, else as many as do. */
function xTicksOf(chart: LineChart, place: (x: number) => number, end: number): ChartTick[] {
  const ticks: ChartTick[] = [];
  let free = -Infinity;
  for (const x of chartXs(chart)) {
    const label = chart.categories?.[x] ?? chart.formatX(x);
    const half = textWidth(label) / 2;
    const at = place(x);
    if (at - half < free || at + half > end) continue;
    ticks.push({ at, label });
    free = at + half + TICK_GAP_PX;
  }
  return ticks;
}

/** Moves labels apart, in their order, and keeps them between `top` and `bottom` where there is room. */
function spread(wanted: readonly number[], top: number, bottom: number): readonly number[] {
  const order = [...wanted.keys()].sort((a, b) => (wanted[a] ?? 0) - (wanted[b] ?? 0));
  const placed = wanted.slice();
  let free = top;
  for (const at of order) {
    placed[at] = Math.max(wanted[at] ?? 0, free);
    free = (placed[at] ?? 0) + LABEL_LINE_PX;
  }
  let limit = Math.max(bottom, top + (order.length - 1) * LABEL_LINE_PX);
  for (const at of order.reverse()) {
    placed[at] = Math.min(placed[at] ?? 0, limit);
    limit = (placed[at] ?? 0) - LABEL_LINE_PX;
  }
  return placed;
}

function linePath(points: readonly (PlacedPoint | null)[]): string {
  return points
    .map((point, at) => {
      if (point === null) return '';
      const before = points[at - 1];
      return `${before === undefined || before === null ? 'M' : 'L'}${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
    })
    .join('');
}

interface YAxis {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
}

function yAxisOf(chart: LineChart): YAxis {
  const values = allValues(chart);
  const given = chart.yDomain;
  const [from, to] = given ?? [Math.min(0, ...values), Math.max(0, ...values)];
  const ticks = niceTicks(from, to, Y_TICKS);
  const [low, high] = given ?? [ticks[0] ?? from, ticks.at(-1) ?? to];
  return {
    ...{ low, high },
    ticks: ticks
      .filter((value) => value >= low && value <= high)
      .map((value) => ({ value, label: chart.formatY(value) })),
  };
}

/** Where values stand, and where the plot ends. */
interface Scale extends Pick<ChartLayout, 'left' | 'right' | 'top' | 'bottom'> {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  /** Room for the names of the lines. */
  readonly labelRoom: number;
}

function scaleOf(chart: LineChart, axis: YAxis, { width, height }: ChartFrame): Scale {
  const names = chart.series.map(({ name }) => textWidth(name));
  const labelRoom = Math.min(width * LABEL_SHARE, Math.max(0, ...names));
  const left = Math.max(0, ...axis.ticks.map(({ label }) => textWidth(label))) + 2 * MARGIN.gap;
  const right = Math.max(left + 1, width - labelRoom - 2 * MARGIN.gap);
  const [top, bottom] = [MARGIN.top, Math.max(MARGIN.top + 1, height - MARGIN.bottom)];
  const xs = chartXs(chart);
  const [first = 0, last = 0] = [xs[0], xs.at(-1)];
  const inner = right - left - 2 * MARGIN.gap;
  return {
    ...{ left, right, top, bottom, labelRoom },
    x: (value) =>
      first === last
        ? (left + right) / 2
        : left + MARGIN.gap + (inner * (value - first)) / (last - first),
    y: (value) => {
      const share = (value - axis.low) / (axis.high - axis.low || 1);
      return bottom - (bottom - top) * Math.min(1, Math.max(0, share));
    },
  };
}

function placePoint(
  { x, y, low, high }: ChartPoint,
  index: number,
  scale: Scale,
  dodge: number,
): PlacedPoint | null {
  if (y === null || !Number.isFinite(y)) return null;
  return {
    ...{ index, column: x, x: scale.x(x) + dodge, y: scale.y(y) },
    low: low === undefined ? null : scale.y(low),
    high: high === undefined ? null : scale.y(high),
  };
}

/** How far each line is moved aside, so that intervals of one x do not cover each other. */
function dodges({ series }: LineChart): readonly number[] {
  const hasIntervals = series.some(({ points }) => points.some(({ low }) => low !== undefined));
  const { step, most } = DODGE_PX;
  const by = hasIntervals ? Math.min(step, most / Math.max(1, series.length - 1)) : 0;
  return series.map((_, at) => by * (at - (series.length - 1) / 2));
}

/** Reference lines from the highest to the lowest. */
function placeReferences(
  references: readonly ChartReference[],
  place: (y: number) => number,
  top: number,
): readonly PlacedReference[] {
  const lines = references.map(({ name, y: value }) => {
    const y = place(value);
    const labelY = y - LABEL_LINE_PX < top ? y + LABEL_LINE_PX - NAME_GAP_PX : y - NAME_GAP_PX;
    return { y, labelY, label: name };
  });
  const groups: PlacedReference[][] = [];
  for (const line of lines.toSorted((one, other) => one.y - other.y)) {
    const group = groups.at(-1);
    const named = group?.[0];
    if (named !== undefined && Math.abs(line.labelY - named.labelY) < LABEL_LINE_PX) {
      group?.push(line);
    } else {
      groups.push([line]);
    }
  }
  return groups.flatMap((group) =>
    group.map((line, at) => ({
      ...line,
      label: at === 0 ? group.map(({ label }) => label).join(', ') : '',
    })),
  );
}

/** Where everything stands in a frame. */
export function chartLayout(chart: LineChart, frame: ChartFrame): ChartLayout {
  const axis = yAxisOf(chart);
  const scale = scaleOf(chart, axis, frame);
  const { left, right, top, bottom, labelRoom } = scale;
  const aside = dodges(chart);
  const placed = chart.series.map(({ points }, at) =>
    points.map((point, index) => placePoint(point, index, scale, aside[at] ?? 0)),
  );
  const ends = placed.map((points) => points.findLast((point) => point !== null)?.y ?? bottom);
  const labels = spread(ends, top, bottom);
  return {
    ...{ left, right, top, bottom },
    xTicks: xTicksOf(chart, scale.x, frame.width),
    yTicks: axis.ticks.map(({ value, label }) => ({ at: scale.y(value), label })),
    references: placeReferences(chart.references ?? [], scale.y, top),
    series: chart.series.map(({ name }, at) => ({
      name,
      path: linePath(placed[at] ?? []),
      dash: DASHES[(at + Math.floor(at / MARKERS.length)) % DASHES.length] ?? '',
      marker: MARKERS[at % MARKERS.length] ?? 'circle',
      colour: at % CHART_COLOURS,
      points: (placed[at] ?? []).filter((point) => point !== null),
      label: { y: labels[at] ?? 0, text: shortened(name, labelRoom) },
    })),
  };
}

/** SVG path of the intervals of a series, with a bar at either end. */
export function intervalPath({ points }: PlacedSeries): string {
  const END_PX = 4;
  return points
    .filter(({ low, high }) => low !== null && high !== null)
    .map(({ x, low, high }) => {
      const [from, to] = [(low ?? 0).toFixed(1), (high ?? 0).toFixed(1)];
      const [start, end] = [(x - END_PX).toFixed(1), (x + END_PX).toFixed(1)];
      return `M${x.toFixed(1)} ${from}V${to}M${start} ${from}H${end}M${start} ${to}H${end}`;
    })
    .join('');
}

/** The points of all lines at one x, from the top down; those that meet by the order of their series. */
function columnOf(series: readonly PlacedSeries[], column: number): readonly PointPlace[] {
  return series
    .flatMap(({ points }, place) =>
      points
        .filter((point) => point.column === column)
        .map(({ index, y }) => ({ series: place, point: index, y })),
    )
    .sort((a, b) => a.y - b.y || a.series - b.series)
    .map(({ series: place, point }) => ({ series: place, point }));
}

/**
 * Where an arrow leads from a point: left and right along its line, up and down to the next line at the same x, Home and
 * End to the ends of the line. Undefined for other keys; the point itself where nothing lies that way.
 */
export function pointTarget(
  { series }: Pick<ChartLayout, 'series'>,
  from: PointPlace,
  key: string,
): PointPlace | undefined {
  const line = series[from.series]?.points ?? [];
  const at = line.findIndex(({ index }) => index === from.point);
  const point = line[at];
  if (point === undefined) return undefined;
  const along = (to: PlacedPoint | undefined): PointPlace =>
    to === undefined ? from : { series: from.series, point: to.index };
  const across = (by: -1 | 1): PointPlace => {
    const column = columnOf(series, point.column);
    const own = column.findIndex((place) => place.series === from.series);
    return column[own + by] ?? from;
  };
  const moves: Readonly<Record<string, () => PointPlace>> = {
    ArrowLeft: () => along(line[at - 1]),
    ArrowRight: () => along(line[at + 1]),
    ArrowUp: () => across(-1),
    ArrowDown: () => across(1),
    Home: () => along(line[0]),
    End: () => along(line.at(-1)),
  };
  return Object.hasOwn(moves, key) ? moves[key]?.() : undefined;
}
