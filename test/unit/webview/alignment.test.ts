import { describe, expect, test } from 'vitest';
import { assignLayers } from '../../../src/core/analysis/layerAssignment';
import type { AlignResult, LayerMatrix } from '../../../src/protocol/alignment';
import { alignmentList, matricesOf } from '../../../src/protocol/written/alignment';
import type { DocumentForm } from '../../../src/protocol/written/document';
import { listDocument } from '../../../src/protocol/written/list';
import {
  alignmentMaps,
  cellText,
  spacesIn,
  verdictOf,
  vocabularySentence,
} from '../../../webview/format/alignment';
import { alignmentSvg } from '../../../webview/format/alignmentSvg';
import { setNumberLocale } from '../../../webview/format/numbers';
import { visit } from '../../../webview/state/history';
import { restoreUiState } from '../../../webview/state/uiState';
import { SUMMARY } from '../../support/summary';

setNumberLocale('en');

function layers(matrix: readonly (readonly number[])[]): LayerMatrix {
  return { matrix, ...assignLayers(matrix) };
}

const STRAIGHT = layers([
  [0.55, 0.2],
  [0.1, 0.41],
]);
const CROSSED = layers([
  [0.02, 0.09],
  [0.08, 0.01],
]);

/** A has two layers, B three: the last of B belongs to none. */
const DEEPER = layers([
  [0.1, 0.3, 0.05],
  [0.1, 0.2, 0.4],
]);

const RESULT: AlignResult = {
  vocabulary: { shared: 8192, shareA: 1, shareB: 0.163, used: 7965, undertrained: 227 },
  groups: [
    {
      group: 'FF.K',
      spaces: {
        embedding: { best: STRAIGHT, mean: CROSSED },
        shuffled: { best: CROSSED, mean: CROSSED },
      },
    },
    {
      group: 'O',
      spaces: {
        embedding: { best: STRAIGHT, mean: CROSSED },
        shuffled: { best: CROSSED, mean: CROSSED },
      },
    },
  ],
  featureRefusal: 'There is no feature space: the widths differ.',
  warnings: [],
};

describe('the maps of two models', () => {
  test('share one scale, group by group and space by space', () => {
    const { groups, maximumText } = alignmentMaps(RESULT, 'best');
    expect(groups.map(({ group }) => group)).toEqual(['FF.K', 'O']);
    expect(groups[0]?.maps.map(({ space }) => space)).toEqual(['embedding', 'shuffled']);
    // 0.55 needs an end of 0.6; on that scale 0.09 is one step of eight.
    expect(maximumText).toBe('0.60');
    const steps = groups[0]?.maps.map(({ rows }) => rows.map((row) => row.map(({ step }) => step)));
    expect(steps).toEqual([
      [
        [7, 3],
        [1, 5],
      ],
      [
        [0, 1],
        [1, 0],
      ],
    ]);
  });

  test('outline what the assignment pairs, layers without a partner not', () => {
    const deeper: AlignResult = {
      ...RESULT,
      groups: [{ group: 'Q', spaces: { embedding: { best: DEEPER, mean: DEEPER } } }],
    };
    const rows = alignmentMaps(deeper, 'best').groups[0]?.maps[0]?.rows ?? [];
    expect(rows.map((row) => row.map(({ assigned }) => assigned))).toEqual([
      [false, true, false],
      [false, false, true],
    ]);
    expect(rows[0]?.map(cellText)[1]).toBe('L0 of A, L1 of B: 0.300, assigned');
    expect(spacesIn(deeper)).toEqual(['embedding']);
    expect(verdictOf(deeper, 'best')).toBe('Embedding: 0 of 2 layers matched, mean offset 1.00.');
  });

  test('come to a verdict beside the control', () => {
    expect(verdictOf(RESULT, 'best')).toBe(
      'Embedding: 4 of 4 layers matched, mean offset 0; Control: 0.',
    );
    expect(vocabularySentence(RESULT.vocabulary, 'small', 'large')).toBe(
      '8,192 shared tokens: 100% of small, 16% of large. 227 under-trained ones left out, compared by 7,965.',
    );
  });
});

describe('copies of two models', () => {
  const source = {
    summary: { ...SUMMARY, name: 'a' },
    other: { ...SUMMARY, name: 'b, "the other"' },
    excludeUndertrained: true,
  };

  const written = (form: DocumentForm): string =>
    listDocument(form, alignmentList(RESULT, source), matricesOf(RESULT));

  test('hold every number, in full, and which are assigned', () => {
    const lines = written('csv').trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 2 * 2 * 2 * 4);
    const files = 'llama,model.safetensors,config.json,/elsewhere/tokenizer.json';
    expect(lines[1]).toBe(
      `FF.K,embedding,best,0,0,0.55,true,a,${files},"b, ""the other""",${files},true,7965`,
    );
    const { groups, featureRefusal, options } = JSON.parse(written('json')) as Record<
      string,
      Record<string, unknown>
    >;
    expect(groups?.['FF.K']).toEqual(RESULT.groups[0]?.spaces);
    expect(options).toEqual({ exclude_undertrained: true });
    expect(featureRefusal).toBe(RESULT.featureRefusal);
  });

  test('are tables for people', () => {
    const text = written('md');
    expect(text).toContain('## O, shuffled, best\n\n0 of 2 layers matched, mean offset 1.00.');
    expect(text).toContain('| L0 | **0.550** | 0.200 |');
  });
});

test('a picture holds every cell with its value, and outlines what is assigned', () => {
  const svg = alignmentSvg(alignmentMaps(RESULT, 'best'), 'a & b');
  expect(svg).toContain('a &amp; b');
  expect(svg.match(/<title>/gu)).toHaveLength(2 * 2 * 4);
  expect(svg.match(/stroke="black"/gu)).toHaveLength(2 * 2 * 2);
  expect(svg).toContain('FF.K, Control: 0 of 2');
});

describe('what is kept of how two models are compared', () => {
  test('is restored', () => {
    const align = {
      ...{ measure: 'mean', excludeUndertrained: true, sort: 'row', mutualOnly: true },
      pair: { other: '/b', group: 'FF.V', layerA: 1, layerB: 2 },
    };
    expect(restoreUiState({ align }).align).toEqual(align);
  });

  test('so is the page, of that other model and no other', () => {
    const place = { page: 'align', other: '/b' };
    const elsewhere = { page: 'align', other: '/c' };
    const history = { entries: [place], index: 0 };
    expect(restoreUiState({ history }).history).toEqual(history);
    expect(visit(history, { ...place })).toBe(history);
    expect(visit(history, elsewhere).entries).toEqual([place, elsewhere]);
  });

  test.each([
    ['nothing', undefined],
    ['another kind', { measure: 'worst', pair: { other: '/b', group: 'E' } }],
    ['no kind at all', { sort: 3, pair: 'L1' }],
  ])('%s is the default', (_, align) => {
    expect(restoreUiState({ align }).align).toEqual(restoreUiState({}).align);
  });
});
