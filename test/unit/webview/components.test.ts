import { describe, expect, test } from 'vitest';
import {
  locate,
  placeOf,
  rowCountOf,
  rowId,
  rowIndexOf,
  shortRowName,
} from '../../../webview/format/components';
import { crumbsOf } from '../../../webview/format/crumbs';
import { SUMMARY } from '../../support/summary';

describe('ids taken apart', () => {
  test.each([
    ['L3.FF.K[907]', 'L3.FF.K', '907'],
    ['L3.H7.Q', 'L3.H7.Q', null],
    ['C[A [good] one]', 'C', 'A [good] one'],
  ])('%s', (id, matrix, row) => {
    expect(placeOf(id)).toMatchObject({ matrix, row });
  });

  test('what is no id has no place', () => {
    expect(placeOf('wte.weight')).toBeUndefined();
    expect(placeOf('')).toBeUndefined();
  });
});

test.each([
  ['L5.FF.V[31]', 'L5.FF.V', 'V[31]'],
  ['L3.H7.Q[5]', 'L3.Q', 'H7.Q[5]'],
  ['L3.H7.Q[5]', 'L3.H7.Q', 'Q[5]'],
  ['E[262]', 'E', 'E[262]'],
  ['C[POSITIVE]', 'C', 'C[POSITIVE]'],
])('%s in the table %s is called %s', (id, table, name) => {
  expect(shortRowName(id, table)).toBe(name);
});

describe('rows of tables', () => {
  test('heads divide a layer’s table; grouped keys have fewer', () => {
    expect(rowCountOf({ kind: 'Q', layer: 0 }, SUMMARY)).toBe(32);
    expect(rowCountOf({ kind: 'Q', layer: 0, head: 3 }, SUMMARY)).toBe(8);
    expect(rowCountOf({ kind: 'K', layer: 0, head: 3 }, SUMMARY)).toBe(8);
    expect(rowCountOf({ kind: 'K', layer: 0, head: 4 }, SUMMARY)).toBeUndefined();
    expect(rowCountOf({ kind: 'FF.K', layer: 2 }, SUMMARY)).toBeUndefined();
  });

  test('ids of rows, each stored head under its lowest query head', () => {
    expect(rowId({ kind: 'Q', layer: 1 }, 9, SUMMARY)).toBe('L1.H1.Q[1]');
    expect(rowId({ kind: 'K', layer: 1 }, 9, SUMMARY)).toBe('L1.H2.K[1]');
    expect(rowId({ kind: 'K', layer: 1, head: 1 }, 3, SUMMARY)).toBe('L1.H1.K[3]');
    expect(rowId({ kind: 'C' }, 1, SUMMARY)).toBe('C[A [good] one]');
  });

  test('a row’s index, by label too', () => {
    const index = (id: string): number | undefined => {
      const place = placeOf(id);
      return place === undefined ? undefined : rowIndexOf(place, SUMMARY);
    };
    expect(index('L0.FF.K[63]')).toBe(63);
    expect(index('L0.FF.K[64]')).toBeUndefined();
    expect(index('C[A [good] one]')).toBe(1);
    expect(index('C[0]')).toBe(0);
    expect(index('C[MISSING]')).toBeUndefined();
  });
});

describe('going to a component', () => {
  test.each([
    ['L1.FF.V', { page: 'matrix', component: 'L1.FF.V' }],
    [' l1.ff.v[31] ', { page: 'row', component: 'L1.FF.V[31]' }],
    ['l0.h3.k[7]', { page: 'row', component: 'L0.H3.K[7]' }],
    ['e[99]', { page: 'row', component: 'E[99]' }],
    ['C[A [good] one]', { page: 'row', component: 'C[A [good] one]' }],
    ['l1.h3.qk', { page: 'head', component: 'L1.H3.QK' }],
    ['L0.H2', { page: 'head', component: 'L0.H2.VO' }],
    ['L0.H2.VO.S[4]', { page: 'head', component: 'L0.H2.VO' }],
  ])('%s', (text, location) => {
    expect(locate(text, SUMMARY)).toEqual({ location });
  });

  test.each([
    ['L9.FF.V', 'tiny has no L9.FF.V.'],
    ['L1.FF.V[64]', 'tiny has no L1.FF.V[64].'],
    ['P[0]', 'tiny has no P[0].'],
    ['L0.H4.VO', 'tiny has no L0.H4.VO.'],
    ['l2.h0', 'tiny has no L2.H0.VO.'],
    ['L1.FF.V[0:5]', 'several rows'],
    ['L1.H0.FF.V[1]', 'belongs to no head'],
    ['she', 'Components look like'],
  ])('%s is refused with a sentence', (text, part) => {
    const answer = locate(text, SUMMARY);
    expect('problem' in answer ? answer.problem : '').toContain(part);
  });
});

describe('breadcrumbs', () => {
  test('lead from the model to the row', () => {
    const crumbs = crumbsOf({ page: 'row', component: 'L1.H2.Q[5]' }, SUMMARY);
    expect(crumbs.map(({ label }) => label)).toEqual(['tiny', 'L1', 'H2', 'Q', '5']);
    expect(crumbs.map(({ location }) => location?.component ?? location?.page)).toEqual([
      'overview',
      undefined,
      undefined,
      'L1.H2.Q',
      undefined,
    ]);
  });

  test('offer what could stand in a part’s place', () => {
    const [, layer, head, kind] = crumbsOf({ page: 'matrix', component: 'L1.H2.Q' }, SUMMARY);
    const targets = (crumb: typeof layer): unknown =>
      crumb?.siblings.map(({ location }) => location.component);
    expect(targets(layer)).toEqual(['L0.H2.Q', 'L1.H2.Q']);
    expect(targets(head)).toEqual(['L1.Q', 'L1.H0.Q', 'L1.H1.Q', 'L1.H2.Q', 'L1.H3.Q']);
    expect(targets(kind)).toEqual([
      'L1.H2.Q',
      'L1.H2.K',
      'L1.H2.V',
      'L1.H2.O',
      'L1.H2.VO',
      'L1.H2.QK',
    ]);
    expect(kind?.siblings.find(({ current }) => current)?.label).toBe('Q');
  });

  test('lead to a head by layer, head and matrix, each with the places beside it', () => {
    const crumbs = crumbsOf({ page: 'head', component: 'L1.H2.QK' }, SUMMARY);
    expect(crumbs.map(({ label }) => label)).toEqual(['tiny', 'L1', 'H2', 'QK']);
    const [, layer, head, matrix] = crumbs;
    expect(layer?.siblings.map(({ location }) => location.component)).toEqual([
      'L0.H2.QK',
      'L1.H2.QK',
    ]);
    expect(head?.siblings).toHaveLength(4);
    expect(matrix?.siblings.map(({ location: { page, component } }) => [page, component])).toEqual([
      ['head', 'L1.H2.VO'],
      ['head', 'L1.H2.QK'],
      ...['Q', 'K', 'V', 'O'].map((kind) => ['matrix', `L1.H2.${kind}`]),
    ]);
  });

  test('end at the overview and at the tensors', () => {
    expect(crumbsOf({ page: 'overview' }, SUMMARY).map(({ label }) => label)).toEqual(['tiny']);
    expect(crumbsOf({ page: 'tensors' }, SUMMARY).map(({ label }) => label)).toEqual([
      'tiny',
      'Tensors',
    ]);
  });
});
