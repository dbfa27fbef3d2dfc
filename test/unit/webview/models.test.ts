import { beforeAll, describe, expect, test } from 'vitest';
import type { MatrixOverview } from '../../../src/protocol/engineApi';
import type { TableRow } from '../../../src/protocol/reading';
import { histogramPicture, HISTOGRAM_HEIGHT } from '../../../webview/format/histogram';
import { mapModel } from '../../../webview/format/mapModel';
import { setNumberLocale } from '../../../webview/format/numbers';
import { ancestorsOf, flattenTree, TREE_PAGE_ROWS } from '../../../webview/state/treeModel';
import type { FlatNode, TreeRows } from '../../../webview/state/treeModel';
import { warningsOf } from '../../../webview/format/warnings';
import { otherRowsOf, partnerIdOf } from '../../../webview/views/row/partners';
import { READING, SUMMARY } from '../../support/summary';

beforeAll(() => {
  setNumberLocale('en');
});

const NO_ROWS: TreeRows = { shown: () => TREE_PAGE_ROWS, row: () => undefined };

function outline(expanded: readonly string[], rows = NO_ROWS): readonly FlatNode[] {
  return flattenTree(SUMMARY, new Set(expanded), rows);
}

describe('the tree', () => {
  test('begins folded: what stands outside the layers, then the layers', () => {
    expect(outline([]).map(({ label }) => label)).toEqual(['E', 'U', 'C', 'Layer 0', 'Layer 1']);
  });

  test('unfolds to heads, their own two matrices and their four tables', () => {
    const nodes = outline(['L1', 'L1.attention', 'L1.H2', 'L1.feedForward']);
    const shown = nodes.slice(5).map(({ id, level }) => `${'  '.repeat(level - 2)}${id}`);
    expect(shown).toEqual([
      'L1.attention',
      ...['L1.H0', 'L1.H1', 'L1.H2'].map((id) => `  ${id}`),
      ...['L1.H2.VO', 'L1.H2.QK', 'L1.H2.Q', 'L1.H2.K', 'L1.H2.V', 'L1.H2.O'].map(
        (id) => `    ${id}`,
      ),
      '  L1.H3',
      'L1.feedForward',
      ...['L1.FF.K', 'L1.FF.Up', 'L1.FF.V'].map((id) => `  ${id}`),
    ]);
  });

  test('says of every node where it stands', () => {
    const head = outline(['L0', 'L0.attention']).find(({ id }) => id === 'L0.H2');
    expect(head).toMatchObject({
      level: 3,
      position: 3,
      siblings: 4,
      expanded: false,
      parent: 'L0.attention',
    });
  });

  test('shows rows a page at a time, with three words of the side that they speak for', () => {
    const row: TableRow = READING;
    const rows: TreeRows = {
      shown: () => 40,
      row: (_matrix, index) => (index === 1 ? row : undefined),
    };
    const nodes = outline(['E'], rows);
    const children = nodes.filter(({ parent }) => parent === 'E');
    expect(children).toHaveLength(41);
    expect(children[0]).toMatchObject({ id: 'E[0]', label: '0', expanded: null });
    expect(children[0]?.tokens).toBeUndefined();
    expect(children[1]?.tokens?.map(({ id }) => id)).toEqual([7, 8, 9]);
    expect(children[40]).toMatchObject({ kind: 'more', matrix: 'E', position: 41, siblings: 41 });
    const all = outline(['E'], { ...rows, shown: () => 400 }).filter(
      ({ parent }) => parent === 'E',
    );
    expect(all).toHaveLength(100);
  });

  test('knows the way to a table', () => {
    expect(ancestorsOf('L1.H2.Q')).toEqual(['L1', 'L1.attention', 'L1.H2']);
    expect(ancestorsOf('L1.FF.V')).toEqual(['L1', 'L1.feedForward']);
    expect(ancestorsOf('L1.H2.QK')).toEqual(['L1', 'L1.attention', 'L1.H2']);
    expect(ancestorsOf('E')).toEqual([]);
  });
});

describe('the map', () => {
  const overview = (matrix: string, standOut: number, rows = 64): MatrixOverview => ({
    ...{ matrix, rows, standOut, meanNorm: 2.5, meanKurtosis: -0.5 },
  });

  test('has a cell for every layer and kind, empty where nothing is computed', () => {
    const { kinds, rows } = mapModel(SUMMARY, [overview('L0.FF.V', 16)], 'share');
    expect(kinds).toEqual(['FF.K', 'FF.Up', 'FF.V', 'Q', 'K', 'V', 'O']);
    expect(rows.map(({ layer }) => layer)).toEqual([0, 1]);
    const cells = rows[0]?.cells ?? [];
    expect(cells[2]).toMatchObject({ value: 0.25, text: '25%, 16 of 64 rows stand out' });
    expect(cells[0]).toMatchObject({ value: null, step: null, text: 'not computed' });
  });

  test('its scale ends at a round number that tables outside the layers do not move', () => {
    const model = mapModel(SUMMARY, [overview('L0.FF.V', 16), overview('E', 100, 100)], 'share');
    expect(model.maximumText).toBe('40%');
    expect(model.rows[0]?.cells[2]?.step).toBe(5);
  });

  test('negative means are drawn as nothing, and said as they are', () => {
    const model = mapModel(SUMMARY, [overview('L0.FF.V', 0)], 'kurtosis');
    expect(model.rows[0]?.cells[2]).toMatchObject({ step: 0, text: '−0.5' });
    expect(mapModel(SUMMARY, [overview('L0.FF.V', 0)], 'norm').maximumText).toBe('5.00');
  });
});

test('a histogram’s row and control share one axis, its empty bins lie on the floor', () => {
  const { row, control } = histogramPicture({
    ...{ component: 'E[0]', low: -8, high: 8 },
    counts: [0, 90, 10],
    controlShares: [0, 0.9, 0.1],
  });
  const heights = (path: string): number[] =>
    [...path.matchAll(/[ML][\d.]+ ([\d.]+)H/gu)].map(([, y]) => Number(y));
  expect(heights(row)).toEqual(heights(control));
  expect(heights(row)[0]).toBe(HISTOGRAM_HEIGHT);
  expect(heights(row)[1]).toBe(0);
});

test('rows of one neuron, and of one dimension of a head, belong together', () => {
  expect(partnerIdOf('L1.FF.V[31]')).toBe('L1.FF.K[31]');
  expect(otherRowsOf('L1.FF.V[31]', SUMMARY)).toEqual(['L1.FF.Up[31]']);
  expect(partnerIdOf('L1.FF.Up[31]')).toBe('L1.FF.V[31]');
  expect(otherRowsOf('L1.FF.Up[31]', SUMMARY)).toEqual(['L1.FF.K[31]']);
  expect(partnerIdOf('L1.H2.V[3]')).toBe('L1.H2.O[3]');
  expect(partnerIdOf('L1.H2.K[3]')).toBe('L1.H2.Q[3]');
  expect(otherRowsOf('L1.H2.K[3]', SUMMARY)).toEqual([]);
  expect(partnerIdOf('E[3]')).toBeNull();
});

test('every warning comes with what can be done about it', () => {
  const warnings = warningsOf({
    ...SUMMARY,
    shape: null,
    architectureProblem: 'The names of a known architecture are missing.',
    offeredConfig: '/m/../config.json',
    tokenizer: null,
    tokenizerProblem: null,
    paddingRows: 8,
    warnings: ['Something else.'],
  });
  expect(warnings.map(({ buttons }) => buttons.map(({ action }) => action))).toEqual([
    ['chooseConfig', 'useOfferedConfig'],
    ['chooseTokenizer'],
    [],
    [],
  ]);
  expect(warningsOf(SUMMARY)).toEqual([]);
});
