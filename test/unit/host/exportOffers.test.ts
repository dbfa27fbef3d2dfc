import { describe, expect, test } from 'vitest';
import { exportOffers, fileNameOf } from '../../../src/host/export/exportOffers';
import { readPanelExport } from '../../../src/host/panel/panelExport';
import { SUMMARY } from '../../support/summary';

const NOTHING = { component: null, selected: [] };
const PER_LAYER = 3 * 64 + 2 * 32 + 2 * 16;

function offersOf(component: string, ...selected: readonly string[]): readonly unknown[] {
  return exportOffers(SUMMARY, { component, selected }).map(({ what, components }) => [
    what,
    ...components.slice(0, 1),
  ]);
}

describe('what is offered to be exported', () => {
  test('a row, its table, and the whole', () => {
    expect(offersOf('L1.FF.V[31]').slice(0, 2)).toEqual([
      ['row', 'L1.FF.V[31]'],
      ['table', 'L1.FF.V[*]'],
    ]);
    expect(offersOf('L1.H2.Q[3]').slice(0, 2)).toEqual([
      ['row', 'L1.H2.Q[3]'],
      ['table', 'L1.H2.Q[*]'],
    ]);
    expect(offersOf('C[A [good] one]').slice(0, 2)).toEqual([
      ['row', 'C[A [good] one]'],
      ['table', 'C[*]'],
    ]);
  });

  test('a table with the heads of its layer, and what is selected in it first', () => {
    expect(offersOf('L1.Q', 'L1.H0.Q[1]', 'L1.H3.Q[2]').slice(0, 2)).toEqual([
      ['selected', 'L1.H0.Q[1]'],
      ['table', 'L1.H*.Q[*]'],
    ]);
  });

  test.each(['L1.H2.VO', 'L1.H2.QK', 'L1.H2.VO.S[0]'])('%s is a head', (component) => {
    expect(offersOf(component)[0]).toEqual(['head', component]);
  });

  test('layers, the model and its heads, with how much they are', () => {
    expect(exportOffers(SUMMARY, NOTHING)).toEqual([
      {
        what: 'layers',
        components: expect.arrayContaining(['L0.FF.K[*]', 'L1.H*.O[*]']) as unknown,
        count: 2 * PER_LAYER,
      },
      { what: 'model', components: ['*'], count: 2 * PER_LAYER + 100 + 100 + 2 },
      { what: 'heads', components: ['L*.H*.VO', 'L*.H*.QK'], count: 16 },
    ]);
  });

  test('rows of a tied output embedding once', () => {
    const shape = SUMMARY.shape === null ? null : { ...SUMMARY.shape, tied: true };
    const offers = exportOffers({ ...SUMMARY, shape }, NOTHING);
    expect(offers.find(({ what }) => what === 'model')).toMatchObject({
      count: 2 * PER_LAYER + 100 + 2,
    });
  });

  test('nothing of a model whose architecture is unknown', () => {
    expect(exportOffers({ ...SUMMARY, shape: null }, NOTHING)).toEqual([]);
  });
});

test('names of files say what is in them, and every file system takes them', () => {
  const [selected, row, table] = exportOffers(SUMMARY, {
    component: 'C[A [good] one]',
    selected: ['C[A [good] one]'],
  });
  const names = [selected, row, table].map((offer) =>
    offer === undefined ? '' : fileNameOf('org/tiny: v1', offer, 'csv'),
  );
  expect(names).toEqual([
    'org-tiny-v1.selected.csv',
    'org-tiny-v1.C-A-good-one.csv',
    'org-tiny-v1.C.csv',
  ]);
});

test('what a page asks for is read as far as it can be understood', () => {
  const comparison = { what: 'changedTensors', other: 'model-2' };
  const others = [null, 7, {}, { what: 'everything' }, comparison];
  expect(readPanelExport({ component: 7, selected: ['E[1]', 2], comparisons: others })).toEqual({
    ...{ component: null, selected: ['E[1]'], comparisons: [comparison] },
  });
  expect(readPanelExport('L0.Q')).toEqual({ component: null, selected: [], comparisons: [] });
});
