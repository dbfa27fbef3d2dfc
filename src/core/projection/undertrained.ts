import { checkCancelled } from '../errors';
import { float32At, float64At } from '../tensor/elements';
import { rowsOf, type Matrix } from '../tensor/matrix';
import type { MatmulBackend, VocabularyMatrix } from './backend';
import { dot, norm } from './dots';
import { checkedTiles } from './vocabularyTiles';
import { passTileRows, type WorkOptions } from './workPlan';

/** Fewer known unused ids than this say nothing about a direction. */
const MIN_UNUSED_IDS = 5;
/** Cosine with the unused tokens' direction from which on a token counts as never moved apart. */
const MIN_COSINE = 0.6;
/** Unit roundoff of float32, four times: products, sums, norms, and safety. */
const FLOAT32_ERROR = 2 ** -22;
/** Rows of the provisional mean, in runs of so many from all over the vocabulary. */
const SAMPLED_ROWS = 1024;
const RUN_ROWS = 64;
/** Vectors that meet each row: the provisional u - m, and m. */
const MULTIPLIED = 2;
/** Rows that are read one by one; more of them are found on a pass over all. */
const MAX_SINGLE_ROWS = 1024;

/**
 * Marks tokens that training never moved apart, `[V]`, 1: marked. With `m` the mean of all rows of W_U and `u` that of the
 * known unused ones, a token is marked when `cos(row - m, u - m) > 0.6` (design section 4; Land and Bartolo, "Fishing
 * for Magikarp", 2024). Null where fewer than five unused ids are known. Rows that are not finite are neither in
 * the means nor marked.
 *
 * One pass over W_U finds `m` and, by a provisional mean of some rows, what `m` can leave open; a row for which it does
 * is read again.
 * @throws CancelledError
 */
export async function markUndertrained(
  W_U: VocabularyMatrix,
  unusedIds: readonly number[],
  backend: MatmulBackend,
  options: WorkOptions = {},
): Promise<Uint8Array | null> {
  const unused = new RowSum(W_U.cols);
  unused.addFinite(await W_U.rowsById(unusedIds.filter((id) => id < W_U.rows)));
  if (unused.count < MIN_UNUSED_IDS) {
    return null;
  }
  const provisional = await sampledMean(W_U);
  const survey = await surveyRows(W_U, unused.mean(), provisional, backend, options);
  const marks = new Uint8Array(W_U.rows);
  const open = markDecided(survey, marks);
  for await (const { start, matrix } of tilesWith(W_U, open, options)) {
    for (const id of open) {
      if (id >= start && id < start + matrix.rows) {
        marks[id] = isMarked(rowsOf(matrix, id - start, 1), survey) ? 1 : 0;
      }
    }
  }
  return marks;
}

/** The mean of runs of rows from all over a vocabulary; of all rows of a small one. */
async function sampledMean(W_U: VocabularyMatrix): Promise<Float64Array> {
  const runs = Math.max(1, Math.floor(Math.min(SAMPLED_ROWS, W_U.rows) / RUN_ROWS));
  const sum = new RowSum(W_U.cols);
  for (let run = 0; run < runs; run += 1) {
    const first = Math.floor((run * W_U.rows) / runs);
    const length = Math.min(RUN_ROWS, W_U.rows - first);
    const ids = Array.from({ length }, (_, at) => first + at);
    sum.addFinite(await W_U.rowsById(ids));
  }
  return sum.mean();
}

/** What a pass over all rows found. */
interface Survey {
  readonly cols: number;
  /** `[d]`: m, u - m and the provisional m0. */
  readonly mean: Float64Array;
  readonly direction: Float64Array;
  readonly provisional: Float64Array;
  /** `[d]`: u - m0, and the products of the rows with it and with m0, each `[V]`. */
  readonly provisionalDirection: Float64Array;
  readonly along: Float32Array;
  readonly toward: Float32Array;
  /** `[V]`: norms of the rows, 0 where not finite. */
  readonly norms: Float32Array;
  /** Ids of rows that are not finite. */
  readonly nonFinite: readonly number[];
}

async function surveyRows(
  W_U: VocabularyMatrix,
  unused: Float64Array,
  provisional: Float64Array,
  backend: MatmulBackend,
  { cancellation, onProgress }: WorkOptions,
): Promise<Survey> {
  const { rows, cols } = W_U;
  const provisionalDirection = difference(unused, provisional);
  const both = { rows: MULTIPLIED, cols, data: new Float32Array(MULTIPLIED * cols) };
  both.data.set(provisionalDirection);
  both.data.set(provisional, cols);
  const along = new Float32Array(rows);
  const toward = new Float32Array(rows);
  const norms = new Float32Array(rows);
  const nonFinite: number[] = [];
  const sum = new RowSum(cols);
  for await (const tile of checkedTiles(W_U, passTileRows(cols), backend)) {
    checkCancelled(cancellation);
    const { start, matrix } = tile;
    nonFinite.push(...tile.nonFinite);
    sum.add(matrix, matrix.rows - tile.nonFinite.length);
    norms.set(tile.storedNorms, start);
    const { data } = await backend.multiplyTransposed(matrix, both);
    for (let row = 0; row < matrix.rows; row += 1) {
      along[start + row] = float32At(data, row * MULTIPLIED);
      toward[start + row] = float32At(data, row * MULTIPLIED + 1);
    }
    onProgress?.({ done: start + matrix.rows, total: rows, unit: 'tokens' });
  }
  const mean = sum.mean();
  const direction = difference(unused, mean);
  return {
    ...{ cols, mean, direction, provisional, provisionalDirection },
    ...{ along, toward, norms, nonFinite },
  };
}

/**
 * Marks the rows that are decided, and answers the ids of those that are not. With e = m - m0, the products with m and u - m
 * lie within |row| |e| (Cauchy-Schwarz), and float32's error, of those with m0 and u - m0.
 */
function markDecided(survey: Survey, marks: Uint8Array): number[] {
  const { cols, mean, direction, provisional, provisionalDirection, norms } = survey;
  const length = MIN_COSINE * norm(direction);
  const shift = norm(difference(mean, provisional));
  const reach = norm(provisional) + norm(provisionalDirection);
  const meanSquare = dot(mean, mean);
  const meanAlong = dot(direction, mean);
  const nonFinite = new Set(survey.nonFinite);
  const open: number[] = [];
  for (let id = 0; id < marks.length; id += 1) {
    if (nonFinite.has(id)) {
      continue;
    }
    const size = float32At(norms, id);
    const slack = size * (shift + FLOAT32_ERROR * cols * (size + reach));
    const square = size * size - 2 * float32At(survey.toward, id) + meanSquare;
    const along = float32At(survey.along, id) - meanAlong;
    if (along - slack > length * Math.sqrt(square + 2 * slack)) {
      marks[id] = 1;
    } else if (!(along + slack < length * Math.sqrt(Math.max(0, square - 2 * slack)))) {
      open.push(id);
    }
  }
  return open;
}

function isMarked({ data }: Matrix, { mean, direction }: Survey): boolean {
  const apart = mean.map((value, j) => float32At(data, j) - value);
  return dot(apart, direction) / (norm(apart) * norm(direction)) > MIN_COSINE;
}

/** Tiles that hold all rows of some ids. */
async function* tilesWith(
  matrix: VocabularyMatrix,
  ids: readonly number[],
  { cancellation }: WorkOptions,
): AsyncGenerator<{ start: number; matrix: Matrix }> {
  if (ids.length > MAX_SINGLE_ROWS) {
    for await (const tile of matrix.tiles(passTileRows(matrix.cols))) {
      checkCancelled(cancellation);
      yield tile;
    }
    return;
  }
  const found = await matrix.rowsById(ids);
  for (const [at, id] of ids.entries()) {
    yield { start: id, matrix: rowsOf(found, at, 1) };
  }
}

function difference(a: Float64Array, b: Float64Array): Float64Array {
  return a.map((value, j) => value - float64At(b, j));
}

/** Float64 sums of rows. */
class RowSum {
  count = 0;
  private readonly sums: Float64Array;

  constructor(private readonly cols: number) {
    this.sums = new Float64Array(cols);
  }

  /** Adds rows of which `count` count; the others are zero. */
  add({ rows, data }: Matrix, count: number): void {
    for (let row = 0; row < rows; row += 1) {
      addTo(this.sums, data, row * this.cols);
    }
    this.count += count;
  }

  /** Adds rows, those left out that are not finite. */
  addFinite(matrix: Matrix): void {
    for (let row = 0; row < matrix.rows; row += 1) {
      const one = rowsOf(matrix, row, 1);
      if (one.data.every(Number.isFinite)) {
        this.add(one, 1);
      }
    }
  }

  mean(): Float64Array {
    return this.sums.map((sum) => sum / Math.max(1, this.count));
  }
}

function addTo(sums: Float64Array, data: Float32Array, start: number): void {
  for (let j = 0; j < sums.length; j += 1) {
    sums[j] = float64At(sums, j) + float32At(data, start + j);
  }
}
