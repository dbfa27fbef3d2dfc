/** A training over its steps: what lines, maps and defaults are made of. */
import type { RowKind } from '../../src/core/model/componentId';
import type { GlossaryId } from '../../src/core/model/glossary';
import type { ModelSummary } from '../../src/protocol/modelSummary';
import type { StepChange, StepName, StepsResult, TableStep } from '../../src/protocol/steps';
import { t } from '../l10n';
import type { StepMetric } from '../state/stepsState';
import { layerKinds, layersOf } from './components';
import type { ChartPoint, LineChart } from './lineChart';
import { rampStep, roundEnd, shareEnd } from './mapScale';
import {
  DIGITS,
  formatCount,
  formatDecimal,
  formatRatio,
  formatShare,
  NOT_APPLICABLE,
} from './numbers';

/** Tables that are shown where the reader chose none. */
const SHOWN_AT_FIRST = 3;

export const METRIC_ENTRIES = {
  relative: 'stepRelative',
  sinceFirst: 'stepSinceFirst',
  sincePrevious: 'stepSincePrevious',
} as const satisfies Readonly<Record<StepMetric, GlossaryId>>;

/** What a measure of change is called. */
export function changeTitle(metric: StepMetric): string {
  const titles: Readonly<Record<StepMetric, string>> = {
    relative: t('Relative change'),
    sinceFirst: t('Change since the first step'),
    sincePrevious: t('Change since the step before'),
  };
  return titles[metric];
}

/** A change at a step; null where nothing was before it, or its size is not known. */
export function changeAt(
  points: readonly StepChange[],
  at: number,
  metric: StepMetric,
): number | null {
  const isFirst = at === 0 && metric !== 'sinceFirst';
  return isFirst ? null : (points[at]?.[metric] ?? null);
}

/** A change as it is written. */
export function formatChange(value: number | null, metric: StepMetric): string {
  if (value === null) return NOT_APPLICABLE;
  return metric === 'relative' ? formatRatio(value) : formatDecimal(value, DIGITS.norm);
}

/** A step by its number, or by its name where it has none. */
export function stepText({ name, step }: StepName): string {
  return step === null ? name : formatCount(step);
}

/** The largest change over the steps; null where it is not finite at any. */
function largest(points: readonly StepChange[], metric: StepMetric): number | null {
  const known = points.map((point) => point[metric]).filter((value) => Number.isFinite(value));
  return known.length === 0 ? null : Math.max(...known.map((value) => value ?? 0));
}

/** The tables that changed most, relative to their norms. */
export function mostChanged({ tables }: StepsResult): readonly string[] {
  const change = new Map(tables.map(({ matrix, points }) => [matrix, largest(points, 'relative')]));
  return tables
    .map(({ matrix }) => matrix)
    .sort((a, b) => (change.get(b) ?? 0) - (change.get(a) ?? 0))
    .slice(0, SHOWN_AT_FIRST);
}

export interface ChangeCell {
  readonly matrix: string;
  /** The largest change over the steps; null: there is no such table, or its numbers are not finite. */
  readonly value: number | null;
  readonly step: number | null;
  readonly text: string;
}

export interface ChangeMap {
  readonly kinds: readonly RowKind[];
  readonly rows: readonly { readonly layer: number; readonly cells: readonly ChangeCell[] }[];
  readonly maximumText: string;
}

/** Layers by kinds: how far each table moved between two steps at most. */
export function changeMap(
  summary: ModelSummary,
  { tables }: StepsResult,
  metric: StepMetric,
): ChangeMap {
  const values = new Map(tables.map(({ matrix, points }) => [matrix, largest(points, metric)]));
  const highest = Math.max(0, ...[...values.values()].map((value) => value ?? 0));
  const maximum = metric === 'relative' && highest <= 1 ? shareEnd(highest) : roundEnd(highest);
  const kinds = layerKinds(summary);
  return {
    kinds,
    rows: layersOf(summary).map((layer) => ({
      layer,
      cells: kinds.map((kind) => {
        const matrix = `L${layer}.${kind}`;
        const value = values.get(matrix) ?? null;
        const text = formatChange(value, metric);
        return { matrix, value, step: rampStep(value, maximum), text };
      }),
    })),
    maximumText: formatDecimal(maximum, 2),
  };
}

/** What lines over the steps have in common: numbers where every step has one, else names. */
function overSteps(steps: readonly StepName[]): Pick<
  LineChart,
  'xTitle' | 'formatX' | 'categories'
> & {
  readonly place: (at: number) => number;
} {
  const numbers = steps.map(({ step }) => step);
  const rises = numbers.every(
    (step, at) => step !== null && (at === 0 || step > (numbers[at - 1] ?? Infinity)),
  );
  return {
    xTitle: t('Step'),
    formatX: formatCount,
    place: (at) => (rises ? (numbers[at] ?? at) : at),
    ...(rises ? {} : { categories: steps.map(stepText) }),
  };
}

interface Line<Point> {
  readonly name: string;
  readonly points: readonly Point[];
}

function chartOf<Point>(
  steps: readonly StepName[],
  lines: readonly Line<Point>[],
  value: (points: readonly Point[], at: number) => number | null,
  words: Pick<LineChart, 'title' | 'yTitle' | 'formatY'>,
): LineChart {
  const { place, ...axis } = overSteps(steps);
  return {
    ...axis,
    ...words,
    series: lines.map(({ name, points }) => ({
      name,
      points: points.map((_, at): ChartPoint => ({ x: place(at), y: value(points, at) })),
    })),
  };
}

/** The lines of a result in the order in which they are shown: tables, then rows. */
export function linesOf({ tables, rows }: StepsResult): readonly Line<StepChange>[] {
  return [
    ...tables.map(({ matrix, points }) => ({ name: matrix, points })),
    ...rows.map(({ component, points }) => ({ name: component, points })),
  ];
}

/** How far tables and rows moved. */
export function changeChart(found: StepsResult, metric: StepMetric): LineChart {
  return chartOf(found.steps, linesOf(found), (points, at) => changeAt(points, at, metric), {
    title: changeTitle(metric),
    yTitle: metric === 'relative' ? t('‖ΔW‖ / ‖W‖') : t('L2 norm'),
    formatY: (value) => formatChange(value, metric),
  });
}

/** The share of a table's rows that stand out; null where it is not known. */
export function shareOf(point: TableStep | undefined): number | null {
  const readability = point?.readability ?? null;
  return readability === null ? null : readability.standOut / Math.max(1, readability.rows);
}

/** The charts of readability: of tables the share of rows that stand out, of rows z. */
export function readabilityCharts({ steps, tables, rows }: StepsResult): readonly LineChart[] {
  const ofTables = tables.map(({ matrix, points }) => ({ name: matrix, points }));
  const ofRows = rows.map(({ component, points }) => ({ name: component, points }));
  return [
    ...(ofTables.length === 0
      ? []
      : [
          chartOf(steps, ofTables, (points, at) => shareOf(points[at]), {
            title: t('Rows that stand out'),
            yTitle: t('Share with z > 3'),
            formatY: formatShare,
          }),
        ]),
    ...(ofRows.length === 0
      ? []
      : [
          chartOf(steps, ofRows, (points, at) => points[at]?.reading.z ?? null, {
            ...{ title: t('Readability of rows'), yTitle: 'z' },
            formatY: (value) => formatDecimal(value, DIGITS.z),
          }),
        ]),
  ];
}
