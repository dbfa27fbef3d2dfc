import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chartLayout, niceTicks, pointTarget } from '../../../webview/format/lineChart';
import type { ChartLayout, ChartPoint, LineChart } from '../../../webview/format/lineChart';
import { lineChartSvg } from '../../../webview/format/lineChartSvg';

const FRAME = { width: 640, height: 220 };
/** Places are computed by a few multiplications of numbers up to a thousand. */
const ROUNDING = 1e-6;
/** Names that are nearer print into each other. */
const NAME_LINE_PX = 14;

function chart(
  series: Readonly<Record<string, readonly ChartPoint[]>>,
  more: Partial<LineChart> = {},
): LineChart {
  return {
    ...{ title: 'A chart', xTitle: 'Step', yTitle: 'Norm', formatX: String, formatY: String },
    series: Object.entries(series).map(([name, points]) => ({ name, points })),
    ...more,
  };
}

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const points = fc
  .uniqueArray(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 12 })
  .chain((xs) => fc.tuple(...xs.sort((a, b) => a - b).map((x) => value.map((y) => ({ x, y })))));

describe('ticks', () => {
  test('are round, evenly spaced, and hold the range', () => {
    expect(niceTicks(0, 4.6, 5)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(niceTicks(-5e-324, 5e-324, 5)).toEqual([0, 0.2]);
    fc.assert(
      fc.property(value, fc.double({ min: 1e-6, max: 1e6, noNaN: true }), (low, span) => {
        const ticks = niceTicks(low, low + span, 5);
        const slack = Math.max(span, Math.abs(low)) * ROUNDING;
        expect(ticks[0]).toBeLessThanOrEqual(low + slack);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(low + span - slack);
        expect(ticks.length).toBeLessThanOrEqual(8);
      }),
    );
  });
});

describe('a chart', () => {
  test('keeps every point inside the plot, in the order of its values', () => {
    fc.assert(
      fc.property(fc.array(points, { minLength: 1, maxLength: 8 }), (all) => {
        const given = chart(Object.fromEntries(all.map((line, at) => [`line ${at}`, line])));
        const { left, right, top, bottom, series } = chartLayout(given, FRAME);
        series.forEach((line, at) => {
          expect(line.points).toHaveLength(all[at]?.length ?? 0);
          for (const [place, { x, y, index }] of line.points.entries()) {
            expect(x).toBeGreaterThanOrEqual(left - ROUNDING);
            expect(x).toBeLessThanOrEqual(right + ROUNDING);
            expect(y).toBeGreaterThanOrEqual(top - ROUNDING);
            expect(y).toBeLessThanOrEqual(bottom + ROUNDING);
            const [own, before] = [all[at]?.[index]?.y ?? 0, all[at]?.[index - 1]?.y ?? 0];
            const yBefore = line.points[place - 1]?.y;
            if (yBefore !== undefined && own > before) expect(y).toBeLessThanOrEqual(yBefore);
          }
        });
      }),
    );
  });

  test('keeps the names at the ends of lines apart', () => {
    const LINE_PX = 14;
    fc.assert(
      fc.property(fc.array(points, { minLength: 2, maxLength: 12 }), (all) => {
        const given = chart(Object.fromEntries(all.map((line, at) => [`line ${at}`, line])));
        const ys = chartLayout(given, FRAME).series.map(({ label }) => label.y);
        ys.sort((a, b) => a - b);
        ys.slice(1).forEach((y, at) => {
          expect(y - (ys[at] ?? 0)).toBeGreaterThanOrEqual(LINE_PX - ROUNDING);
        });
      }),
    );
  });

  test('sets intervals of one x beside each other, and keys find them in one column', () => {
    const line = [0.2, 0.3].map((y, x) => ({ x, y, low: y - 0.1, high: y + 0.1 }));
    const given = chart({ a: line, b: line, c: line });
    const layout = chartLayout(given, FRAME);
    const xs = layout.series.map(({ points: [first] }) => first?.x ?? NaN);
    expect(new Set(xs).size).toBe(3);
    expect(Math.max(...xs) - Math.min(...xs)).toBeLessThanOrEqual(18);
    expect(pointTarget(layout, { series: 0, point: 1 }, 'ArrowDown')).toEqual({
      ...{ series: 1, point: 1 },
    });
  });

  test('tells more lines than it has colours apart by marker and dash', () => {
    const lines = Object.fromEntries(
      Array.from({ length: 36 }, (_, at) => [`line ${at}`, [{ x: 0, y: at }]]),
    );
    const { series } = chartLayout(chart(lines), FRAME);
    expect(new Set(series.map(({ marker, dash }) => `${marker} ${dash}`)).size).toBe(36);
  });

  test('leaves a gap where nothing is measured, and draws intervals and levels', () => {
    const given = chart(
      {
        a: [
          { x: 0, y: 1, low: 0.5, high: 1.5 },
          { x: 1, y: null },
          { x: 2, y: 2 },
        ],
      },
      { categories: ['none', 'some', 'all'], references: [{ name: 'chance', y: 0.5 }] },
    );
    const { series, references, xTicks } = chartLayout(given, FRAME);
    expect(series[0]?.path.match(/M/gu)).toHaveLength(2);
    expect(series[0]?.points.map(({ index }) => index)).toEqual([0, 2]);
    expect(series[0]?.points[0]?.low).toBe(references[0]?.y);
    expect(xTicks.map(({ label }) => label)).toEqual(['none', 'some', 'all']);
  });

  test('names levels that lie close together once, at the highest', () => {
    const references = [
      { name: 'chance', y: 0.5 },
      { name: 'source', y: 0.9 },
      { name: 'control', y: 0.505 },
    ];
    const given = chart({ a: [{ x: 0, y: 0 }] }, { references });
    const { references: placed } = chartLayout(given, FRAME);
    expect(placed.map(({ label }) => label)).toEqual(['source', 'control, chance', '']);
    expect(placed.map(({ y }) => y)).toEqual(placed.map(({ y }) => y).sort((a, b) => a - b));
  });

  test('names a level at the upper end beneath its line, where no title of an axis stands', () => {
    const references = [
      { name: 'source', y: 1 },
      { name: 'chance', y: 0.5 },
    ];
    const given = chart({ a: [{ x: 0, y: 0 }] }, { references });
    const { references: placed, top } = chartLayout(given, FRAME);
    expect(placed[0]?.y).toBe(top);
    expect(placed.map(({ y, labelY }) => labelY > y)).toEqual([true, false]);
  });

  test('keeps the names of levels apart, each said once', () => {
    const level = fc.double({ min: 0, max: 1, noNaN: true });
    const levels = fc.array(level, { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(levels, fc.integer({ min: 120, max: 600 }), (ys, height) => {
        const references = ys.map((y, at) => ({ name: `level ${String(at)}`, y }));
        const given = chart({ a: [{ x: 0, y: 0 }] }, { references, yDomain: [0, 1] });
        const { references: placed } = chartLayout(given, { ...FRAME, height });
        const named = placed.filter(({ label }) => label !== '');
        const places = named.map(({ labelY }) => labelY).sort((a, b) => a - b);
        places.slice(1).forEach((place, at) => {
          expect(place - (places[at] ?? 0)).toBeGreaterThanOrEqual(NAME_LINE_PX);
        });
        const names = named.flatMap(({ label }) => label.split(', '));
        expect(names.sort()).toEqual(references.map(({ name }) => name).sort());
      }),
      // The first name beneath its line, the second above its own.
      { examples: [[[1, 0.9], 280]] },
    );
  });

  test('is had as a picture whose texts are escaped', () => {
    const picture = lineChartSvg(chart({ '<b> & "c"': [{ x: 0, y: 1 }] }));
    expect(picture).toContain('&lt;b> &amp; &quot;c&quot;');
    expect(picture).not.toMatch(/NaN|undefined|Infinity/u);
    expect(lineChartSvg(chart({}))).not.toMatch(/NaN|undefined|Infinity/u);
  });
});

describe('arrows', () => {
  const layout: ChartLayout = chartLayout(
    chart({
      low: [
        { x: 0, y: 1 },
        { x: 1, y: 1 },
        { x: 2, y: 3 },
      ],
      gap: [
        { x: 0, y: 2 },
        { x: 1, y: null },
        { x: 2, y: 3 },
      ],
      high: [
        { x: 0, y: 3 },
        { x: 2, y: 3 },
      ],
    }),
    FRAME,
  );
  const go = (series: number, point: number, ...keys: string[]): string => {
    let at = { series, point };
    for (const key of keys) at = pointTarget(layout, at, key) ?? at;
    return `${at.series} ${at.point}`;
  };

  test('go along a line over its gaps, and stop at its ends', () => {
    expect(go(0, 0, 'ArrowRight', 'ArrowRight')).toBe('0 2');
    expect(go(1, 0, 'ArrowRight')).toBe('1 2');
    expect(go(0, 0, 'ArrowLeft')).toBe('0 0');
    expect(go(0, 1, 'End')).toBe('0 2');
    expect(pointTarget(layout, { series: 0, point: 0 }, 'a')).toBeUndefined();
  });

  test('go to the next line above and below, through those that meet', () => {
    expect(go(0, 0, 'ArrowUp')).toBe('1 0');
    expect(go(0, 0, 'ArrowUp', 'ArrowUp')).toBe('2 0');
    expect(go(0, 0, 'ArrowUp', 'ArrowUp', 'ArrowUp')).toBe('2 0');
    expect(go(0, 2, 'ArrowDown')).toBe('1 2');
    expect(go(0, 2, 'ArrowDown', 'ArrowDown', 'ArrowDown')).toBe('2 1');
    expect(go(2, 1, 'ArrowUp', 'ArrowUp')).toBe('0 2');
  });
});
