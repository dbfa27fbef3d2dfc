import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { overlaps, placeLabels, POINT_RADIUS } from '../../../webview/format/labelLayout';
import type { Box, Place } from '../../../webview/format/labelLayout';
import {
  fitWindow,
  nearestPoint,
  panWindow,
  revealPoint,
  toFrame,
  zoomWindow,
} from '../../../webview/format/plotWindow';
import { stripColumns, stripEnd } from '../../../webview/format/weightStrip';

const FRAME = { width: 600, height: 300 };
/** Places are computed by a few additions and multiplications of numbers up to a thousand. */
const ROUNDING = 1e-6;

const place = fc.record({
  x: fc.double({ min: -50, max: 50, noNaN: true }),
  y: fc.double({ min: -20, max: 20, noNaN: true }),
});
const places = fc.array(place, { minLength: 1, maxLength: 40 });

describe('labels', () => {
  test('cover neither each other nor a point, and stay inside the frame', () => {
    const sizes = fc.record({
      width: fc.integer({ min: 5, max: 120 }),
      height: fc.integer({ min: 10, max: 20 }),
    });
    const labelled = fc.array(
      fc.record({ x: fc.integer({ max: 700 }), y: fc.integer({ max: 400 }), size: sizes }),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(labelled, (given) => {
        const boxes = placeLabels(
          given,
          given.map(({ size }) => size),
          FRAME,
        );
        const placed = boxes.filter((box) => box !== null);
        placed.forEach((box, i) => {
          expect(placed.slice(i + 1).some((other) => overlaps(box, other))).toBe(false);
          expect(box.x).toBeGreaterThanOrEqual(0);
          expect(box.x + box.width).toBeLessThanOrEqual(FRAME.width);
          expect(box.y + box.height).toBeLessThanOrEqual(FRAME.height);
          for (const { x, y } of given) {
            const inFrame = x > 0 && y > 0 && x < FRAME.width && y < FRAME.height;
            const dot: Box = { x: x - 1, y: y - 1, width: 2, height: 2 };
            if (inFrame) expect(overlaps(box, dot)).toBe(false);
          }
        });
      }),
    );
  });

  test('that have room all stand, beside their points', () => {
    const points = [100, 300, 500].map((x) => ({ x, y: 150 }));
    const boxes = placeLabels(
      points,
      points.map(() => ({ width: 60, height: 18 })),
      FRAME,
    );
    expect(boxes.map((box) => box?.x)).toEqual(points.map(({ x }) => x + POINT_RADIUS + 3));
  });
});

describe('the window of a plot', () => {
  const inFrame = (points: readonly Place[]): void => {
    const window = fitWindow(points, FRAME);
    for (const point of points) {
      const { x, y } = toFrame(point, window, FRAME);
      expect(x).toBeGreaterThan(-ROUNDING);
      expect(x).toBeLessThan(FRAME.width + ROUNDING);
      expect(y).toBeGreaterThan(-ROUNDING);
      expect(y).toBeLessThan(FRAME.height + ROUNDING);
    }
  };

  test('holds every point at first, on one scale', () => {
    fc.assert(fc.property(places, inFrame));
    const apartByRounding = [-49.99999999999985, -49.99999999999983].map((x) => ({ x, y: 0 }));
    inFrame(apartByRounding);
  });

  test('zooms about what lies under the pointer', () => {
    const factors = fc.array(fc.double({ min: 0.2, max: 5, noNaN: true }), { maxLength: 8 });
    const anchor = fc.record({
      x: fc.integer({ min: 0, max: 600 }),
      y: fc.integer({ min: 0, max: 300 }),
    });
    fc.assert(
      fc.property(places, place, factors, anchor, (points, other, steps, at) => {
        const whole = fitWindow(points, FRAME);
        // Where the pointer was in the plane before and is after each step.
        let window = whole;
        for (const factor of steps) {
          const before = toFrame(other, window, FRAME);
          const next = zoomWindow(window, factor, at, FRAME, whole);
          const after = toFrame(other, next, FRAME);
          const ratio = next.scale / window.scale;
          expect(Math.abs(after.x - at.x - ratio * (before.x - at.x))).toBeLessThan(
            ROUNDING * (1 + Math.abs(after.x)),
          );
          expect(next.scale).toBeGreaterThanOrEqual(whole.scale);
          window = next;
        }
      }),
    );
  });

  test('never loses its points by panning, and comes to a point that is asked for', () => {
    fc.assert(
      fc.property(places, place, fc.nat({ max: 39 }), (points, by, wanted) => {
        const whole = fitWindow(points, FRAME);
        const zoomed = zoomWindow(whole, 10, { x: 300, y: 150 }, FRAME, whole);
        const moved = panWindow(zoomed, { x: by.x * 100, y: by.y * 100 }, points);
        const point = points[wanted % points.length] ?? { x: 0, y: 0 };
        const found = toFrame(point, revealPoint(moved, point, FRAME, points), FRAME);
        expect(found.x).toBeGreaterThan(-ROUNDING);
        expect(found.x).toBeLessThan(FRAME.width + ROUNDING);
        expect(found.y).toBeGreaterThan(-ROUNDING);
        expect(found.y).toBeLessThan(FRAME.height + ROUNDING);
      }),
    );
  });

  test('arrows lead to the nearest point ahead', () => {
    const points = [
      { x: 0, y: 0 },
      { x: 2, y: 0.5 },
      { x: 5, y: 0 },
      { x: 0.5, y: 3 },
      { x: -1, y: -4 },
    ];
    expect(nearestPoint(points, 0, 'ArrowRight')).toBe(1);
    expect(nearestPoint(points, 1, 'ArrowRight')).toBe(2);
    expect(nearestPoint(points, 0, 'ArrowUp')).toBe(3);
    expect(nearestPoint(points, 1, 'ArrowUp')).toBe(3);
    expect(nearestPoint(points, 0, 'ArrowDown')).toBe(4);
    expect(nearestPoint(points, 2, 'ArrowRight')).toBeUndefined();
  });
});

describe('the strip of weights', () => {
  const weights = fc.array(
    fc.option(fc.double({ noNaN: true, noDefaultInfinity: true }), { nil: null }),
    { maxLength: 300 },
  );

  test('shows each weight in one column, by the largest of the column', () => {
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 400 }), (values, most) => {
        const columns = stripColumns(values, most);
        expect(columns.length).toBeLessThanOrEqual(most);
        expect(columns.flatMap(({ start, end }) => values.slice(start, end))).toEqual(values);
        for (const { start, end, value } of columns) {
          const sizes = values
            .slice(start, end)
            .flatMap((each) => (each === null ? [] : [Math.abs(each)]));
          expect(value === null ? -Infinity : Math.abs(value)).toBe(Math.max(...sizes));
        }
      }),
    );
  });

  test.each([
    [-3, 2, 3],
    [0.1, 0.4, 0.4],
    [0, 0, 1],
    [null, null, 1],
  ])('of weights from %d to %d ends at %d', (lowest, highest, end) => {
    expect(stripEnd(lowest, highest)).toBe(end);
  });
});
