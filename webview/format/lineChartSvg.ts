/** A chart of lines as an SVG picture on white. */
import { markerPath } from './chartMarkers';
import { chartLayout, intervalPath, REFERENCE_INDENT_PX } from './lineChart';
import type { ChartLayout, LineChart, PlacedSeries } from './lineChart';
import { svgDocument, svgText as text } from './svgText';

const FRAME = { width: 720, height: 360 } as const;
const TITLE_PX = 28;
const MARKER_PX = 4;
/** The colours of lines, all readable on white. */
const COLOURS = ['#0062b1', '#652d90', '#2b7a2b', '#8a6100', '#333333', '#a1260d'] as const;
const GRID = '#d0d0d0';

function axes(chart: LineChart, layout: ChartLayout): readonly string[] {
  const { left, right, top, bottom, xTicks, yTicks } = layout;
  return [
    ...yTicks.flatMap(({ at, label }) => [
      `<path d="M${left} ${at}H${right}" stroke="${GRID}" fill="none"/>`,
      text(left - 6, at + 4, label, ' text-anchor="end"'),
    ]),
    `<path d="M${left} ${top}V${bottom}H${right}" stroke="black" fill="none"/>`,
    ...xTicks.map(({ at, label }) => text(at, bottom + 16, label, ' text-anchor="middle"')),
    text((left + right) / 2, bottom + 32, chart.xTitle, ' text-anchor="middle"'),
    text(4, top - 8, chart.yTitle),
  ];
}

function line(series: PlacedSeries, { right }: ChartLayout): readonly string[] {
  const { path, dash, marker, colour, points, label } = series;
  const stroke = `stroke="${COLOURS[colour] ?? 'black'}" stroke-width="1.5"`;
  return [
    `<path d="${path}" ${stroke} stroke-dasharray="${dash}" fill="none"/>`,
    `<path d="${intervalPath(series)}" ${stroke} fill="none"/>`,
    ...points.map(
      ({ x, y }) => `<path d="${markerPath(marker, x, y, MARKER_PX)}" ${stroke} fill="white"/>`,
    ),
    `<path d="${markerPath(marker, right + 6, label.y, MARKER_PX)}" ${stroke} fill="white"/>`,
    text(right + 16, label.y + 4, label.text),
  ];
}

/** The chart under its title. */
export function lineChartSvg(chart: LineChart): string {
  const layout = chartLayout(chart, FRAME);
  const references = layout.references.flatMap(({ label, labelY, y }) => [
    `<path d="M${layout.left} ${y}H${layout.right}" stroke="#666" stroke-dasharray="1 3" fill="none"/>`,
    text(layout.left + REFERENCE_INDENT_PX, labelY, label, ' fill="#444"'),
  ]);
  return svgDocument(FRAME.width, FRAME.height + TITLE_PX, [
    text(4, 18, chart.title, ' font-size="13"'),
    `<g transform="translate(0 ${TITLE_PX})">`,
    ...axes(chart, layout),
    ...references,
    ...layout.series.flatMap((series) => line(series, layout)),
    '</g>',
  ]);
}
