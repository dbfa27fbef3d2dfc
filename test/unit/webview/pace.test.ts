import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { progressText } from '../../../webview/format/progress';
import { remainingText } from '../../../webview/format/remaining';
import { Pace } from '../../../webview/state/pace';

const TOTAL = 2352;
const runs = (done: number, total = TOTAL) => ({ done, total, unit: 'block runs' });
/** Sums of seconds in float64. */
const TOLERANCE = 1e-6;

describe('what is left of work', () => {
  test('is told by its pace, once there is one', () => {
    const pace = new Pace();
    expect(pace.remaining(99)).toBeUndefined();
    pace.note(runs(0), 100);
    pace.note(runs(40), 104);
    expect(pace.remaining(104)).toBeUndefined();
    pace.note(runs(152), 110);
    // 10 s for 152 runs, 2,200 left.
    expect(pace.remaining(110)).toBeCloseTo((10 / 152) * 2200, 9);
  });

  test('is not told from another part, nor where nothing was done', () => {
    const pace = new Pace();
    pace.note({ done: 0, total: 9, unit: 'bytes' }, 0);
    pace.note({ done: 9, total: 9, unit: 'bytes' }, 60);
    pace.note(runs(0), 61);
    expect(pace.remaining(61)).toBeUndefined();
    pace.note(runs(0), 90);
    expect(pace.remaining(90)).toBeUndefined();
    pace.note(runs(5, 50), 100);
    expect(pace.remaining(100)).toBeUndefined();
  });

  test('grows less while nothing is said, and is not told of work that has stalled', () => {
    const pace = new Pace();
    pace.note(runs(0, 100), 0);
    pace.note(runs(50, 100), 60);
    expect(pace.remaining(60)).toBe(60);
    expect(pace.remaining(100)).toBe(20);
    expect(pace.remaining(125)).toBe(0);
    expect(pace.remaining(180)).toBeUndefined();
    pace.note(runs(75, 100), 180);
    expect(pace.remaining(180)).toBe(60);
  });

  test('falls to nothing at a steady pace', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 1000 }),
        fc.double({ min: 1, max: 50, noNaN: true }),
        (total, each) => {
          const pace = new Pace();
          for (let done = 0; done <= total; done += 1) {
            pace.note(runs(done, total), done * each);
            const left = pace.remaining(done * each);
            if (left !== undefined) {
              expect(Math.abs(left - (total - done) * each)).toBeLessThan(TOLERANCE * total * each);
            }
          }
          expect(pace.remaining(total * each)).toBe(0);
        },
      ),
    );
  });

  test.each([
    [null, undefined, 'Working…'],
    [{ done: 3, total: 9, unit: 'directions' }, undefined, '3 of 9 directions'],
    [{ done: 3, total: 9, unit: 'directions' }, 12, '3 of 9 directions, about 20 s left'],
    [{ done: 3, total: 9, unit: 'without words' }, undefined, 'Working…'],
    [{ done: 3, total: 9, unit: 'without words' }, 12, 'about 20 s left'],
  ])('%j with %j s left are said', (progress, remaining, text) => {
    expect(progressText({ progress, remaining })).toBe(text);
  });

  test.each([
    [0, 'about 10 s left'],
    [31, 'about 40 s left'],
    [89, 'about 90 s left'],
    [144, 'about 2 min left'],
    [5300, 'about 88 min left'],
    [7300, 'about 2 h left'],
  ])('%d s are %s', (seconds, text) => {
    expect(remainingText(seconds)).toBe(text);
  });
});
