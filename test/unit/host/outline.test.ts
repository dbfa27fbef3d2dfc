import { expect, test } from 'vitest';
import { outlineOf, type OutlineEntry } from '../../../src/host/tree/outline';
import { SUMMARY } from './fixtures/summary';

function lines(entries: readonly OutlineEntry[], indent = ''): string[] {
  return entries.flatMap((entry) =>
    entry.type === 'table'
      ? [`${indent}${entry.id} ${String(entry.rows)}`]
      : [`${indent}${entry.type} ${String(entry.index)}`, ...lines(entry.children, `${indent}  `)],
  );
}

function ids(entries: readonly OutlineEntry[]): string[] {
  return entries.flatMap((entry) => [
    entry.id,
    ...(entry.type === 'table' ? [] : ids(entry.children)),
  ]);
}

test('embeddings, layers with heads and feed-forward, the classifier', () => {
  const all = lines(outlineOf(SUMMARY));
  expect(all.slice(0, 9)).toEqual([
    'embeddings 0',
    '  E 100',
    'layer 0',
    '  attention 0',
    '    head 0',
    '      L0.H0.Q 8',
    '      L0.H0.K 8',
    '      L0.H0.V 8',
    '      L0.H0.O 8',
  ]);
  expect(all.filter((line) => line.startsWith('    head'))).toHaveLength(8);
  expect(all.slice(-5)).toEqual([
    '  feedForward 1',
    '    L1.FF.K 64',
    '    L1.FF.Up 64',
    '    L1.FF.V 64',
    'C 2',
  ]);
});

test('every line has an id of its own', () => {
  const all = ids(outlineOf(SUMMARY));
  expect(new Set(all).size).toBe(all.length);
});

test('a model of an unknown architecture has no lines', () => {
  expect(outlineOf({ ...SUMMARY, shape: null, matrices: [] })).toEqual([]);
});
