import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { DEFAULT_OPTIONS } from '../../../src/core/projection/options';
import type { DiffResult, RowChange, TableChange } from '../../../src/protocol/displacement';
import { changesList } from '../../../src/protocol/written/changes';
import type { ChangesSource } from '../../../src/protocol/written/changes';
import type { DocumentForm } from '../../../src/protocol/written/document';
import { listDocument } from '../../../src/protocol/written/list';
import {
  changeMap,
  changeOptions,
  isUnchanged,
  optionsNote,
  rowsSentence,
  tensorsSentence,
  vocabularyNote,
} from '../../../webview/format/changes';
import { changesSvg } from '../../../webview/format/changesSvg';
import { formatRelative, setNumberLocale } from '../../../webview/format/numbers';
import { DEFAULT_DIFF, ofBase, readDiff } from '../../../webview/state/diffState';
import { READING, SUMMARY } from '../../support/summary';

beforeAll(() => {
  setNumberLocale('en');
});

function table(matrix: string, change: Partial<TableChange> = {}): TableChange {
  const match = /^L(\d+)\.(.*)$/u.exec(matrix);
  return {
    matrix,
    kind: (match?.[2] ?? matrix) as TableChange['kind'],
    ...(match === null ? {} : { layer: Number(match[1]) }),
    ...{ rows: 8, changedRows: 0, newRows: 0, norm: 0, relative: 0 },
    ...change,
  };
}

function result(
  tables: readonly TableChange[],
  tensors: Partial<DiffResult['tensors']> = {},
): DiffResult {
  return {
    tensors: { total: 77, changed: 0, new: 0, reshaped: 0, gone: 0, ...tensors },
    tables,
    changedRows: tables.reduce((sum, { changedRows }) => sum + changedRows, 0),
    warnings: [],
  };
}

const RESULT = result(
  [
    table('E', { rows: 10, changedRows: 2, newRows: 2 }),
    table('L0.FF.K'),
    table('L0.Q', { changedRows: 8, norm: 2, relative: 0.02 }),
    table('L1.FF.K', { changedRows: 4, norm: 3, relative: 0.08 }),
    table('L1.Q', { changedRows: 1, norm: 0.5, relative: null }),
    table('C', { rows: 2, changedRows: 2, newRows: 2, relative: null }),
  ],
  { changed: 36, new: 1, reshaped: 1, gone: 2 },
);

describe('what training changed', () => {
  test('comes to two sentences', () => {
    expect(tensorsSentence(RESULT)).toBe(
      '38 of 77 tensors changed, 1 of them new, 1 of another shape, 2 of the base are gone.',
    );
    expect(rowsSentence(RESULT)).toBe('17 of 44 rows changed, 4 of them new.');
    expect(vocabularyNote(RESULT)).toMatch(/^The base lacks 2 rows of the vocabulary/u);
    expect(vocabularyNote(result([table('E')]))).toBeNull();
    expect(isUnchanged(RESULT)).toBe(false);
    expect(isUnchanged(result([table('E')]))).toBe(true);
    expect(isUnchanged(result([table('E')], { gone: 1 }))).toBe(false);
  });

  test('is a map of layers by kinds, with what belongs to no layer apart', () => {
    const map = changeMap(RESULT, 'relative');
    expect(map.kinds).toEqual(['FF.K', 'Q']);
    expect(map.layers.map(({ cells }) => cells.map(({ value }) => value))).toEqual([
      ['=', '2.00%'],
      ['8.00%', '–'],
    ]);
    expect(map.layers.map(({ cells }) => cells.map(({ step }) => step))).toEqual([
      [null, 2],
      [6, null],
    ]);
    expect(map.whole.cells.map(({ value }) => value)).toEqual(['2 new', 'new']);
    expect(map.maximumText).toBe('10.0%');
    expect(map.layers[1]?.cells[0]?.text).toBe('L1.FF.K: 8.00%, 4 of 8 rows changed');
    expect(map.layers[0]?.cells[0]?.text).toBe('L0.FF.K: unchanged');
    expect(changeMap(RESULT, 'rows').layers[1]?.cells[0]?.value).toBe('50%');
    expect(changeMap(RESULT, 'norm').layers[1]?.cells[0]?.value).toBe('3.00');
  });

  test('has steps that grow with the change and stay on the scale', () => {
    const change = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(change, { minLength: 2, maxLength: 12 }), (values) => {
        const tables = values.map((relative, layer) =>
          table(`L${String(layer)}.Q`, { changedRows: 8, norm: relative, relative }),
        );
        const { layers } = changeMap(result(tables), 'relative');
        const steps = layers.map(({ cells }) => cells[0]?.step ?? -1);
        expect(steps.every((step) => step >= 0 && step <= 8)).toBe(true);
        const order = values.map((_, at) => at).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
        const sorted = order.map((at) => steps[at] ?? -1);
        expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
      }),
    );
  });

  test('is drawn with one coloured cell for each table that changed', () => {
    const picture = changesSvg(changeMap(RESULT, 'relative'), 'A & its base');
    const LEGEND_STEPS = 9;
    // L0.Q and L1.FF.K: nothing is known of L1.Q, and new rows are compared with nothing.
    expect(picture.match(/<rect [^>]*fill="rgb/gu)).toHaveLength(LEGEND_STEPS + 2);
    expect(picture).toContain('A &amp; its base');
    expect(picture).toContain('>new</text>');
  });
});

test('relative changes keep three digits', () => {
  expect([0.33, 0.0123, 1.5, 0.0000123].map(formatRelative)).toEqual([
    ...['33.0%', '1.23%', '150%', '0.00123%'],
  ]);
  expect(formatRelative(NaN)).toBe('NaN');
});

test('changes are read unfolded and by a rank with two sides, which is said', () => {
  const folded = { ...DEFAULT_OPTIONS, fold: 'norms', rank: 'cosine' } as const;
  expect(changeOptions(folded)).toMatchObject({ fold: 'none', rank: 'cosine' });
  expect(optionsNote(folded)).toMatch(/unfolded/u);
  const specific = { ...DEFAULT_OPTIONS, rank: 'specificity' } as const;
  expect(changeOptions(specific).rank).toBe('dot');
  expect(optionsNote(specific)).toMatch(/dot product/u);
  expect(optionsNote(DEFAULT_OPTIONS)).toBeNull();
});

test('what is kept of the page is taken as far as it can be understood', () => {
  expect(readDiff({ other: '/base', matrix: 'C', sort: 'z', metric: 'norm' })).toEqual({
    ...{ other: '/base', matrix: 'C', row: null, metric: 'norm' },
    ...{ sort: 'z', descending: true },
  });
  expect(readDiff({ other: 3, metric: 'colour', sort: [], row: {} })).toEqual(DEFAULT_DIFF);
  const state = readDiff({ other: '/base', matrix: 'C', row: 'C[POSITIVE]' });
  expect(ofBase(state, '/base')).toBe(state);
  expect(ofBase(state, '/another')).toMatchObject({ other: '/another', matrix: null, row: null });
});

describe('copies of changed rows', () => {
  const row: RowChange = {
    ...{ component: 'L1.FF.K[3]', space: 'input', norm: 0.25, relative: 0.5, isNew: false },
    ...{ mean: 0, std: 1, skewness: 0, kurtosis: 1, kurtosisCentered: 1, z: 4.25, speaks: 'top' },
    ...{ nonFinite: 0, omitted: { undertrained: 227, special: 1, padding: 8, filter: 0 } },
    plus: [{ id: 1, text: ' great, "good"', score: 2 }],
    minus: [{ id: 2, text: ' bad', score: -1.5 }],
  };
  const source: ChangesSource = {
    summary: { ...SUMMARY, name: 'tuned' },
    base: SUMMARY,
    options: DEFAULT_OPTIONS,
    ...{ matrix: null, sort: 'norm', descending: true },
  };

  const tuned = { ...READING, component: row.component };
  const rows = [{ change: row, beside: { base: null, tuned } }];
  const written = (form: DocumentForm): string =>
    listDocument(form, changesList(RESULT, rows.length, source), rows);

  test('say both models, options and every number', () => {
    const json = JSON.parse(written('json')) as object;
    expect(json).toMatchObject({
      schema: 'vocabscope/1',
      model: { name: 'tiny' },
      tuned: { name: 'tuned' },
      summary: { changed: 36, changedRows: 17 },
      rows: [{ component: 'L1.FF.K[3]', norm: 0.25, relative: 0.5, new: false, z: 4.25 }],
    });
    const [header = '', line = ''] = written('csv').split('\r\n');
    expect(header.startsWith('component,layer,head,kind,row,space,norm,relative,new,')).toBe(true);
    expect(line.startsWith('L1.FF.K[3],1,,FF.K,3,input,0.25,0.5,false,1,4.25,')).toBe(true);
    expect(line).toMatch(/,tiny,llama,.*,tuned,llama,.*,norm,true,$/u);
    const text = written('md');
    expect(text).toContain('# `tuned` against its base `tiny`');
    expect(text).toContain('| `L1.FF.K[3]` | 0.2500 | 0.5000 | 4.3 |');
    expect(text).toContain('` bad`'.replace(' bad', '" bad"'));
  });
});
