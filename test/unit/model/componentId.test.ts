import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VocabScopeError } from '../../../src/core/errors';
import {
  formatMatrixId,
  formatRowId,
  isGlobalKind,
  isHeadKind,
  parseComponentPattern,
  parseIndex,
  parseMatrixId,
  ROW_KINDS,
  type RowRef,
} from '../../../src/core/model/componentId';

const index = fc.nat({ max: 1_000_000 });

const rowRefs: fc.Arbitrary<RowRef> = fc
  .record({ kind: fc.constantFrom(...ROW_KINDS), layer: index, head: index, row: index })
  .map(({ kind, layer, head, row }) => ({
    kind,
    ...(isGlobalKind(kind) ? {} : { layer }),
    ...(isHeadKind(kind) ? { head } : {}),
    row,
  }));

describe('ids of rows', () => {
  it('read back as what was written', () => {
    fc.assert(
      fc.property(rowRefs, (ref) => {
        const pattern = parseComponentPattern(formatRowId(ref));
        const one = (value: number) => ({ type: 'one', index: value });
        expect(pattern).toEqual({
          text: formatRowId(ref),
          kind: ref.kind,
          ...(ref.layer === undefined ? {} : { layer: one(ref.layer) }),
          ...(ref.head === undefined ? {} : { head: one(ref.head) }),
          row: ref.kind === 'C' ? { type: 'label', label: String(ref.row) } : one(ref.row),
        });
      }),
    );
  });

  it('keep any label of a classifier', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (label) => {
        const id = formatRowId({ kind: 'C', row: 0 }, label);
        expect(parseComponentPattern(id).row).toEqual({ type: 'label', label });
      }),
    );
  });

  it.each([
    ['E[262]', { kind: 'E', row: { type: 'one', index: 262 } }],
    [' U[0:5] ', { kind: 'U', row: { type: 'range', range: { start: 0, end: 5 } } }],
    ['P[*]', { kind: 'P', row: { type: 'range', range: { start: 0, end: null } } }],
    ['C[a[0]]', { kind: 'C', row: { type: 'label', label: 'a[0]' } }],
    [
      'L*.FF.Up[:3]',
      {
        kind: 'FF.Up',
        layer: { type: 'range', range: { start: 0, end: null } },
        row: { type: 'range', range: { start: 0, end: 3 } },
      },
    ],
    [
      'L2:4.H1:.O[5:]',
      {
        kind: 'O',
        layer: { type: 'range', range: { start: 2, end: 4 } },
        head: { type: 'range', range: { start: 1, end: null } },
        row: { type: 'range', range: { start: 5, end: null } },
      },
    ],
  ])('%s', (text, expected) => {
    expect(parseComponentPattern(text)).toEqual({ text, ...expected });
  });

  it.each([
    '',
    'E',
    'L3.FF.K',
    'L3.FF.K[]',
    'L3.FF.K[a]',
    'L3.FF.K[-1]',
    'L3.FF.K[1.5]',
    'L3.FF.K[1:2:3]',
    'L3.FF.K[0] ]',
    'L3.FF.Q[0]',
    'FF.K[0]',
    'L3.E[0]',
    'L3.Q[0]',
    'L3.H1.FF.K[0]',
    'H1.Q[0]',
    'l3.ff.k[0]',
    'L3.H7.VO',
    'L-1.FF.K[0]',
    'L.FF.K[0]',
    `L3.FF.K[${'9'.repeat(100_000)}x]`,
  ])('refuses %.30s with what ids look like', (text) => {
    expect(() => parseComponentPattern(text)).toThrow(VocabScopeError);
    expect(() => parseComponentPattern(text)).toThrow(/Components look like L3\.FF\.K\[907\]/u);
    expect(() => parseComponentPattern(text)).toThrow(/^.{1,400}$/u);
  });

  it('never fails in another way', () => {
    const letters = fc.constantFrom(...Array.from('LHEUPCFQKVO.[]*:0123456789p '));
    fc.assert(
      fc.property(fc.string({ unit: letters, maxLength: 24 }), (text) => {
        try {
          parseComponentPattern(text);
        } catch (error) {
          expect(error).toMatchObject({ reason: 'unknownComponent' });
        }
      }),
    );
  });
});

describe('ids of tables', () => {
  it('read back as what was written, with and without a head', () => {
    fc.assert(
      fc.property(rowRefs, fc.boolean(), (ref, allHeads) => {
        const { kind, layer, head } = ref;
        const matrix = {
          kind,
          ...(layer === undefined ? {} : { layer }),
          ...(head === undefined || allHeads ? {} : { head }),
        };
        expect(parseMatrixId(formatMatrixId(matrix))).toEqual(matrix);
      }),
    );
  });

  it.each(['', 'FF.K', 'L3.E', 'L3.H1.FF.K', 'H1.Q', 'L*.Q', 'L3.Q[0]', 'L3', 'L3.H7.VO'])(
    'refuses "%s"',
    (text) => {
      expect(() => parseMatrixId(text)).toThrow(VocabScopeError);
    },
  );
});

it.each(['', 'a', '1a', '-1', ' 1', '1 ', '::', '1:2:3', '**'])('"%s" is no index', (text) => {
  expect(parseIndex(text)).toBeUndefined();
});
