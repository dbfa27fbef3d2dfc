import { checkCancelled, VocabScopeError } from '../../core/errors';
import { formatMatrixId, parseComponentPattern, type RowRef } from '../../core/model/componentId';
import {
  expandComponents,
  locateRow,
  matrixRows,
  rowOfMatrix,
} from '../../core/model/componentSet';
import { controlDirections } from '../../core/projection/control';
import { dot } from '../../core/projection/dots';
import { foldRows, foldVocabularyRow } from '../../core/projection/fold';
import {
  correlationCandidates,
  frobeniusNorm,
  randomCorrelations,
  readingCorrelation,
  scoreVariances,
  type ReadingKernel,
  type RoughRow,
} from '../../core/projection/nearestReadings';
import { readingKernel } from '../../core/projection/readingKernel';
import { float32At, float64At } from '../../core/tensor/elements';
import { rowsOf, type Matrix } from '../../core/tensor/matrix';
import { rowProducts } from '../../formats/rowProducts';
import type { Neighbour, NeighboursParams, NeighboursResult } from '../../protocol/relations';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import {
  gatherRows,
  readTableRows,
  treatmentOf,
  type RowTreatment,
} from '../reading/parameterRows';
import { rowIdOf } from '../reading/readComponents';
import { rowsIn, searchedTables, tableOf, type SearchedTable } from '../search/searchedTables';
import type { KnownKernel, TableSpread } from './relationStore';

const BATCH_ROWS = 1024;
const MAX_NEIGHBOURS = 1000;
/** Random directions of which every pair is correlated: 496 pairs. */
const RANDOM_DIRECTIONS = 32;
const RANDOM_SEED = 20_230_710;

/** What tables are compared under: the treatment of each. */
interface Compared {
  readonly table: SearchedTable;
  readonly treatment: RowTreatment;
  /** Names the treatment among all of a model. */
  readonly key: string;
}

function keyOf(treatment: RowTreatment, { options }: NeighboursParams): string {
  return `${treatment.space} ${treatment.fold} ${String(options.withoutCommon)}`;
}

async function comparedTables(
  model: OpenModel,
  ref: RowRef,
  params: NeighboursParams,
): Promise<readonly Compared[]> {
  const { transformer, spaces } = model.ready();
  const { options, among } = params;
  const own = await treatmentOf(transformer, spaces, ref, options);
  const layer = ref.layer === undefined ? {} : { layer: ref.layer };
  const table = { kind: ref.kind, ...layer };
  const tables =
    among === 'matrix'
      ? [{ ref: table, rows: matrixRows(transformer, table).count, first: 0 }]
      : searchedTables(model);
  const compared: Compared[] = [];
  let first = 0;
  for (const each of tables) {
    const treatment = await treatmentOf(transformer, spaces, each.ref, options);
    const key = keyOf(treatment, params);
    if (key === keyOf(own, params)) {
      compared.push({ table: { ...each, first }, treatment, key });
      first += each.rows;
    }
  }
  return compared;
}

async function kernelOf(
  model: OpenModel,
  { space, fold, rowFold }: RowTreatment,
  key: string,
  { options }: NeighboursParams,
  context: WorkContext,
): Promise<KnownKernel> {
  return model.relations.kernels.get(key, context, async (shared) => {
    const prepared = await model.ready().spaces.prepare(space, fold, shared);
    const matrix = await readingKernel(prepared, options.withoutCommon, model.backend(), shared);
    const kernel = { matrix, frobenius: frobeniusNorm(matrix) };
    const centre = rowFold?.centre === true;
    const directions = controlDirections(matrix.size, centre, RANDOM_SEED);
    return {
      ...kernel,
      random: randomCorrelations(kernel, directions.slice(0, RANDOM_DIRECTIONS)),
    };
  });
}

/** Variances and squares of the rows of a table, computed on the first asking. */
async function spreadOf(
  model: OpenModel,
  { table, treatment, key }: Compared,
  { matrix }: ReadingKernel,
  dense: () => Matrix,
  context: WorkContext,
): Promise<TableSpread> {
  const { transformer, checkpoint } = model.ready();
  const name = `${formatMatrixId(table.ref)} ${key}`;
  return model.relations.spreads.get(name, context, async (shared) => {
    const spread = {
      variances: new Float64Array(table.rows),
      squares: new Float64Array(table.rows),
    };
    for (let start = 0; start < table.rows; start += BATCH_ROWS) {
      checkCancelled(shared.cancellation);
      const count = Math.min(BATCH_ROWS, table.rows - start);
      const stored = await readTableRows(transformer, checkpoint, table.ref, start, count);
      const rows = foldRows(stored, treatment.rowFold);
      spread.variances.set(await scoreVariances(rows, dense(), model.backend()), start);
      for (let i = 0; i < count; i += 1) {
        spread.squares[start + i] = squareOf(rowsOf(rows, i, 1).data, matrix.size);
      }
    }
    return spread;
  });
}

function squareOf(row: Float32Array, width: number): number {
  let sum = 0;
  for (let j = 0; j < width; j += 1) {
    sum += float32At(row, j) * float32At(row, j);
  }
  return sum;
}

function* roughRows(
  products: readonly Float64Array[],
  spreads: readonly TableSpread[],
  skip: number,
): Generator<RoughRow> {
  let row = 0;
  for (const [i, { variances, squares }] of spreads.entries()) {
    const covariances = products[i] ?? new Float64Array(0);
    for (let at = 0; at < covariances.length; at += 1) {
      yield {
        covariance: row === skip ? NaN : float64At(covariances, at),
        variance: float64At(variances, at),
        square: float64At(squares, at),
      };
      row += 1;
    }
  }
}

function refAt(model: OpenModel, compared: readonly Compared[], row: number): RowRef {
  const table = tableOf(
    compared.map((each) => each.table),
    row,
  );
  if (table === undefined) {
    throw new RangeError(`Row ${String(row)} is in no table.`);
  }
  return rowOfMatrix(model.ready().transformer, table.ref, row - table.first);
}

/** The number of a row among those of all compared tables; -1 where it is in none. */
function numberOf(model: OpenModel, compared: readonly Compared[], ref: RowRef): number {
  const { transformer } = model.ready();
  const own = compared.find(
    ({ table }) => table.ref.kind === ref.kind && table.ref.layer === ref.layer,
  );
  return own === undefined ? -1 : own.table.first + locateRow(transformer, ref).index;
}

/** The row whose neighbours are sought. */
interface Sought {
  readonly ref: RowRef;
  readonly kernel: KnownKernel;
  /** K x, `[d]`, and x^T K x. */
  readonly image: Float64Array;
  readonly own: number;
}

async function seek(
  model: OpenModel,
  params: NeighboursParams,
  context: WorkContext,
): Promise<Sought> {
  const { transformer, checkpoint, spaces } = model.ready();
  const { component, options } = params;
  const [asked] = expandComponents(transformer, parseComponentPattern(component));
  if (asked === undefined) {
    throw new VocabScopeError('unknownComponent', `"${component}" names no row.`);
  }
  const { ref } = asked;
  const treatment = await treatmentOf(transformer, spaces, ref, options);
  const row = await gatherRows(transformer, checkpoint, [{ ref, rowFold: treatment.rowFold }]);
  const kernel = await kernelOf(model, treatment, keyOf(treatment, params), params, context);
  const x = new Float64Array(row.data);
  const image = new Float64Array(row.cols);
  kernel.matrix.multiply(x, image);
  const own = dot(x, image);
  if (!(own > 0)) {
    throw new VocabScopeError(
      'nonFinite',
      `The scores of ${component} are constant or not finite: no row is near it.`,
    );
  }
  return { ref, kernel, image, own };
}

/** Covariances of the sought row with every row of every table, exact: one pass over the weights. */
async function covariancesOf(
  model: OpenModel,
  compared: readonly Compared[],
  image: Float64Array,
  context: WorkContext,
): Promise<readonly Float64Array[]> {
  const { transformer, checkpoint } = model.ready();
  const requests = compared.map(({ table, treatment: { rowFold } }) => ({
    view: matrixRows(transformer, table.ref).view,
    directions: [rowFold === null ? image : foldVocabularyRow(image, rowFold)],
  }));
  const found = await rowProducts(checkpoint, requests, { cancellation: context.cancellation });
  return found.map(({ products: [first = new Float64Array(0)] }) => first);
}

/** Correlations of some rows in float64, highest first. */
async function exactNeighbours(
  model: OpenModel,
  compared: readonly Compared[],
  candidates: readonly number[],
  { kernel, image, own }: Sought,
  context: WorkContext,
): Promise<Neighbour[]> {
  const { transformer, checkpoint } = model.ready();
  const treated = candidates.map((row) => {
    const of = compared.findLast(({ table }) => table.first <= row);
    return { ref: refAt(model, compared, row), rowFold: of?.treatment.rowFold ?? null };
  });
  const neighbours: Neighbour[] = [];
  for (let start = 0; start < treated.length; start += BATCH_ROWS) {
    const batch = treated.slice(start, start + BATCH_ROWS);
    const rows = await gatherRows(transformer, checkpoint, batch);
    batch.forEach(({ ref }, i) => {
      checkCancelled(context.cancellation);
      const y = new Float64Array(rowsOf(rows, i, 1).data);
      const correlation = readingCorrelation(kernel, { image, own }, y);
      if (correlation !== null) {
        neighbours.push({ component: rowIdOf(model, ref), correlation });
      }
    });
  }
  return neighbours.sort((a, b) => b.correlation - a.correlation);
}

/**
 * The rows whose readings correlate most with a row's, by algebra of width d: exact but for the rounding of the kernel,
 * since every row that float32 leaves in doubt is computed again in float64. The first asking reads all compared rows
 * twice, later ones once.
 * @throws VocabScopeError `unknownComponent`, `foldRefused`, `nonFinite`, `limit`; CancelledError
 */
export async function nearestRows(
  model: OpenModel,
  params: NeighboursParams,
  context: WorkContext,
): Promise<NeighboursResult> {
  const { count } = params;
  if (count > MAX_NEIGHBOURS) {
    throw new VocabScopeError('limit', `Ask for at most ${String(MAX_NEIGHBOURS)} neighbours.`);
  }
  const sought = await seek(model, params, context);
  const { kernel, image, own, ref } = sought;
  const compared = await comparedTables(model, ref, params);
  const covariances = await covariancesOf(model, compared, image, context);
  let dense: Matrix | undefined;
  const spreads: TableSpread[] = [];
  for (const each of compared) {
    const denseOnce = (): Matrix => (dense ??= kernel.matrix.dense());
    spreads.push(await spreadOf(model, each, kernel, denseOnce, context));
    context.onProgress({ done: spreads.length, total: compared.length, unit: 'tables' });
  }
  const total = rowsIn(compared.map(({ table }) => table));
  const rough = roughRows(covariances, spreads, numberOf(model, compared, ref));
  const candidates = correlationCandidates(rough, total, count, {
    own,
    frobenius: kernel.frobenius,
    width: image.length,
  });
  const rows = await exactNeighbours(model, compared, candidates, sought, context);
  return { rows: rows.slice(0, count), total, control: kernel.random };
}
