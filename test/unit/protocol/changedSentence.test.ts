import { expect, test } from 'vitest';
import type { DiffResult } from '../../../src/protocol/displacement';
import { changedSentence } from '../../../src/protocol/written/changes';

function sentence(tensors: Partial<DiffResult['tensors']>, changedRows: number): string {
  const none = { total: 15, changed: 0, new: 0, reshaped: 0, gone: 0 };
  return changedSentence({
    tensors: { ...none, ...tensors },
    tables: [],
    changedRows,
    warnings: [],
  });
}

test.each([
  [{}, 0, '0 of 15 tensors changed; 0 rows changed'],
  [{ changed: 1 }, 1, '1 of 15 tensors changed; 1 row changed'],
  [
    { changed: 14, reshaped: 1 },
    1200,
    '15 of 15 tensors changed, 1 of another shape; 1,200 rows changed',
  ],
  [
    { changed: 2, new: 1, reshaped: 1, gone: 1 },
    ...[
      2,
      '4 of 15 tensors changed, 1 of them new, 1 of another shape, 1 of the base is gone; 2 rows changed',
    ],
  ],
  [{ gone: 3 }, 0, '0 of 15 tensors changed, 3 of the base are gone; 0 rows changed'],
] as [Partial<DiffResult['tensors']>, number, string][])('%j, %d rows', (tensors, rows, said) => {
  expect(sentence(tensors, rows)).toBe(said);
});
