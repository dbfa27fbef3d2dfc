import { readFileSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matrixRows } from '../../../src/core/model/componentSet';
import { ROW_KIND_INFO } from '../../../src/core/model/rowKinds';
import { ALIGNMENT_GROUPS, alignLayers } from '../../../src/engine/alignment/alignLayers';
import { quietContext } from '../../../src/engine/context';
import { MemoryBudget } from '../../../src/engine/memoryBudget';
import { openModel } from '../../../src/engine/model/open';
import type { VocabularyToken } from '../../../src/core/tokenizer/vocabulary';
import type { OpenModel } from '../../../src/engine/model/openModel';
import { createOnnxBackend } from '../../../src/engine/onnx/onnxBackend';
import { OnnxSessions } from '../../../src/engine/onnx/onnxSessions';
import { readTableRows } from '../../../src/engine/reading/parameterRows';
import type {
  AlignmentGroup,
  AlignmentSpace,
  AlignResult,
  LayerMatrix,
} from '../../../src/protocol/alignment';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../../support/checkpoints';
import { familyFolder } from '../../support/goldens';
import { naiveScores, naiveSimilarity } from '../../support/naiveAlignment';
import { rowsOfMatrix } from '../../support/naiveReadings';
import {
  syntheticTensors,
  writeSyntheticModel,
  type SyntheticModel,
} from '../../support/syntheticModel';

/** Kernels and products are float32: correlations are known to about six digits. */
const TOLERANCE = 1e-5;

const backend = createOnnxBackend();
const scratch = mkdtempSync(path.join(tmpdir(), 'vocabscope-align-'));
const opened: OpenModel[] = [];
afterAll(async () => {
  await Promise.all(opened.map((model) => model.close()));
  await backend.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

/** A budget of nothing: embeddings are read from the file, rows by rows. */
async function open(folder: string): Promise<OpenModel> {
  const dependencies = {
    cache: null,
    budget: new MemoryBudget(0),
    backend: () => backend,
    runtime: () => new OnnxSessions(1),
  };
  const model = await openModel(path.basename(folder), { path: folder }, dependencies);
  opened.push(model);
  return model;
}

function align(
  a: OpenModel,
  b: OpenModel,
  spaces: readonly AlignmentSpace[],
  { excludeUndertrained = false, groups = ALIGNMENT_GROUPS } = {},
): Promise<AlignResult> {
  const both = (model: OpenModel): Set<string> =>
    new Set(model.summary.matrices.map(({ kind }) => kind));
  const asked = groups.filter((group) => both(a).has(group) && both(b).has(group));
  const params = { model: 'a', other: 'b', spaces, excludeUndertrained, groups: asked };
  return alignLayers(a, b, params, quietContext());
}

const words = (count: number, prefix = 'w'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i)}`);

const SMALL: SyntheticModel = {
  ...{ family: 'gpt2', layers: 2, width: 8, heads: 2, neurons: 12, tied: true, seed: 1 },
  tokens: words(60),
};

/** Of another family, width, depth, untied, in two files of bf16, with other tokens in another order. */
const OTHER: SyntheticModel = {
  ...{ family: 'llama', layers: 3, width: 12, heads: 4, neurons: 10, tied: false, seed: 2 },
  ...{ tokens: ['<unk>', ...words(50).reverse(), ...words(9, 'other')], dtype: 'BF16', shards: 2 },
};

function synthetic(name: string, model: SyntheticModel): Promise<OpenModel> {
  return open(writeSyntheticModel(path.join(scratch, name), model));
}

async function layerRows(
  model: OpenModel,
  kind: AlignmentGroup,
  layer: number,
): Promise<number[][]> {
  const { transformer, checkpoint } = model.ready();
  const { count } = matrixRows(transformer, { kind, layer });
  return rowsOfMatrix(await readTableRows(transformer, checkpoint, { kind, layer }, 0, count));
}

/** Ids of the tokens that both models have, compared one by one: bytes, whether special, byte tokens with their like. */
function sharedIds(a: OpenModel, b: OpenModel): [number, number][] {
  const tokensOf = ({ vocabulary, summary }: OpenModel): VocabularyToken[] =>
    Array.from(
      { length: summary.shape?.dVocab ?? 0 },
      (_, id) => vocabulary?.token(id) ?? [],
    ).flat();
  const keyed = (model: OpenModel): { token: VocabularyToken; bytes: string }[] =>
    tokensOf(model).map((token) => ({ token, bytes: Buffer.from(token.bytes).toString('hex') }));
  const [tokensA, tokensB] = [keyed(a), keyed(b)];
  return tokensA.flatMap(({ token, bytes }): [number, number][] => {
    const alike = (all: typeof tokensA): VocabularyToken[] =>
      all.flatMap((each) =>
        each.bytes === bytes && each.token.special === token.special ? [each.token] : [],
      );
    const [own, its] = [alike(tokensA), alike(tokensB)];
    const first = own.find(({ byteToken }) => byteToken === token.byteToken);
    const sameForm = its.find(({ byteToken }) => byteToken === token.byteToken);
    const partner = sameForm ?? (own.length === 1 ? its[0] : undefined);
    return first?.id === token.id && partner !== undefined ? [[token.id, partner.id]] : [];
  });
}

/** Embedding rows of the tokens that both models have. */
async function sharedRows(
  a: OpenModel,
  b: OpenModel,
  kind: AlignmentGroup,
  ids: readonly (readonly [number, number])[],
): Promise<[number[][], number[][]]> {
  const rows = async (model: OpenModel, own: readonly number[]): Promise<number[][]> =>
    rowsOfMatrix(await model.ready().spaces.matrix(ROW_KIND_INFO[kind].space).rowsById(own));
  return [
    await rows(
      a,
      ids.map(([id]) => id),
    ),
    await rows(
      b,
      ids.map(([, id]) => id),
    ),
  ];
}

async function expectNaive(a: OpenModel, b: OpenModel, result: AlignResult): Promise<void> {
  const ids = sharedIds(a, b);
  for (const { group, spaces } of result.groups) {
    const [embedA, embedB] = await sharedRows(a, b, group, ids);
    const found = spaces.embedding;
    for (const [i, row] of (found?.best.matrix ?? []).entries()) {
      const rowsA = await layerRows(a, group, i);
      const scoresA = naiveScores(rowsA, embedA);
      for (const [j, best] of row.entries()) {
        const rowsB = await layerRows(b, group, j);
        const wanted = naiveSimilarity(scoresA, naiveScores(rowsB, embedB));
        expect(Math.abs(best - wanted.best), `${group} ${i} ${j}`).toBeLessThan(TOLERANCE);
        const mean = found?.mean.matrix[i]?.[j] ?? NaN;
        expect(Math.abs(mean - wanted.mean), `${group} ${i} ${j}`).toBeLessThan(TOLERANCE);
        if (spaces.feature !== undefined) {
          const features = naiveSimilarity(rowsA, rowsB);
          const ours = spaces.feature.best.matrix[i]?.[j] ?? NaN;
          expect(Math.abs(ours - features.best)).toBeLessThan(TOLERANCE);
        }
      }
    }
  }
}

describe('layers of two models', () => {
  it('are compared across families, widths, depths, ties, dtypes and orders of tokens', async () => {
    const [a, b] = [await synthetic('small', SMALL), await synthetic('other', OTHER)];
    const result = await align(a, b, ['embedding', 'feature']);
    expect(result.vocabulary).toMatchObject({ shared: 50, used: 50, shareA: 50 / 60 });
    expect(result.groups.map(({ group }) => group)).toEqual(['FF.K', 'FF.V', 'Q', 'K', 'V', 'O']);
    expect(result.featureRefusal).toMatch(/small has width 8 and other 12/u);
    expect(result.warnings).toEqual([
      expect.stringMatching(/only 1 of 60 ids stand.*compared by text/u),
      expect.stringMatching(/Only 50 shared tokens/u),
    ]);
    const first = result.groups[0]?.spaces.embedding?.best;
    expect(first?.matrix.map((row) => row.length)).toEqual([3, 3]);
    expect(first?.rows).toHaveLength(2);
    await expectNaive(a, b, result);
    // The other way round the same pairs of layers are as alike.
    const back = await align(b, a, ['embedding']);
    back.groups.forEach(({ spaces }, g) => {
      spaces.embedding?.mean.matrix.forEach((row, i) => {
        row.forEach((value, j) => {
          const forth = result.groups[g]?.spaces.embedding?.mean.matrix[j]?.[i] ?? NaN;
          expect(Math.abs(value - forth)).toBeLessThan(TOLERANCE);
        });
      });
    });
  });

  it.each([
    ['gpt2', 'gpt_neox'],
    ['llama', 'mistral'],
    ['qwen2', 'llama_tied'],
  ])('of %s and %s equal brute force', async (nameA, nameB) => {
    const [a, b] = [await open(familyFolder(nameA)), await open(familyFolder(nameB))];
    const groups: AlignmentGroup[] = ['FF.V', 'K'];
    await expectNaive(a, b, await align(a, b, ['embedding', 'feature'], { groups }));
  });

  it('find themselves, and it is said that the models are the same', async () => {
    const [a, b] = [await synthetic('twice', SMALL), await synthetic('twice', SMALL)];
    const { groups, warnings } = await align(a, a, ['embedding']);
    for (const { spaces } of groups) {
      expect(spaces.embedding?.best.assignment).toEqual([0, 1]);
      expect(spaces.embedding?.best.matrix[0]?.[0]).toBeCloseTo(1, 5);
    }
    expect(warnings[0]).toMatch(/twice is compared with itself/u);
    expect((await align(a, b, [])).warnings).toHaveLength(1);
  });

  it('say which rows and tokens took no part', async () => {
    const tensors = syntheticTensors(SMALL);
    const values = tensors['transformer.h.1.mlp.c_proj.weight']?.values;
    values?.fill(0, 0, 2 * SMALL.width);
    values?.fill(NaN, 2 * SMALL.width, 3 * SMALL.width);
    tensors['transformer.wte.weight']?.values.fill(Infinity, 40, 41);
    const folder = writeSyntheticModel(path.join(scratch, 'silent-b'), SMALL, tensors);
    const groups: AlignmentGroup[] = ['FF.V', 'O'];
    const a = await synthetic('silent-a', SMALL);
    const { warnings } = await align(a, await open(folder), ['embedding', 'shuffled'], { groups });
    expect(warnings.filter((warning) => warning.includes('take no part'))).toEqual([
      'Rows of silent-b that read nothing (zero, constant over the tokens, NaN or infinite) take no part: FF.V 3.',
      'Shared tokens whose embedding holds NaN or infinite weights take no part: 1.',
    ]);
  });
});

describe('models that cannot be compared', () => {
  const refusal = (a: OpenModel, b: OpenModel): Promise<unknown> =>
    align(a, b, ['embedding']).then(
      () => undefined,
      (error: unknown) => error,
    );

  it.each([
    ['no shared token', words(70, 'x'), /share no token, and more than 16 .*are needed/u],
    ['too few', [...words(16), ...words(20, 'x')], /share 16 tokens, and more than 16/u],
    ['ids alone', words(60, 'y'), /Both vocabularies have 60.*0 of 60 ids stand.*Ids alone/u],
  ])('are refused: %s', async (name, tokens, sentence) => {
    const a = await synthetic('few-a', SMALL);
    const b = await synthetic(`few ${name}`, { ...SMALL, tokens });
    const error = await refusal(a, b);
    expect(error).toMatchObject({ reason: 'incomparable' });
    expect(String(error)).toMatch(sentence);
  });

  it('are compared all the same where ids agree less than texts, which is said', async () => {
    const a = await synthetic('order-a', SMALL);
    const b = await synthetic('order-b', { ...SMALL, seed: 5, tokens: words(60).reverse() });
    const { vocabulary, warnings } = await align(a, b, []);
    expect(vocabulary.shared).toBe(60);
    expect(warnings[0]).toMatch(/only 0 of 60 ids stand for the same token in both/u);
  });

  it('say that a tokenizer is missing', async () => {
    const a = await synthetic('with', SMALL);
    const folder = writeSyntheticModel(path.join(scratch, 'without'), SMALL);
    rmSync(path.join(folder, 'tokenizer.json'));
    expect(await refusal(a, await open(folder))).toMatchObject({ reason: 'missingTokenizer' });
  });

  it('say which group a model lacks', async () => {
    const [a, b] = [await synthetic('lack-a', SMALL), await synthetic('lack-b', OTHER)];
    const params = {
      ...{ model: 'a', other: 'b', spaces: [], excludeUndertrained: false },
      groups: ['FF.Up' as const],
    };
    await expect(alignLayers(a, b, params, quietContext())).rejects.toThrow(
      /lack-a has no rows of kind FF\.Up/u,
    );
  });

  it('stop when they are cancelled', async () => {
    const [a, b] = [await synthetic('cancel-a', SMALL), await synthetic('cancel-b', OTHER)];
    const params = { model: 'a', other: 'b', spaces: ['embedding'] as const };
    const cancellation = AbortSignal.abort();
    await expect(
      alignLayers(
        a,
        b,
        { ...params, excludeUndertrained: false },
        {
          ...quietContext(),
          cancellation,
        },
      ),
    ).rejects.toThrow('Cancelled.');
  });
});

interface GoldenGroup {
  readonly matrix: readonly (readonly number[])[];
  readonly rows: readonly number[];
  readonly assignment: readonly number[];
  readonly matched: number;
  readonly meanAbsOffset: number;
}
type GoldenSpaces = Readonly<Record<AlignmentSpace | 'without_undertrained', GoldenGroup>>;
interface AlignGoldens {
  readonly sharedTokens: number;
  readonly sharedTrained: number;
  readonly groups: Readonly<Record<string, GoldenSpaces>>;
  readonly groups_best: Readonly<Record<string, GoldenSpaces>>;
}

/** The control is one random order of the vocabulary, and theirs is another: the sizes agree, not the digits. */
const CONTROL_SHARE = 0.2;

describe.skipIf(!HAS_CHECKPOINTS)('film-a and film-b (skipped without them)', () => {
  let goldens: AlignGoldens;
  let plain: AlignResult;
  let trained: AlignResult;

  beforeAll(async () => {
    const [a, b] = ['film-a', 'film-b'].map((name) => path.join(CHECKPOINTS, name));
    goldens = JSON.parse(
      readFileSync(path.join(a ?? '', 'goldens-align-film-b.json'), 'utf8'),
    ) as AlignGoldens;
    const [modelA, modelB] = [await open(a ?? ''), await open(b ?? '')];
    plain = await align(modelA, modelB, ['embedding', 'feature', 'shuffled']);
    trained = await align(modelA, modelB, ['embedding'], { excludeUndertrained: true });
  });

  function expectGolden(found: LayerMatrix | undefined, golden: GoldenGroup | undefined): void {
    const { matrix, order, ...rest } = found ?? { matrix: [], order: null };
    const { matrix: wanted, ...pairs } = golden ?? { matrix: [] };
    expect(rest).toEqual(pairs);
    expect(order).not.toBeNull();
    wanted.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(Math.abs((matrix[i]?.[j] ?? NaN) - value)).toBeLessThan(TOLERANCE);
      });
    });
  }

  it('share all tokens', () => {
    expect(plain.vocabulary.shared).toBe(goldens.sharedTokens);
    expect(trained.vocabulary.used).toBe(goldens.sharedTrained);
    expect(plain.warnings).toEqual([]);
  });

  it('have the matrices and assignments that were computed independently', () => {
    expect(plain.groups).toHaveLength(6);
    for (const [g, { group, spaces }] of plain.groups.entries()) {
      const [mean, best] = [goldens.groups[group], goldens.groups_best[group]];
      for (const space of ['embedding', 'feature'] as const) {
        expectGolden(spaces[space]?.mean, mean?.[space]);
        expectGolden(spaces[space]?.best, best?.[space]);
      }
      const without = trained.groups[g]?.spaces.embedding;
      expectGolden(without?.mean, mean?.without_undertrained);
      expectGolden(without?.best, best?.without_undertrained);
      const size = (matrix: GoldenGroup['matrix'] = []): number =>
        matrix.flat().reduce((sum, value) => sum + value, 0);
      const [ours, theirs] = [size(spaces.shuffled?.mean.matrix), size(mean?.shuffled.matrix)];
      expect(Math.abs(ours / theirs - 1)).toBeLessThan(CONTROL_SHARE);
    }
  });

  it('match in embedding space and not in feature space', () => {
    const matched = (space: AlignmentSpace, measure: 'best' | 'mean'): number =>
      plain.groups.reduce((sum, { spaces }) => sum + (spaces[space]?.[measure].matched ?? 0), 0);
    expect([matched('embedding', 'best'), matched('embedding', 'mean')]).toEqual([36, 28]);
    expect([matched('feature', 'best'), matched('feature', 'mean')]).toEqual([2, 4]);
    // Six layers paired at random agree once on average: six of thirty-six in all.
    expect(matched('shuffled', 'best')).toBeLessThan(13);
    expect(matched('shuffled', 'mean')).toBeLessThan(13);
  });
});
