/** What the page of a training remembers of itself. */
import { isObject, strings, textOrNull } from './storedValues';

/** How far something moved, as lines and maps show it. */
export const STEP_METRICS = ['relative', 'sinceFirst', 'sincePrevious'] as const;
export type StepMetric = (typeof STEP_METRICS)[number];

/** Tables and rows that are shown at once. */
export const MAX_CHOSEN = 12;

export interface StepsState {
  readonly metric: StepMetric;
  /** What the reader chose to see of which training; null: what changed most. */
  readonly chosen: { readonly of: string; readonly components: readonly string[] } | null;
}

export const DEFAULT_STEPS: StepsState = { metric: 'relative', chosen: null };

/** What was stored, as far as it can be understood. */
export function readSteps(value: unknown): StepsState {
  if (!isObject(value)) return DEFAULT_STEPS;
  const { chosen } = value;
  const training = isObject(chosen) ? textOrNull(chosen['of']) : null;
  return {
    metric: STEP_METRICS.find((name) => name === value['metric']) ?? DEFAULT_STEPS.metric,
    chosen:
      training === null || !isObject(chosen)
        ? null
        : { of: training, components: strings(chosen['components'], MAX_CHOSEN) },
  };
}
