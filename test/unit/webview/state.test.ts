import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canStep, MAX_HISTORY, replaceCurrent, step, visit } from '../../../webview/state/history';
import type { HistoryState } from '../../../webview/state/history';
import {
  DEFAULT_TABLE,
  DEFAULT_UI,
  MAX_TABLES,
  restoreUiState,
  WHOLE_HEAD,
  withTable,
} from '../../../webview/state/uiState';

const EMPTY: HistoryState = { entries: [], index: -1 };
const at = (component: string): { page: string; component: string } => ({ page: 'row', component });

describe('history', () => {
  test('going somewhere drops what lay ahead', () => {
    const there = visit(visit(visit(EMPTY, at('a')), at('b')), at('c'));
    const back = step(step(there, -1), -1);
    expect(back.entries[back.index]).toEqual(at('a'));
    expect(visit(back, at('d')).entries).toEqual([at('a'), at('d')]);
  });

  test('going where one is changes nothing', () => {
    const there = visit(EMPTY, at('a'));
    expect(visit(there, at('a'))).toBe(there);
  });

  test('searches of two tokens are two places', () => {
    const search = (token: string): { page: string; token: string } => ({ page: 'search', token });
    expect(visit(visit(EMPTY, search('she')), search(' she')).entries).toHaveLength(2);
  });

  test('it has two ends', () => {
    const there = visit(visit(EMPTY, at('a')), at('b'));
    expect(canStep(there, 1)).toBe(false);
    expect(step(there, 1)).toBe(there);
    expect(canStep(step(there, -1), -1)).toBe(false);
  });

  test('a place can be replaced without a step of its own', () => {
    const there = replaceCurrent(visit(visit(EMPTY, at('a')), at('b')), at('c'));
    expect(there.entries).toEqual([at('a'), at('c')]);
  });

  test('the index always names an entry, however one goes', () => {
    const moves = fc.oneof(
      fc.constantFrom<-1 | 1>(-1, 1),
      fc.constantFrom('a', 'b', 'c', 'd').map((name) => at(name)),
    );
    fc.assert(
      fc.property(fc.array(moves, { maxLength: 3 * MAX_HISTORY }), (steps) => {
        let history = visit(EMPTY, at('start'));
        for (const move of steps) {
          history = typeof move === 'number' ? step(history, move) : visit(history, move);
          expect(history.entries[history.index]).toBeDefined();
          expect(history.entries.length).toBeLessThanOrEqual(MAX_HISTORY);
        }
      }),
    );
  });
});

describe('what VS Code kept', () => {
  test('comes back as it was', () => {
    const state = withTable(
      {
        ...DEFAULT_UI,
        history: visit(visit(EMPTY, at('E[5]')), { page: 'search', token: ' she' }),
        treeShown: false,
        expanded: ['L0'],
        mapMetric: 'norm',
        mapAsTable: true,
        search: { scope: 'FF.V', sort: 'rank', reversed: true },
      },
      'matrix:E',
      { sort: { by: 'norm', descending: true }, filter: 'z>3', firstRow: 7, selected: ['E[9]'] },
    );
    expect(restoreUiState(structuredClone(state))).toEqual(state);
  });

  test('is taken only as far as it makes sense', () => {
    expect(restoreUiState(undefined)).toEqual(DEFAULT_UI);
    expect(restoreUiState([])).toEqual(DEFAULT_UI);
    const restored = restoreUiState({
      history: { entries: [{ page: 3 }, at('E[5]'), null], index: 99 },
      tables: {
        a: { sort: { by: 'price' }, firstRow: -4, activeRow: 1.5, selected: [1, 'x'] },
        b: 3,
      },
      expanded: 'L0',
      mapMetric: 'colour',
      search: { scope: 'E', sort: 'price', reversed: 1 },
    });
    expect(restored.search).toEqual({ ...DEFAULT_UI.search, scope: 'E' });
    expect(restored.history).toEqual({ entries: [at('E[5]')], index: 0 });
    expect(restored.tables).toEqual({ a: { ...DEFAULT_TABLE, selected: ['x'] } });
    expect(restored.mapMetric).toBe(DEFAULT_UI.mapMetric);
  });

  test('what was asked of a head is kept, and nothing that cannot be asked', () => {
    const head = { ...WHOLE_HEAD, component: 'L1.H2.QK', threshold: -3.5, row: ' she', delta: 4 };
    const kept = { ...head, negative: true, sort: 'mark', asTables: true };
    expect(restoreUiState({ head: kept }).head).toEqual(kept);
    const hostile = { component: 5, threshold: NaN, row: 7, delta: -1, negative: 'yes', sort: 'x' };
    expect(restoreUiState({ head: hostile }).head).toEqual(WHOLE_HEAD);
    const maps = { overviewMap: 'heads', headMetric: 'copying', headMatrix: 'QK' };
    expect(restoreUiState(maps)).toMatchObject(maps);
    expect(restoreUiState({ overviewMap: 1, headMetric: 'kurtosis', headMatrix: 'VV' })).toEqual(
      DEFAULT_UI,
    );
  });

  test('never throws', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (history, tables) => {
        const { history: restored } = restoreUiState({ history, tables });
        expect(restored.index).toBeLessThan(Math.max(1, restored.entries.length));
      }),
    );
  });

  test('the tables that were used longest ago are forgotten', () => {
    let state = DEFAULT_UI;
    for (let table = 0; table < MAX_TABLES + 10; table += 1) {
      state = withTable(state, `matrix:L${table}.Q`, { firstRow: table });
      state = withTable(state, 'matrix:E', { firstRow: table });
    }
    expect(Object.keys(state.tables)).toHaveLength(MAX_TABLES);
    expect(state.tables).toHaveProperty('matrix:E');
    expect(state.tables).not.toHaveProperty('matrix:L0.Q');
  });
});
