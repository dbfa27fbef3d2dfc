/** How often a classifier is right, and how sure that number is. */
import { at } from '../tensor/matrix';

/** The standard normal quantile of a two-sided 95 % interval. */
const QUANTILE = 1.959963984540054;

/** A share of `n` tries with its 95 % interval. */
export interface Accuracy {
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
  /** Texts. */
  readonly n: number;
}

/** Wilson's interval of a share (Wilson, "Probable inference", 1927): honest for few tries and near 0 and 1. */
function wilson(hits: number, n: number): Accuracy {
  const share = hits / n;
  const square = QUANTILE ** 2;
  const centre = (share + square / (2 * n)) / (1 + square / n);
  const half =
    (QUANTILE / (1 + square / n)) * Math.sqrt((share * (1 - share)) / n + square / (4 * n * n));
  return {
    accuracy: share,
    // The share itself lies within: rounding must not say otherwise where all or none are right.
    low: Math.min(share, Math.max(0, centre - half)),
    high: Math.max(share, Math.min(1, centre + half)),
    n,
  };
}

/** Logits `[n, labels]` of n texts. */
export interface Logits {
  readonly labels: number;
  readonly data: Float64Array;
}

/** The label of largest logit of each text, the lowest of equals. */
export function predictions({ data, labels }: Logits): Int32Array {
  return Int32Array.from({ length: data.length / labels }, (_, text) => {
    let best = 0;
    for (let label = 1; label < labels; label += 1) {
      if (at(data, text * labels + label) > at(data, text * labels + best)) {
        best = label;
      }
    }
    return best;
  });
}

/** `truth` `[n]`: the label of each text. */
export function accuracyOf(predicted: Int32Array, truth: Int32Array): Accuracy {
  const hits = predicted.reduce((sum, label, text) => sum + (label === at(truth, text) ? 1 : 0), 0);
  return wilson(hits, truth.length);
}

/** The share of the commonest label: what saying always the same would score. */
export function chanceOf(truth: Int32Array, labels: number): number {
  const counts = new Int32Array(labels);
  for (const label of truth) {
    counts[label] = at(counts, label) + 1;
  }
  return Math.max(...counts) / truth.length;
}

/** The middle of some numbers. */
function median(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? at(sorted, middle)
    : (at(sorted, middle - 1) + at(sorted, middle)) / 2;
}

/**
 * The median margin of a classifier of two labels, the second logit less the first, over the texts themselves, no labels
 * used: with it as the threshold, half of the texts get either label. Undefined with more labels.
 */
export function calibrationThreshold({ data, labels }: Logits): number | undefined {
  if (labels !== 2) {
    return undefined;
  }
  return median(
    Float64Array.from(
      { length: data.length / labels },
      (_, text) => at(data, 2 * text + 1) - at(data, 2 * text),
    ),
  );
}

/** Predictions with the threshold of `calibrationThreshold`. Undefined with more labels than two. */
export function calibratedPredictions(logits: Logits): Int32Array | undefined {
  const threshold = calibrationThreshold(logits);
  const { data } = logits;
  return threshold === undefined
    ? undefined
    : Int32Array.from({ length: data.length / 2 }, (_, text) =>
        at(data, 2 * text + 1) - at(data, 2 * text) > threshold ? 1 : 0,
      );
}

/** How many texts of each label are taken for each: `[label][predicted]`. */
export function confusionOf(
  predicted: Int32Array,
  truth: Int32Array,
  labels: number,
): readonly (readonly number[])[] {
  const counts = Array.from({ length: labels }, () => new Array<number>(labels).fill(0));
  truth.forEach((label, text) => {
    const row = counts[label] ?? [];
    const column = at(predicted, text);
    row[column] = (row[column] ?? 0) + 1;
  });
  return counts;
}

/** Probabilities `[labels]` of one text's logits. */
export function softmax(logits: Float64Array): Float64Array {
  const most = logits.reduce((largest, value) => Math.max(largest, value), -Infinity);
  const powers = logits.map((value) => Math.exp(value - most));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}
