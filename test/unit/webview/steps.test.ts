import { describe, expect, test } from 'vitest';
import type { StepChange, StepsResult } from '../../../src/protocol/steps';
import {
  changeChart,
  changeMap,
  mostChanged,
  readabilityCharts,
} from '../../../webview/format/steps';
import { restoreUiState } from '../../../webview/state/uiState';
import { SUMMARY } from '../../support/summary';

function change(norm: number, sinceFirst: number, sincePrevious: number): StepChange {
  return { norm, sinceFirst, sincePrevious, relative: sincePrevious / norm };
}

/** L0.FF.K moved by a tenth, L0.FF.V by half. */
const FOUND: StepsResult = {
  steps: [5, 10, 20].map((step) => ({ name: `run/checkpoint-${String(step)}`, step })),
  tables: [
    { matrix: 'L0.FF.K', by: 1 },
    { matrix: 'L0.FF.V', by: 5 },
    { matrix: 'L1.Q', by: 2 },
    { matrix: 'L1.K', by: 3 },
  ].map(({ matrix, by }) => ({
    matrix,
    points: [0, 1, 2].map((at) => ({
      ...change(10, at * by, at === 0 ? 0 : by),
      readability: { rows: 8, standOut: 2 * at, meanKurtosis: 1, readable: [] },
    })),
  })),
  rows: [],
};

describe('a training', () => {
  test('shows what changed most first', () => {
    expect(mostChanged(FOUND)).toEqual(['L0.FF.V', 'L1.K', 'L1.Q']);
  });

  test('has no change since the step before at the first one', () => {
    const ys = (metric: 'relative' | 'sinceFirst' | 'sincePrevious'): (number | null)[] =>
      changeChart(FOUND, metric).series[1]?.points.map(({ y }) => y) ?? [];
    expect(ys('relative')).toEqual([null, 0.5, 0.5]);
    expect(ys('sincePrevious')).toEqual([null, 5, 5]);
    expect(ys('sinceFirst')).toEqual([0, 5, 10]);
  });

  test('goes over the numbers of its steps, or over their names', () => {
    const chart = changeChart(FOUND, 'relative');
    expect(chart.series[0]?.points.map(({ x }) => x)).toEqual([5, 10, 20]);
    expect(chart.categories).toBeUndefined();
    const steps = ['best', 'last', 'other'].map((name) => ({ name, step: null }));
    const named = changeChart({ ...FOUND, steps }, 'relative');
    expect(named.categories).toEqual(['best', 'last', 'other']);
    expect(named.series[0]?.points.map(({ x }) => x)).toEqual([0, 1, 2]);
  });

  test('tells which share of rows stands out', () => {
    const [chart, ...others] = readabilityCharts(FOUND);
    expect(others).toEqual([]);
    expect(chart?.series[0]?.points.map(({ y }) => y)).toEqual([0, 0.25, 0.5]);
  });

  test('is mapped by the largest change of each table', () => {
    const { rows, kinds, maximumText } = changeMap(SUMMARY, FOUND, 'relative');
    const cells = rows.flatMap(({ cells: each }) => each);
    expect(cells).toHaveLength(kinds.length * rows.length);
    const value = (matrix: string): number | null | undefined =>
      cells.find((cell) => cell.matrix === matrix)?.value;
    expect(value('L0.FF.V')).toBe(0.5);
    expect(value('L0.O')).toBeNull();
    expect(maximumText).toBe('0.60');
  });

  test('is remembered with what was chosen of it, as far as it can be understood', () => {
    const place = { page: 'steps', steps: ['/run/checkpoint-1', '/run/checkpoint-2'] };
    const chosen = { of: 'run', components: ['L0.FF.K', 7] };
    const { history, steps } = restoreUiState({
      history: { entries: [place, { page: 'steps', steps: 'none' }], index: 0 },
      steps: { metric: 'sinceFirst', chosen },
    });
    expect(history.entries).toEqual([place, { page: 'steps' }]);
    expect(steps).toEqual({
      metric: 'sinceFirst',
      chosen: { of: 'run', components: ['L0.FF.K'] },
    });
    expect(restoreUiState({ steps: { metric: 'none', chosen: 3 } }).steps).toEqual({
      ...{ metric: 'relative', chosen: null },
    });
  });
});
