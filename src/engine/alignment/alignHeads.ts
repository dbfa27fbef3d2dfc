import { assignRows, UNASSIGNED } from '../../core/analysis/assignment';
import {
  headCovariances,
  toCorrelations,
  type HeadKernels,
  type HeadSides,
} from '../../core/analysis/headCorrelation';
import type { JointKernels } from '../../core/analysis/jointKernels';
import { checkCancelled } from '../../core/errors';
import { formatHeadMatrixId, type HeadMatrixKind } from '../../core/model/headMatrixId';
import type { Space } from '../../core/projection/options';
import { float64At, int32At } from '../../core/tensor/elements';
import type { Matrix } from '../../core/tensor/matrix';
import type {
  AlignHeadsParams,
  AlignHeadsResult,
  HeadPair,
  RowMatch,
} from '../../protocol/alignment';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { halvesOf, readHalf, type HeadHalf } from '../pairs/headHalves';
import { Comparison } from './comparison';

const RAW = { space: 'auto', fold: 'none' } as const;

/** The spaces in which rows and columns of a head's matrix are read. */
const SPACES: Readonly<Record<HeadMatrixKind, { left: Space; right: Space }>> = {
  VO: { left: 'input', right: 'output' },
  QK: { left: 'input', right: 'input' },
};

async function sideOf(model: OpenModel, halves: readonly HeadHalf[]): Promise<Matrix> {
  const parts: Float64Array[] = [];
  for (const half of halves) {
    parts.push(...(await readHalf(model, half, RAW)).rows);
  }
  const cols = parts[0]?.length ?? 0;
  const data = new Float32Array(parts.length * cols);
  parts.forEach((part, i) => {
    data.set(part, i * cols);
  });
  return { rows: parts.length, cols, data };
}

/** Both factors of all heads of a layer. @throws VocabScopeError `nonFinite` */
async function headsOf(model: OpenModel, kind: HeadMatrixKind, layer: number): Promise<HeadSides> {
  const { nHeads } = model.ready().transformer.shape;
  const halves = Array.from({ length: nHeads }, (_, head) => halvesOf({ kind, layer, head }));
  return {
    heads: nHeads,
    left: await sideOf(
      model,
      halves.map(([left]) => left),
    ),
    right: await sideOf(
      model,
      halves.map(([, right]) => right),
    ),
  };
}

type Which = 'a' | 'b';

/** The kernels between one model and another, or itself. */
function kernelsBetween(
  left: JointKernels,
  right: JointKernels,
  rows: Which,
  columns: Which,
): HeadKernels {
  const stretch = (
    { widthA, widthB }: JointKernels,
    which: Which,
  ): { start: number; count: number } =>
    which === 'a' ? { start: 0, count: widthA } : { start: widthA, count: widthB };
  // The multiplication takes the kernel transposed: columns first.
  const block = (kernels: JointKernels): Matrix =>
    kernels.covariance.block(stretch(kernels, columns), stretch(kernels, rows));
  const mean = (kernels: JointKernels, which: Which): Float64Array => {
    const { start, count } = stretch(kernels, which);
    return kernels.mean.subarray(start, start + count);
  };
  return {
    left: block(left),
    right: block(right),
    meansA: { left: mean(left, rows), right: mean(right, rows) },
    meansB: { left: mean(left, columns), right: mean(right, columns) },
  };
}

/** Variances of every head's matrix. */
async function variancesOf(
  model: OpenModel,
  layers: readonly HeadSides[],
  kernels: HeadKernels,
): Promise<Float64Array> {
  const found: number[] = [];
  for (const sides of layers) {
    const all = await headCovariances(sides, sides, kernels, model.backend());
    for (let head = 0; head < sides.heads; head += 1) {
      found.push(float64At(all, head * sides.heads + head));
    }
  }
  return Float64Array.from(found);
}

async function correlations(
  { a, b }: Comparison,
  left: JointKernels,
  right: JointKernels,
  headsA: readonly HeadSides[],
  headsB: readonly HeadSides[],
  context: WorkContext,
): Promise<Matrix> {
  const kernels = kernelsBetween(left, right, 'a', 'b');
  const variancesA = await variancesOf(a, headsA, kernelsBetween(left, right, 'a', 'a'));
  const variancesB = await variancesOf(b, headsB, kernelsBetween(left, right, 'b', 'b'));
  const [rows, cols] = [variancesA.length, variancesB.length];
  const covariances = new Float64Array(rows * cols);
  for (const [i, sidesA] of headsA.entries()) {
    for (const [j, sidesB] of headsB.entries()) {
      checkCancelled(context.cancellation);
      const part = await headCovariances(sidesA, sidesB, kernels, a.backend());
      for (let h = 0; h < sidesA.heads; h += 1) {
        const own = part.subarray(h * sidesB.heads, (h + 1) * sidesB.heads);
        covariances.set(own, (i * sidesA.heads + h) * cols + j * sidesB.heads);
      }
    }
    context.onProgress({ done: i + 1, total: headsA.length, unit: 'layers' });
  }
  const data = Float32Array.from(toCorrelations(covariances, variancesA, variancesB));
  return { rows, cols, data };
}

function namesOf(model: OpenModel, kind: HeadMatrixKind): string[] {
  const { nHeads, nLayers } = model.ready().transformer.shape;
  return Array.from({ length: nLayers * nHeads }, (_, i) =>
    formatHeadMatrixId({ kind, layer: Math.floor(i / nHeads), head: i % nHeads }),
  );
}

/** The place of the largest magnitude among some correlations; `UNASSIGNED` where all are 0. */
function nearest(values: readonly number[]): number {
  const best = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return best === 0 ? UNASSIGNED : values.findIndex((value) => Math.abs(value) === best);
}

function rowsOf({ rows, cols, data }: Matrix): number[][] {
  return Array.from({ length: rows }, (_, i) => [...data.subarray(i * cols, (i + 1) * cols)]);
}

function meanOfBest(matrix: readonly (readonly number[])[]): number {
  const best = matrix.map((row) => Math.max(0, ...row.map(Math.abs)));
  return best.reduce((sum, value) => sum + value, 0) / Math.max(1, best.length);
}

function assigned(rho: Matrix): Int32Array {
  const work = assignRows(rho);
  let step = work.next();
  while (step.done !== true) {
    step = work.next();
  }
  return step.value;
}

function headPairs(names: readonly string[], others: readonly string[], rho: Matrix): HeadPair[] {
  const matrix = rowsOf(rho);
  const columns = assigned(rho);
  const match = (row: number, column: number): RowMatch | null => {
    const component = others[column];
    return component === undefined ? null : { component, rho: matrix[row]?.[column] ?? 0 };
  };
  const nearestOfB = others.map((_, column) => nearest(matrix.map((row) => row[column] ?? 0)));
  return names.map((component, row) => {
    const own = nearest(matrix[row] ?? []);
    return {
      component,
      nearest: match(row, own),
      mutual: own !== UNASSIGNED && nearestOfB[own] === row,
      assigned: match(row, int32At(columns, row)),
    };
  });
}

/**
 * Every head of A beside its like in B, by the correlation of their projected matrices over all pairs of shared tokens,
 * with the assignment of largest sum. Heads of rotary models are compared at distance 0.
 * @throws VocabScopeError `incomparable`, `missingTokenizer`, `nonFinite`; CancelledError
 */
export async function alignHeads(
  a: OpenModel,
  b: OpenModel,
  { kind, excludeUndertrained }: AlignHeadsParams,
  context: WorkContext,
): Promise<AlignHeadsResult> {
  const comparison = await Comparison.of(a, b, excludeUndertrained, context);
  const all = async (model: OpenModel): Promise<HeadSides[]> => {
    const found: HeadSides[] = [];
    for (let layer = 0; layer < model.ready().transformer.shape.nLayers; layer += 1) {
      found.push(await headsOf(model, kind, layer));
    }
    return found;
  };
  const [headsA, headsB] = [await all(a), await all(b)];
  const measured = async (isShuffled: boolean): Promise<Matrix> => {
    const left = await comparison.kernels(SPACES[kind].left, isShuffled, context);
    const right = await comparison.kernels(SPACES[kind].right, isShuffled, context);
    return correlations(comparison, left, right, headsA, headsB, context);
  };
  const rho = await measured(false);
  const control = await measured(true);
  const others = namesOf(b, kind);
  return {
    rows: headPairs(namesOf(a, kind), others, rho),
    others,
    matrix: rowsOf(rho),
    meanNearest: meanOfBest(rowsOf(rho)),
    control: meanOfBest(rowsOf(control)),
  };
}
