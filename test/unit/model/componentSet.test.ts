import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatMatrixId,
  formatRowId,
  isHeadKind,
  parseComponentPattern,
  parseMatrixId,
  ROW_KINDS,
} from '../../../src/core/model/componentId';
import {
  expandComponents,
  listMatrices,
  locateRow,
  matrixRows,
  rowInLayer,
  rowOfMatrix,
} from '../../../src/core/model/componentSet';
import { headsPerRow, idsOfRow } from '../../../src/core/model/headGroups';
import type { ModelShape, Transformer } from '../../../src/core/model/transformer';
import { smallClassifier, smallGpt2, smallLlama } from './support';

function idsOf(transformer: Transformer, text: string): readonly string[] {
  const rows = expandComponents(transformer, parseComponentPattern(text));
  const ids = [...rows].map(({ ref }) => formatRowId(ref));
  expect(rows.count).toBe(ids.length);
  return ids;
}

describe('tables', () => {
  it('of a plain model', () => {
    const tables = listMatrices(smallGpt2()).map(({ ref, rows }) => [formatMatrixId(ref), rows]);
    expect(tables.slice(0, 9)).toEqual([
      ['E', 24],
      ['U', 24],
      ['P', 16],
      ['L0.FF.K', 32],
      ['L0.FF.V', 32],
      ['L0.Q', 8],
      ['L0.K', 8],
      ['L0.V', 8],
      ['L0.O', 8],
    ]);
    expect(tables).toHaveLength(15);
  });

  it('of a gated model with grouped queries: shared rows once', () => {
    const tables = listMatrices(smallLlama()).map(({ ref, rows }) => [formatMatrixId(ref), rows]);
    expect(tables.slice(0, 9)).toEqual([
      ['E', 24],
      ['U', 24],
      ['L0.FF.K', 10],
      ['L0.FF.Up', 10],
      ['L0.FF.V', 10],
      ['L0.Q', 12],
      ['L0.K', 6],
      ['L0.V', 6],
      ['L0.O', 12],
    ]);
  });

  it('of a classifier: a row for each label', () => {
    const tables = listMatrices(smallClassifier(['no', 'yes']));
    expect(tables).toContainEqual({ ref: { kind: 'C' }, rows: 2 });
  });

  it.each([
    ['L1.Q', 0, 12],
    ['L1.H2.Q', 6, 3],
    ['L1.H2.K', 3, 3],
    ['L1.H3.K', 3, 3],
    ['L1.H1.V', 0, 3],
    ['L1.H3.O', 9, 3],
    ['L1.FF.Up', 0, 10],
    ['E', 0, 24],
  ])('%s lies at rows %i, %i of them', (id, first, count) => {
    expect(matrixRows(smallLlama(), parseMatrixId(id))).toMatchObject({ first, count });
  });

  it.each(['L2.Q', 'L0.H4.Q', 'P', 'C', 'L9.H0.K'])('%s is refused', (id) => {
    expect(() => matrixRows(smallLlama(), parseMatrixId(id))).toThrow(
      expect.objectContaining({ reason: 'unknownComponent' }),
    );
  });
});

const headShapes: fc.Arbitrary<Pick<ModelShape, 'nHeads' | 'nKvHeads' | 'dHead'>> = fc
  .record({
    nKvHeads: fc.integer({ min: 1, max: 32 }),
    group: fc.integer({ min: 1, max: 16 }),
    dHead: fc.integer({ min: 1, max: 256 }),
  })
  .map(({ nKvHeads, group, dHead }) => ({ nKvHeads, nHeads: nKvHeads * group, dHead }));

describe('numbers of rows in tables', () => {
  it('lead to rows and back, for every table', () => {
    const kinds = fc.constantFrom(...ROW_KINDS);
    fc.assert(
      fc.property(headShapes, kinds, fc.nat(), (sizes, kind, number) => {
        const shaped = { shape: { ...smallGpt2().shape, ...sizes } };
        const table = { kind, layer: 3 };
        const rows = (sizes.nHeads / headsPerRow(sizes, kind)) * sizes.dHead;
        const n = number % rows;
        const ref = rowOfMatrix(shaped, table, n);
        expect(rowInLayer(shaped, ref)).toBe(n);
        for (const id of idsOfRow(sizes, ref)) {
          expect(rowInLayer(shaped, id)).toBe(n);
          expect(id.head ?? 0).toBeGreaterThanOrEqual(ref.head ?? 0);
        }
      }),
    );
  });

  it.each([
    ['L3.Q', 137, 'L3.H4.Q[9]'],
    ['L3.K', 137, 'L3.H8.K[9]'],
    ['L3.V', 0, 'L3.H0.V[0]'],
    ['L3.O', 255, 'L3.H7.O[31]'],
    ['L3.H5.K', 31, 'L3.H5.K[31]'],
    ['L3.FF.V', 1_000_000, 'L3.FF.V[1000000]'],
    ['E', 7, 'E[7]'],
  ])('%s row %i is %s', (table, n, id) => {
    const shape = { ...smallGpt2().shape, nHeads: 16, nKvHeads: 8, dHead: 32 };
    expect(formatRowId(rowOfMatrix({ shape }, parseMatrixId(table), n))).toBe(id);
  });

  it('agree with where ids lie', () => {
    const llama = smallLlama();
    for (const { ref, rows } of listMatrices(llama)) {
      for (let n = 0; n < rows; n++) {
        const { view, first } = matrixRows(llama, ref);
        expect(locateRow(llama, rowOfMatrix(llama, ref, n))).toEqual({ view, index: first + n });
      }
    }
  });
});

describe('what an id or a range names', () => {
  it.each([
    ['E[23]', ['E[23]']],
    ['L1.FF.K[30:]', ['L1.FF.K[30]', 'L1.FF.K[31]']],
    ['L*.FF.V[0]', ['L0.FF.V[0]', 'L1.FF.V[0]']],
    ['L0.H*.Q[3]', ['L0.H0.Q[3]', 'L0.H1.Q[3]']],
    ['L1:.H1:2.O[:2]', ['L1.H1.O[0]', 'L1.H1.O[1]']],
  ])('%s', (text, ids) => {
    expect(idsOf(smallGpt2(), text)).toEqual(ids);
  });

  it('every row of a table once', () => {
    const llama = smallLlama();
    for (const { ref, rows } of listMatrices(llama)) {
      const id = formatMatrixId(ref);
      const text = isHeadKind(ref.kind) ? id.replace('.', '.H*.') : id;
      const places = idsOf(llama, `${text}[*]`);
      expect(places).toHaveLength(rows);
      expect(new Set(places).size).toBe(rows);
    }
  });

  describe('grouped queries', () => {
    it('answers under exactly the id that was asked for, and says which share the row', () => {
      const rows = expandComponents(smallLlama(), parseComponentPattern('L0.H3.K[1]'));
      expect([...rows]).toEqual([
        { ref: { kind: 'K', layer: 0, head: 3, row: 1 }, sharedBy: ['L0.H2.K[1]'] },
      ]);
      expect(idsOf(smallLlama(), 'L0.H3.V[*]')).toEqual(['L0.H3.V[0]', 'L0.H3.V[1]', 'L0.H3.V[2]']);
    });

    it('shows a shared row once where a range of heads is asked for', () => {
      expect(idsOf(smallLlama(), 'L0.H*.K[2]')).toEqual(['L0.H0.K[2]', 'L0.H2.K[2]']);
      expect(idsOf(smallLlama(), 'L0.H1:4.K[2]')).toEqual(['L0.H0.K[2]', 'L0.H2.K[2]']);
      expect(idsOf(smallLlama(), 'L0.H1:2.V[2]')).toEqual(['L0.H0.V[2]']);
      expect(idsOf(smallLlama(), 'L0.H1:4.Q[2]')).toHaveLength(3);
      expect(idsOf(smallLlama(), 'L0.H*.Q[2]')).toHaveLength(4);
    });

    it('says nothing of sharing where nothing is shared', () => {
      for (const text of ['L0.H3.Q[1]', 'L0.H3.O[1]', 'L0.FF.K[1]', 'E[1]']) {
        const [row] = expandComponents(smallLlama(), parseComponentPattern(text));
        expect(row).not.toHaveProperty('sharedBy');
      }
    });
  });

  it('is made row by row', () => {
    const gpt2 = smallGpt2();
    const huge = { ...gpt2, W_E: { ...gpt2.W_E, rows: 2 ** 40 } };
    const rows = expandComponents(huge, parseComponentPattern('E[*]'));
    expect(rows.count).toBe(2 ** 40);
    const [first, second] = rows;
    expect([first, second]).toEqual([
      { ref: { kind: 'E', row: 0 } },
      { ref: { kind: 'E', row: 1 } },
    ]);
  });

  it.each([
    ['L2.FF.K[0]', /L2\.FF\.K\[0\] asks for layer 2, but there are only layers 0 to 1/u],
    ['L0:3.FF.K[0]', /layer 2/u],
    ['L5:.FF.K[0]', /layer 5/u],
    ['L0.H2.Q[0]', /head 2, but there are only heads 0 to 1/u],
    ['L0.H0:9.Q[0]', /head 8/u],
    ['L0.H0.Q[4]', /row 4, but there are only rows 0 to 3/u],
    ['L0.FF.K[32]', /row 32, but there are only rows 0 to 31/u],
    ['L0.FF.K[0:33]', /row 32/u],
    ['L0.FF.K[32:]', /row 32/u],
    ['L0.FF.K[5:5]', /selects nothing/u],
    ['L0.FF.K[5:2]', /selects nothing/u],
    ['L1:1.FF.K[0]', /selects nothing/u],
    ['E[24]', /row 24, but there are only rows 0 to 23/u],
    ['E[99999999999999999999999]', /row 1e\+23/u],
    ['L0.FF.Up[0]', /not gated/u],
    ['C[0]', /no classifier head/u],
  ])('%s is refused at once, with what there is', (text, sentence) => {
    expect(() => expandComponents(smallGpt2(), parseComponentPattern(text))).toThrow(
      expect.objectContaining({
        reason: 'unknownComponent',
        message: expect.stringMatching(sentence) as string,
      }),
    );
  });

  it('positions of a rotary model are refused', () => {
    expect(() => expandComponents(smallLlama(), parseComponentPattern('P[0]'))).toThrow(
      /no table of learned positions/u,
    );
  });

  it('a row beyond its head is refused where it is located', () => {
    expect(() => locateRow(smallGpt2(), { kind: 'Q', layer: 0, head: 0, row: 4 })).toThrow(
      /L0\.H0\.Q\[4\] asks for row 4/u,
    );
  });
});

describe('labels', () => {
  const rowsOf = (labels: readonly string[], text: string): readonly number[] =>
    [...expandComponents(smallClassifier(labels), parseComponentPattern(text))].map(
      ({ ref }) => ref.row,
    );

  it.each([
    [['NEGATIVE', 'POSITIVE'], 'C[POSITIVE]', [1]],
    [['NEGATIVE', 'POSITIVE'], 'C[positive]', [1]],
    [['NEGATIVE', 'POSITIVE'], 'C[1]', [1]],
    [['NEGATIVE', 'POSITIVE'], 'C[*]', [0, 1]],
    [['NEGATIVE', 'POSITIVE'], 'C[1:]', [1]],
    [['yes', 'YES'], 'C[YES]', [1]],
    [['5', '4', '3', '2', '1'], 'C[5]', [0]],
    [['5', '4', '3', '2', '1'], 'C[0]', [0]],
    [['0:1', '*'], 'C[0:1]', [0]],
    [['0:1', '*'], 'C[*]', [1]],
    [['a', ''], 'C[]', [1]],
  ])('of %j: %s', (labels, text, rows) => {
    expect(rowsOf(labels, text)).toEqual(rows);
  });

  it.each([
    [['no', 'yes'], 'C[maybe]', /no label of the classifier\. Its labels are no, yes, or 0 to 1/u],
    [['no', 'yes'], 'C[2]', /row 2/u],
    [['yes', 'YES'], 'C[Yes]', /more than one label/u],
    [['no', 'yes'], 'C[]', /no label/u],
    [['no', 'yes'], `C[${'x'.repeat(1e6)}]`, /^.{1,250}$/u],
  ])('of %j: %s is refused', (labels, text, sentence) => {
    expect(() => rowsOf(labels, text)).toThrow(sentence);
  });

  it('name their own row, whatever texts the labels are', () => {
    const label = fc.oneof(
      fc.string(),
      fc.constantFrom('0', '1', '2', '#0', '##1', '*', ':', '0:2', 'a', 'A', 'a]', ''),
    );
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 6 }), (texts) => {
        const labels = smallClassifier(texts).classifier?.labels ?? [];
        expect(labels).toHaveLength(texts.length);
        labels.forEach((each, row) => {
          expect(rowsOf(texts, formatRowId({ kind: 'C', row }, each))).toEqual([row]);
        });
      }),
    );
  });
});
