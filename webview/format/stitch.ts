/** Stitched models in words and curves: what is best, what it is measured against, where it fails. */
import type {
  Classified,
  Pool,
  PoolSource,
  StitchAccuracy,
  StitchPoint,
  StitchResult,
} from '../../src/protocol/stitch';
import { t } from '../l10n';
import type { StitchComparison, StitchedChoice, StitchVariant } from '../state/stitchState';
import type { ChartPoint, ChartReference, ChartSeries, LineChart } from './lineChart';
import { formatAccuracy, formatCount, formatSigned } from './numbers';

/** What is known of a pair so far. */
export interface StitchFindings {
  readonly plain: StitchResult;
  /** With the shuffled control; null until it is measured. */
  readonly control: StitchResult | null;
  /** Without under-trained tokens; null until it is asked and measured. */
  readonly trainedTokens: StitchResult | null;
  /** With A's blocks and head in B's space; null until it is asked and measured. */
  readonly translated: StitchResult | null;
}

export function accuracyText({ accuracy, low, high }: StitchAccuracy): string {
  return t('{0} ({1} to {2})', formatAccuracy(accuracy), formatAccuracy(low), formatAccuracy(high));
}

/** The point of highest accuracy, the first of equals. */
export function bestOf(points: readonly StitchPoint[]): StitchPoint | undefined {
  return points.reduce<StitchPoint | undefined>(
    (best, point) => (best === undefined || point.accuracy > best.accuracy ? point : best),
    undefined,
  );
}

/** The k of the best's own curve whose intervals overlap its interval: none of them is told apart from it. */
export function bestRange(points: readonly StitchPoint[], best: StitchPoint): readonly number[] {
  return points
    .filter(({ transplant, high }) => transplant === best.transplant && high >= best.low)
    .map(({ keep }) => keep);
}

/** Whole numbers, ascending, with runs written as ranges: `1, 3 to 6`. */
export function rangeText(numbers: readonly number[]): string {
  const runs: [first: number, last: number][] = [];
  for (const value of numbers) {
    const run = runs.at(-1);
    if (run?.[1] === value - 1) run[1] = value;
    else runs.push([value, value]);
  }
  return runs
    .map(([first, last]) => {
      if (first === last) return String(first);
      return last - first === 1 ? `${first}, ${last}` : t('{0} to {1}', first, last);
    })
    .join(', ');
}

/** Where it fails, in words; empty where nothing is wrong. */
export function failuresOf({ plain, control }: StitchFindings): readonly string[] {
  const best = bestOf(plain.curve);
  if (best === undefined) return [];
  const shuffled = bestOf(control?.control ?? []);
  const alone = bestOf(plain.headAlone);
  return [
    ...(best.low <= plain.chance
      ? [
          t(
            'No stitched model is told apart from chance: the interval of the best includes {0}.',
            formatAccuracy(plain.chance),
          ),
        ]
      : []),
    ...(shuffled !== undefined && best.low <= shuffled.high
      ? [
          t(
            'Not told apart from the control: with a shuffled vocabulary the best is {0}.',
            accuracyText(shuffled),
          ),
        ]
      : []),
    ...(alone !== undefined && alone.accuracy >= best.accuracy
      ? [
          t(
            'A’s head alone, with none of its blocks, does as well: {0} at k = {1}.',
            accuracyText(alone),
            alone.keep,
          ),
        ]
      : []),
  ];
}

/** The best as a range of k, and what was reached without stitching. */
export function bestSentence({ curve, source, chance }: StitchResult): string {
  const best = bestOf(curve);
  if (best === undefined) return '';
  const range = bestRange(curve, best);
  const where =
    range.length === 1
      ? t('Best at n = {0}, k = {1}: {2}.', best.transplant, best.keep, accuracyText(best))
      : t(
          'Best with n = {0} at k = {1}, which are not told apart; the highest is {2} at k = {3}.',
          best.transplant,
          rangeText(range),
          accuracyText(best),
          best.keep,
        );
  return `${where} ${t('A itself {0}, chance {1}.', accuracyText(source), formatAccuracy(chance))}`;
}

/** What translated models are beside stitched ones and, where they are measured, where they fail. */
export function translationSentence({ plain, translated }: StitchFindings): string {
  const best = bestOf(translated?.translated ?? []);
  const what = t(
    'Translated models carry no state: A’s blocks and head are rewritten once into B’s space, behind norms of B’s width, so they are other models than the stitched ones and their accuracies are their own.',
  );
  return best === undefined || best.low > plain.chance
    ? what
    : `${what} ${t('None of them is told apart from chance: at best {0}.', accuracyText(best))}`;
}

/** The best in a few words, for the footer. */
export function bestNote({ curve, chance, texts }: StitchResult): string {
  const best = bestOf(curve);
  return best === undefined
    ? ''
    : t(
        '{0} texts, {1} at best, chance {2}',
        formatCount(texts),
        formatAccuracy(best.accuracy),
        formatAccuracy(chance),
      );
}

export function comparisonTitle(comparison: StitchComparison): string {
  const titles: Readonly<Record<StitchComparison, string>> = {
    none: t('nothing'),
    calibrated: t('calibrated threshold'),
    trainedTokens: t('without under-trained tokens'),
    translated: t('translated into B’s space'),
    headAlone: t('A’s head alone (n = 0)'),
    control: t('shuffled vocabulary'),
  };
  return titles[comparison];
}

/** A curve that is drawn: its points in order of k. */
export interface StitchCurve {
  readonly name: string;
  readonly points: readonly StitchPoint[];
  /** How its points are examined; null: not at all. */
  readonly variant: StitchVariant | null;
}

function byTransplant(points: readonly StitchPoint[]): readonly (readonly StitchPoint[])[] {
  const transplants = [...new Set(points.map(({ transplant }) => transplant))];
  return transplants.map((n) => points.filter(({ transplant }) => transplant === n));
}

function named(
  points: readonly StitchPoint[],
  variant: StitchVariant | null,
  suffix: string,
): StitchCurve[] {
  return byTransplant(points).map((curve) => ({
    name: `n = ${String(curve[0]?.transplant ?? 0)}${suffix}`,
    points: curve,
    variant,
  }));
}

/** Points at the calibrated threshold. */
function calibratedPoints(points: readonly StitchPoint[]): readonly StitchPoint[] {
  return points.flatMap(({ transplant, keep, calibrated }) =>
    calibrated === undefined ? [] : [{ ...calibrated, transplant, keep }],
  );
}

/** The points of a comparison; empty while it is not measured. */
export function comparedPoints(
  { plain, control, trainedTokens, translated }: StitchFindings,
  comparison: StitchComparison,
): readonly StitchPoint[] {
  const points: Readonly<Record<StitchComparison, readonly StitchPoint[]>> = {
    none: [],
    calibrated: calibratedPoints(plain.curve),
    trainedTokens: trainedTokens?.curve ?? [],
    translated: translated?.translated ?? [],
    headAlone: plain.headAlone,
    control: control?.control ?? [],
  };
  return points[comparison];
}

/** The plain curves first, then those beside them. */
export function stitchCurves(
  found: StitchFindings,
  beside: StitchComparison,
): readonly StitchCurve[] {
  const suffixes: Readonly<Record<StitchComparison, string>> = {
    none: '',
    calibrated: t(', calibrated'),
    trainedTokens: t(', trained tokens'),
    translated: t(', translated'),
    headAlone: t(', head alone'),
    control: t(', shuffled'),
  };
  const variants: Readonly<Record<StitchComparison, StitchVariant | null>> = {
    ...{ none: null, calibrated: 'calibrated', trainedTokens: 'trainedTokens' },
    ...{ translated: 'translated', headAlone: 'plain', control: null },
  };
  return [
    ...named(found.plain.curve, 'plain', ''),
    ...named(comparedPoints(found, beside), variants[beside], suffixes[beside]),
  ];
}

function references({ plain, control }: StitchFindings): readonly ChartReference[] {
  const shuffled = bestOf(control?.control ?? []);
  return [
    { name: t('A itself'), y: plain.source.accuracy },
    ...(shuffled === undefined
      ? []
      : [{ name: t('shuffled control at best'), y: shuffled.accuracy }]),
    { name: t('chance'), y: plain.chance },
  ];
}

/** Ends of the axis of accuracies: round, about all that is drawn. */
function accuracyDomain(
  curves: readonly StitchCurve[],
  levels: readonly ChartReference[],
): [number, number] {
  const STEP = 0.1;
  const values = [
    ...curves.flatMap(({ points }) => points.flatMap(({ low, high }) => [low, high])),
    ...levels.map(({ y }) => y),
  ];
  const low = Math.floor(Math.min(...values) / STEP) * STEP;
  const high = Math.ceil(Math.max(...values) / STEP) * STEP;
  return [Math.max(0, low), Math.min(1, high)];
}

/** Curves over k with their intervals, and the levels to compare with. */
export function stitchChart(
  found: StitchFindings,
  curves: readonly StitchCurve[],
  names: { readonly a: string; readonly b: string },
): LineChart {
  const levels = references(found);
  return {
    title: t('Accuracy of {0} stitched onto {1}', names.a, names.b),
    xTitle: t('k, first blocks of B'),
    yTitle: t('Accuracy, 95% intervals'),
    series: curves.map(({ name, points }): ChartSeries => ({
      name,
      points: points.map(({ keep, accuracy, low, high }): ChartPoint => ({
        x: keep,
        y: accuracy,
        low,
        high,
      })),
    })),
    references: levels,
    yDomain: accuracyDomain(curves, levels),
    formatX: String,
    formatY: formatAccuracy,
  };
}

export function poolText(pool: Pool, source: PoolSource): string {
  const pools: Readonly<Record<Pool, string>> = {
    last: t('last token'),
    first: t('first token'),
    mean: t('mean of all tokens'),
  };
  const sources: Readonly<Record<PoolSource, string>> = {
    asked: t('chosen by you'),
    'train.json': t('says train.json'),
    architecture: t('as its architecture does'),
  };
  return `${pools[pool]}, ${sources[source]}`;
}

/** The kernel and the texts in words. */
export function kernelText({ kernel }: StitchResult): string {
  const { tokens, condition, ridge } = kernel;
  return t(
    '{0} tokens, condition {1}, ridge {2}',
    formatCount(tokens),
    condition.toExponential(1),
    ridge === 0 ? 0 : ridge.toExponential(1),
  );
}

export function cutText({ truncated, texts, maxTokens }: StitchResult): string {
  return truncated === 0
    ? t('no text was cut')
    : t(
        '{0} of {1} texts were cut to {2} tokens',
        formatCount(truncated),
        formatCount(texts),
        formatCount(maxTokens),
      );
}

/** What a chosen stitched model is called. */
export function choiceTitle(
  { transplant, keep, variant }: StitchedChoice,
  a: string,
  b: string,
): string {
  const name = t('{0} blocks of {1}, then the last {2} of {3}', keep, b, transplant, a);
  return variant === 'plain' ? name : `${name}, ${comparisonTitle(variant)}`;
}

/** A word and what it does to the probability of the label, in percentage points. */
export interface WordChange {
  readonly word: string;
  readonly text: string;
}

/** Words by the size of their change, those of one size in the order of the text. */
export function wordsByChange(words: NonNullable<Classified['words']>): readonly WordChange[] {
  return words
    .toSorted((a, b) => Math.abs(b.change) - Math.abs(a.change))
    .map(({ word, change }) => ({
      word,
      text: t('{0} points', formatSigned(100 * change, 1)),
    }));
}
