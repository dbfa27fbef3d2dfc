import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isHeadKind,
  parseComponentPattern,
  parseMatrixId,
} from '../../../src/core/model/componentId';
import { ComponentFinder, type FindableModel } from '../../../src/core/model/findComponents';
import { headMatrixRef } from '../../../src/core/model/headMatrixId';

const HEADS = 12;
const D_HEAD = 64;
const LAYERS = Array.from({ length: 24 }, (_, layer) => layer);
const PER_LAYER = ['FF.K', 'FF.V', 'Q', 'K', 'V', 'O'] as const;

const MODEL: FindableModel = {
  matrices: [
    { kind: 'E', rows: 50_257 },
    { kind: 'P', rows: 1024 },
    ...LAYERS.flatMap((layer) =>
      PER_LAYER.map((kind) => ({ kind, layer, rows: isHeadKind(kind) ? HEADS * D_HEAD : 3072 })),
    ),
    { kind: 'C', rows: 3 },
  ],
  shape: { nHeads: HEADS, dHead: D_HEAD },
  labels: ['NEGATIVE', 'A [good] one', 'POSITIVE'],
};

const finder = new ComponentFinder(MODEL);
const first = (text: string): string | undefined => finder.find(text, 20)[0];

describe('what somebody types', () => {
  it.each([
    ['3v907', 'L3.FF.V[907]'],
    ['L3.FF.V[907]', 'L3.FF.V[907]'],
    ['l3.ff.v[907', 'L3.FF.V[907]'],
    ['l3 ff v 907', 'L3.FF.V[907]'],
    ['13k12', 'L13.FF.K[12]'],
    ['3h7o5', 'L3.H7.O[5]'],
    ['L3.H7.O', 'L3.H7.O'],
    ['3h7vo', 'L3.H7.VO'],
    ['l3.h7.qk', 'L3.H7.QK'],
    ['3.ffk', 'L3.FF.K'],
    ['e262', 'E[262]'],
    ['E', 'E'],
    ['P[4]', 'P[4]'],
    ['c[pos', 'C[POSITIVE]'],
    ['C[good]', 'C[A [good] one]'],
    ['C[1]', 'C[A [good] one]'],
    ['3v00907', 'L3.FF.V[907]'],
  ])('%s means %s', (typed, id) => {
    expect(first(typed)).toBe(id);
  });

  it.each(['3v3072', 'she', '', '   ', '[5]', 'L24.FF.V', 'L3.FF.V[x]', '3v99999999999999999999'])(
    'nothing has the name "%s"',
    (typed) => {
      expect(finder.find(typed, 20)).toEqual([]);
    },
  );

  it('rows of heads are found under their heads alone', () => {
    for (const id of finder.find('5v5', 50).filter((found) => found.includes('['))) {
      expect(id).toMatch(/FF|\.H\d+\./u);
    }
  });
});

it('only what the model has is found, each once and no more than asked for', () => {
  const characters = fc.constantFrom(...Array.from('Ll3 .HhFfKkVvQOoEePCc[]0179NP'));
  fc.assert(
    fc.property(
      fc.string({ unit: characters, maxLength: 14 }),
      fc.integer({ min: 1, max: 30 }),
      (typed, limit) => {
        const found = finder.find(typed, limit);
        expect(found.length).toBeLessThanOrEqual(limit);
        expect(new Set(found).size).toBe(found.length);
        for (const id of found) {
          const headMatrix = headMatrixRef(id);
          if (headMatrix !== undefined) {
            expect(headMatrix.head).toBeLessThan(HEADS);
            continue;
          }
          const bracket = id.indexOf('[');
          const { kind, layer, head } = parseMatrixId(bracket === -1 ? id : id.slice(0, bracket));
          const table = MODEL.matrices.find(
            (matrix) => matrix.kind === kind && matrix.layer === layer,
          );
          expect(table).toBeDefined();
          expect(head ?? 0).toBeLessThan(HEADS);
          if (bracket === -1) {
            continue;
          }
          const { row } = parseComponentPattern(id);
          if (row.type === 'label') {
            expect(MODEL.labels).toContain(row.label);
          } else {
            expect(row.type === 'one' ? row.index : Infinity).toBeLessThan(
              head === undefined ? (table?.rows ?? 0) : D_HEAD,
            );
          }
        }
      },
    ),
  );
});
