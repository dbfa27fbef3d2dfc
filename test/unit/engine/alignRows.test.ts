import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { linearSumAssignment } from 'linear-sum-assignment';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HeadMatrixKind } from '../../../src/core/model/headMatrixId';
import type { RowKind } from '../../../src/core/model/componentId';
import { matrixRows, rowOfMatrix } from '../../../src/core/model/componentSet';
import { formatRowId } from '../../../src/core/model/componentId';
import { ROW_KIND_INFO } from '../../../src/core/model/rowKinds';
import { DEFAULT_OPTIONS } from '../../../src/core/projection/options';
import { alignHeads } from '../../../src/engine/alignment/alignHeads';
import { alignRows } from '../../../src/engine/alignment/alignRows';
import { counterparts } from '../../../src/engine/alignment/counterparts';
import { quietContext } from '../../../src/engine/context';
import { MemoryBudget } from '../../../src/engine/memoryBudget';
import { openModel } from '../../../src/engine/model/open';
import type { OpenModel } from '../../../src/engine/model/openModel';
import { createOnnxBackend } from '../../../src/engine/onnx/onnxBackend';
import { OnnxSessions } from '../../../src/engine/onnx/onnxSessions';
import { gatherRows, readTableRows } from '../../../src/engine/reading/parameterRows';
import type { AlignmentGroup, AlignRowsParams } from '../../../src/protocol/alignment';
import { CHECKPOINTS, HAS_CHECKPOINTS } from '../../support/checkpoints';
import { naiveCorrelations, naiveScores } from '../../support/naiveAlignment';
import { naiveDot, rowsOfMatrix } from '../../support/naiveReadings';
import { writeSyntheticModel, type SyntheticModel } from '../../support/syntheticModel';

/** Kernels and products are float32: correlations are known to about six digits. */
const TOLERANCE = 1e-5;

const backend = createOnnxBackend();
const scratch = mkdtempSync(path.join(tmpdir(), 'vocabscope-rows-'));
const opened: OpenModel[] = [];
afterAll(async () => {
  await Promise.all(opened.map((model) => model.close()));
  await backend.dispose();
  rmSync(scratch, { recursive: true, force: true });
});

async function open(folder: string): Promise<OpenModel> {
  const dependencies = {
    ...{ cache: null, budget: new MemoryBudget(2 ** 26) },
    ...{ backend: () => backend, runtime: () => new OnnxSessions(1) },
  };
  const model = await openModel(path.basename(folder), { path: folder }, dependencies);
  opened.push(model);
  return model;
}

const words = (count: number): string[] => Array.from({ length: count }, (_, i) => `w${String(i)}`);

/** Plain and tied beside gated, untied and with shared key heads; other widths, depths and orders of tokens. */
const A: SyntheticModel = {
  ...{ family: 'gpt2', layers: 2, width: 8, heads: 2, neurons: 12, tied: true, seed: 1 },
  tokens: words(40),
};
const B: SyntheticModel = {
  ...{ family: 'llama', layers: 3, width: 12, heads: 4, neurons: 15, tied: false, seed: 2 },
  tokens: words(40).reverse(),
};

let a: OpenModel;
let b: OpenModel;
beforeAll(async () => {
  a = await open(writeSyntheticModel(path.join(scratch, 'a'), A));
  b = await open(writeSyntheticModel(path.join(scratch, 'b'), B));
});

const ROWS: AlignRowsParams = {
  ...{ model: 'a', other: 'b', excludeUndertrained: false, group: 'FF.V', layerA: 1, layerB: 2 },
  ...{ sort: 'row', mutualOnly: false, start: 0, count: 50, options: DEFAULT_OPTIONS },
};

/** Embeddings of the 40 shared words, in the order of A. */
async function embeddings(model: OpenModel, kind: RowKind): Promise<number[][]> {
  const ids = words(40).map((word) => model.vocabulary?.idsOf(word)[0] ?? -1);
  return rowsOfMatrix(await model.ready().spaces.matrix(ROW_KIND_INFO[kind].space).rowsById(ids));
}

async function scores(model: OpenModel, kind: AlignmentGroup, layer: number): Promise<number[][]> {
  const { transformer, checkpoint } = model.ready();
  const { count } = matrixRows(transformer, { kind, layer });
  const rows = await readTableRows(transformer, checkpoint, { kind, layer }, 0, count);
  return naiveScores(rowsOfMatrix(rows), await embeddings(model, kind));
}

function idOf(model: OpenModel, kind: AlignmentGroup, layer: number, row: number): string {
  return formatRowId(rowOfMatrix(model.ready().transformer, { kind, layer }, row));
}

const sizes = (values: readonly (number | null)[]): number[] =>
  values.map((value) => Math.abs(value ?? 0));
const placeOfMost = (values: readonly number[]): number => values.indexOf(Math.max(...values));

describe('rows of two layers', () => {
  it.each<AlignmentGroup>(['FF.V', 'K', 'O'])('of kind %s find their like', async (group) => {
    const found = await alignRows(a, b, { ...ROWS, group }, quietContext());
    const rho = naiveCorrelations(await scores(a, group, 1), await scores(b, group, 2));
    expect(found).toMatchObject({ rowsA: rho.length, rowsB: rho[0]?.length, total: rho.length });
    const { rowAssignments } = linearSumAssignment(rho.map(sizes), { maximaze: true });
    let mutual = 0;
    found.rows.forEach((pair, row) => {
      const own = sizes(rho[row] ?? []);
      const other = placeOfMost(own);
      expect(pair.component).toBe(idOf(a, group, 1, row));
      expect(pair.nearest?.component).toBe(idOf(b, group, 2, other));
      expect(Math.abs((pair.nearest?.rho ?? NaN) - (rho[row]?.[other] ?? NaN))).toBeLessThan(
        TOLERANCE,
      );
      const back = placeOfMost(rho.map((each) => Math.abs(each[other] ?? 0)));
      expect(pair.mutual).toBe(back === row);
      mutual += back === row ? 1 : 0;
      const column = rowAssignments[row] ?? -1;
      expect(pair.assigned?.component).toBe(column < 0 ? undefined : idOf(b, group, 2, column));
      expect(pair.reading.component).toBe(pair.component);
      expect(pair.nearestReading?.top).toHaveLength(20);
      const isOther = column >= 0 && column !== other;
      expect(pair.assignedReading === null).toBe(!isOther);
    });
    expect(found.mutual).toBe(mutual);
    const best = rho.map((row) => Math.max(...sizes(row)));
    expect(found.meanNearest).toBeCloseTo(best.reduce((x, y) => x + y, 0) / best.length, 5);
    expect(found.control).toBeGreaterThan(0);
  });

  it('are sorted by |rho|, filtered and paged', async () => {
    const sorted = await alignRows(a, b, { ...ROWS, sort: 'rho' }, quietContext());
    const rhos = sorted.rows.map(({ nearest }) => Math.abs(nearest?.rho ?? 0));
    expect(rhos).toEqual([...rhos].sort((x, y) => y - x));
    const mutual = await alignRows(a, b, { ...ROWS, mutualOnly: true }, quietContext());
    expect(mutual.total).toBe(mutual.mutual);
    expect(mutual.rows.every((pair) => pair.mutual)).toBe(true);
    const page = await alignRows(
      a,
      b,
      { ...ROWS, sort: 'rho', start: 3, count: 2 },
      quietContext(),
    );
    expect(page.rows).toEqual(sorted.rows.slice(3, 5));
  });

  it('say which layer there is not', async () => {
    const asked = { ...ROWS, layerB: 7 };
    await expect(alignRows(a, b, asked, quietContext())).rejects.toThrow(/layers 0 to 2/u);
  });
});

describe('a row of one model', () => {
  it('is sought in all layers of the other', async () => {
    const asked = {
      ...{ model: 'a', other: 'b', excludeUndertrained: false, options: DEFAULT_OPTIONS },
      ...{ component: 'L0.FF.K[5]', count: 7 },
    };
    const found = await counterparts(a, b, asked, quietContext());
    const [own = []] = [(await scores(a, 'FF.K', 0))[5]];
    const all: { component: string; rho: number }[] = [];
    for (let layer = 0; layer < 3; layer += 1) {
      const [rho = []] = naiveCorrelations([own], await scores(b, 'FF.K', layer));
      rho.forEach((value, row) => {
        all.push({ component: idOf(b, 'FF.K', layer, row), rho: value ?? 0 });
      });
    }
    all.sort((x, y) => Math.abs(y.rho) - Math.abs(x.rho));
    expect(found.total).toBe(45);
    expect(found.control).toBeGreaterThan(0);
    expect(found.control).toBeLessThanOrEqual(1);
    // Not what the models as they are say.
    expect(Math.abs(found.control - Math.abs(all[0]?.rho ?? NaN))).toBeGreaterThan(TOLERANCE);
    expect(found.rows.map(({ component }) => component)).toEqual(
      all.slice(0, 7).map(({ component }) => component),
    );
    found.rows.forEach(({ rho, reading, component }, i) => {
      expect(Math.abs(rho - (all[i]?.rho ?? NaN))).toBeLessThan(TOLERANCE);
      expect(reading.component).toBe(component);
    });
  });

  it.each([
    ['a token', 'E[3]', /stands in no layer/u],
    ['an up row of a gated layer', 'L0.FF.Up[0]', /not gated/u],
  ])('has none where it is %s', async (_, component, sentence) => {
    const asked = {
      ...{ model: 'a', other: 'b', excludeUndertrained: false, options: DEFAULT_OPTIONS },
      ...{ component, count: 7 },
    };
    await expect(counterparts(a, b, asked, quietContext())).rejects.toThrow(sentence);
  });
});

/** A head's matrix over the shared tokens, entry by entry. */
async function projectedHead(
  model: OpenModel,
  kind: HeadMatrixKind,
  layer: number,
  head: number,
): Promise<number[]> {
  const { transformer, checkpoint } = model.ready();
  const rows = async (of: RowKind): Promise<number[][]> => {
    const refs = Array.from({ length: transformer.shape.dHead }, (_, row) => ({
      ref: { kind: of, layer, head, row },
      rowFold: null,
    }));
    return rowsOfMatrix(await gatherRows(transformer, checkpoint, refs));
  };
  const [left, right] = kind === 'VO' ? (['V', 'O'] as const) : (['Q', 'K'] as const);
  const [sources, targets] = [await rows(left), await rows(right)];
  const reads = (await embeddings(model, left)).map((token) =>
    sources.map((x) => naiveDot(x, token)),
  );
  const writes = (await embeddings(model, right)).map((token) =>
    targets.map((x) => naiveDot(x, token)),
  );
  return reads.flatMap((x) => writes.map((y) => naiveDot(x, y)));
}

describe('heads of two models', () => {
  it.each<HeadMatrixKind>(['VO', 'QK'])('are compared by their projected %s', async (kind) => {
    const asked = { model: 'a', other: 'b', excludeUndertrained: false, kind };
    const found = await alignHeads(a, b, asked, quietContext());
    const heads = async (model: OpenModel): Promise<number[][]> => {
      const { nLayers, nHeads } = model.ready().transformer.shape;
      const all: number[][] = [];
      for (let i = 0; i < nLayers * nHeads; i += 1) {
        all.push(await projectedHead(model, kind, Math.floor(i / nHeads), i % nHeads));
      }
      return all;
    };
    const rho = naiveCorrelations(await heads(a), await heads(b));
    expect(found.others).toHaveLength(12);
    expect(found.rows.map(({ component }) => component)).toEqual([
      ...[`L0.H0.${kind}`, `L0.H1.${kind}`, `L1.H0.${kind}`, `L1.H1.${kind}`],
    ]);
    const { rowAssignments } = linearSumAssignment(rho.map(sizes), { maximaze: true });
    rho.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(Math.abs((found.matrix[i]?.[j] ?? NaN) - (value ?? NaN))).toBeLessThan(TOLERANCE);
      });
      const best = placeOfMost(sizes(row));
      expect(found.rows[i]?.nearest?.component).toBe(found.others[best]);
      expect(found.rows[i]?.assigned?.component).toBe(found.others[rowAssignments[i] ?? -1]);
    });
    expect(found.control).toBeGreaterThan(0);
  });

  it('find themselves in the same model', async () => {
    const asked = { model: 'a', other: 'a', excludeUndertrained: false, kind: 'VO' as const };
    const { rows, meanNearest } = await alignHeads(a, a, asked, quietContext());
    expect(meanNearest).toBeCloseTo(1, 5);
    rows.forEach(({ component, nearest, mutual, assigned }) => {
      expect([nearest?.component, assigned?.component, mutual]).toEqual([
        component,
        component,
        true,
      ]);
    });
  });
});

interface Neurons {
  readonly layerA: number;
  readonly layerB: number;
  readonly assignment: readonly number[];
  readonly total: number;
  readonly nearest: readonly {
    readonly row: number;
    readonly best: number;
    readonly rho: number;
  }[];
}

describe.skipIf(!HAS_CHECKPOINTS)('neurons of film-a and film-b (skipped without them)', () => {
  it('are assigned as was computed independently', async () => {
    const [folderA, folderB] = ['film-a', 'film-b'].map((name) => path.join(CHECKPOINTS, name));
    const { neurons } = JSON.parse(
      readFileSync(path.join(folderA ?? '', 'goldens-align-film-b.json'), 'utf8'),
    ) as { neurons: Neurons };
    const [filmA, filmB] = [await open(folderA ?? ''), await open(folderB ?? '')];
    const { layerA, layerB } = neurons;
    const options = { ...DEFAULT_OPTIONS, k: 1 };
    const asked = { ...ROWS, layerA, layerB, count: 512, options };
    const found = await alignRows(filmA, filmB, asked, quietContext());
    const total = found.rows.reduce((sum, { assigned }) => sum + Math.abs(assigned?.rho ?? 0), 0);
    expect(Math.abs(total - neurons.total)).toBeLessThan(512 * TOLERANCE);
    expect(found.meanAssigned).toBeCloseTo(neurons.total / 512, 5);
    expect(found.rows.map(({ assigned }) => assigned?.component)).toEqual(
      neurons.assignment.map((row) => `L${String(layerB)}.FF.V[${String(row)}]`),
    );
    for (const { row, best, rho } of neurons.nearest) {
      expect(found.rows[row]?.nearest?.component).toBe(`L${String(layerB)}.FF.V[${String(best)}]`);
      expect(Math.abs((found.rows[row]?.nearest?.rho ?? NaN) - rho)).toBeLessThan(TOLERANCE);
    }
    // The control: with a shuffled vocabulary the nearest rows are far less alike.
    expect(found.control).toBeLessThan(found.meanNearest / 2);
  }, 120_000);
});
