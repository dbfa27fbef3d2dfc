import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { accuracyOf } from '../../../src/core/analysis/accuracy';
import { readRecipe } from '../../../src/protocol/stitch';
import type { StitchPoint, StitchResult } from '../../../src/protocol/stitch';
import {
  bestOf,
  bestRange,
  bestSentence,
  failuresOf,
  rangeText,
  stitchCurves,
  translationSentence,
  wordsByChange,
} from '../../../webview/format/stitch';
import { DEFAULT_STITCH, readStitch } from '../../../webview/state/stitchState';

const TEXTS = 500;

/** A point with so many of 500 texts right. */
function point(transplant: number, keep: number, right: number): StitchPoint {
  const predicted = Int32Array.from({ length: TEXTS }, (_, text) => (text < right ? 1 : 0));
  return { transplant, keep, ...accuracyOf(predicted, new Int32Array(TEXTS).fill(1)) };
}

function result(curve: readonly StitchPoint[], more: Partial<StitchResult> = {}): StitchResult {
  return {
    ...{ labels: ['NEGATIVE', 'POSITIVE'], pool: 'last', poolSource: 'train.json' },
    kernel: { ...{ tokens: 9, sharedTokens: 9, shareA: 1, shareB: 1 }, ridge: 0, condition: 3 },
    ...{ finalNorm: true, maxTokens: 9, truncated: 0, texts: TEXTS, records: TEXTS },
    ...{ chance: 0.502, source: point(0, 0, 400), curve, headAlone: [], control: null },
    warnings: [],
    ...more,
  };
}

const findings = (plain: StitchResult, control: StitchResult | null = null) => ({
  ...{ plain, control, trainedTokens: null, translated: null },
});

describe('the best of a curve', () => {
  // The accuracies of goldens-stitch-film-b.json of film-a-sentiment at n = 1.
  const curve = [291, 317, 300, 334, 331, 333, 327].map((right, keep) => point(1, keep, right));

  test('is a range: every k that is not told apart from it', () => {
    const best = bestOf([...curve, point(2, 6, 329)]);
    expect(best).toMatchObject({ transplant: 1, keep: 3, accuracy: 0.668 });
    // Wilson at 334 of 500: 0.6256 to 0.7078; 300 of 500 ends at 0.642, 291 at 0.624.
    expect(best && bestRange(curve, best)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(bestSentence(result(curve))).toBe(
      'Best with n = 1 at k = 1 to 6, which are not told apart; the highest is 66.8% (62.6% to 70.8%) at k = 3. A itself 80.0% (76.3% to 83.3%), chance 50.2%.',
    );
  });

  test.each([
    [[3], '3'],
    [[1, 3, 4, 5], '1, 3 to 5'],
    [[0, 1, 4], '0, 1, 4'],
    [[], ''],
  ])('%j is written %s', (numbers, text) => {
    expect(rangeText(numbers)).toBe(text);
  });

  test('always lies in its own range', () => {
    const counts = fc.array(fc.integer({ min: 0, max: TEXTS }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(counts, (rights) => {
        const points = rights.map((right, keep) => point(1, keep, right));
        const best = bestOf(points);
        expect(best && bestRange(points, best)).toContain(best?.keep);
        expect(best?.accuracy).toBe(Math.max(...rights) / TEXTS);
      }),
    );
  });
});

describe('where stitching fails', () => {
  const good = [point(1, 0, 300), point(1, 1, 350)];

  test('is not said where it does not', () => {
    const control = result(good, { control: [point(1, 0, 250), point(1, 1, 262)] });
    expect(failuresOf(findings(result(good), control))).toEqual([]);
  });

  test('is said of chance, of the control and of the head alone', () => {
    const poor = [point(1, 0, 240), point(1, 1, 265)];
    const plain = result(poor, { headAlone: [point(0, 1, 270)] });
    const control = result(poor, { control: [point(1, 0, 262)] });
    expect(failuresOf(findings(plain, control))).toEqual([
      'No stitched model is told apart from chance: the interval of the best includes 50.2%.',
      'Not told apart from the control: with a shuffled vocabulary the best is 52.4% (48.0% to 56.7%).',
      'A’s head alone, with none of its blocks, does as well: 54.0% (49.6% to 58.3%) at k = 1.',
    ]);
  });
});

describe('translated models', () => {
  const plain = result([point(1, 0, 300), point(1, 1, 350)]);
  const measured = (rights: readonly number[]) => {
    const translated = rights.map((right, keep) => point(1, keep, right));
    return { ...findings(plain), translated: result(plain.curve, { translated }) };
  };

  test('are said to be other models, and where they fail', () => {
    const what = /^Translated models carry no state: .* their accuracies are their own\.$/u;
    expect(translationSentence(findings(plain))).toMatch(what);
    expect(translationSentence(measured([260, 320]))).toMatch(what);
    expect(translationSentence(measured([240, 262]))).toMatch(
      /their own\. None of them is told apart from chance: at best 52\.4% \(48\.0% to 56\.7%\)\.$/u,
    );
  });

  test('have curves of their own, once they are measured', () => {
    expect(stitchCurves(findings(plain), 'translated')).toHaveLength(1);
    const curves = stitchCurves(measured([260, 320]), 'translated');
    expect(curves.map(({ name, variant }) => [name, variant])).toEqual([
      ['n = 1', 'plain'],
      ['n = 1, translated', 'translated'],
    ]);
    expect(curves[1]?.points.map(({ accuracy }) => accuracy)).toEqual([0.52, 0.64]);
  });
});

test('curves stand one for each n, the compared ones after the plain ones', () => {
  const curve = [point(1, 0, 300), point(1, 1, 310), point(2, 0, 320)].map((each) => ({
    ...each,
    calibrated: point(0, 0, 400),
  }));
  const names = stitchCurves(findings(result(curve)), 'calibrated').map(
    ({ name, points, variant }) => [name, points.length, points[0]?.accuracy, variant],
  );
  expect(names).toEqual([
    ['n = 1', 2, 0.6, 'plain'],
    ['n = 2', 1, 0.64, 'plain'],
    ['n = 1, calibrated', 2, 0.8, 'calibrated'],
    ['n = 2, calibrated', 1, 0.8, 'calibrated'],
  ]);
});

test('words stand by the size of what they do, either way', () => {
  const words = [
    { word: 'a', change: 0.001 },
    { word: 'dull', change: -0.25 },
    { word: 'joy', change: 0.125 },
  ];
  expect(wordsByChange(words)).toEqual([
    { word: 'dull', text: '−25.0 points' },
    { word: 'joy', text: '+12.5 points' },
    { word: 'a', text: '+0.1 points' },
  ]);
});

describe('what is stored', () => {
  const recipe = { file: '/a.csv', textColumn: 'text', labelColumn: 'label', maxTexts: 500 };

  test('is read back as it was', () => {
    expect(readRecipe({ ...recipe, pool: 'mean', more: 1 })).toEqual({ ...recipe, pool: 'mean' });
    const chosen = { other: '/b', variant: 'calibrated', transplant: 2, keep: 3 } as const;
    const state = { beside: 'control', withoutFinalNorm: true, chosen, show: 'wrong' } as const;
    expect(readStitch(JSON.parse(JSON.stringify(state)))).toEqual(state);
  });

  test('is never taken for what it is not', () => {
    expect(readRecipe({ ...recipe, maxTexts: 0.5 })).toBeUndefined();
    expect(readRecipe({ ...recipe, file: 1 })).toBeUndefined();
    expect(readRecipe({ ...recipe, pool: 'max' })).toEqual(recipe);
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(readRecipe(value)?.maxTexts ?? 1).toBeGreaterThan(0);
        expect(Object.keys(readStitch(value))).toEqual(Object.keys(DEFAULT_STITCH));
      }),
    );
  });
});
