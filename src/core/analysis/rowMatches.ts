import { checkCancelled } from '../errors';
import type { MatmulBackend } from '../projection/backend';
import { batchesOf, type WorkOptions } from '../projection/workPlan';
import { float32At, int32At } from '../tensor/elements';
import { rowsOf, type Matrix } from '../tensor/matrix';
import { UNASSIGNED } from './assignment';
import { asCorrelation, type StandardRows } from './rowMeasure';

/** Rows of one run: between runs work can be cancelled. */
const RUN_ROWS = 256;

/** For each row of one model, the row of the other of largest |rho|. */
export interface NearestRows {
  /** `[n]`, `UNASSIGNED` where a row correlates with nothing. */
  readonly index: Int32Array;
  /** `[n]`, with its sign. */
  readonly rho: Float32Array;
}

export interface RowMatches {
  readonly ofA: NearestRows;
  readonly ofB: NearestRows;
  /** `[rows of A, rows of B]`: all correlations, where they were kept. */
  readonly rho: Matrix | null;
}

function unmatched(count: number): NearestRows {
  return { index: new Int32Array(count).fill(UNASSIGNED), rho: new Float32Array(count) };
}

function offer({ index, rho }: NearestRows, row: number, other: number, value: number): void {
  const size = Math.abs(value);
  const best = Math.abs(float32At(rho, row));
  // Rows come in their order: equal correlations go to the first.
  if (size > best) {
    index[row] = other;
    rho[row] = value;
  }
}

/**
 * The nearest row of every row of A in B and of every row of B in A, by |rho| in float32.
 * @param keep whether all correlations are kept too
 * @throws CancelledError between runs
 */
export async function matchRows(
  left: StandardRows,
  right: StandardRows,
  keep: boolean,
  backend: MatmulBackend,
  { cancellation, onProgress }: WorkOptions = {},
): Promise<RowMatches> {
  const [rows, cols] = [left.matrix.rows, right.matrix.rows];
  const [ofA, ofB] = [unmatched(rows), unmatched(cols)];
  const rho = keep ? { rows, cols, data: new Float32Array(rows * cols) } : null;
  for (const { start, count } of batchesOf(rows, RUN_ROWS)) {
    checkCancelled(cancellation);
    const part = await backend.multiplyTransposed(rowsOf(left.matrix, start, count), right.matrix);
    part.data.forEach((product, at) => {
      part.data[at] = asCorrelation(product);
    });
    for (let i = 0; i < count; i += 1) {
      for (let j = 0; j < cols; j += 1) {
        const value = float32At(part.data, i * cols + j);
        offer(ofA, start + i, j, value);
        offer(ofB, j, start + i, value);
      }
    }
    rho?.data.set(part.data, start * cols);
    onProgress?.({ done: start + count, total: rows, unit: 'rows' });
  }
  return { ofA, ofB, rho };
}

/** Whether a row of A and its nearest are each other's nearest. */
export function isMutual({ ofA, ofB }: Pick<RowMatches, 'ofA' | 'ofB'>, row: number): boolean {
  const other = int32At(ofA.index, row);
  return other !== UNASSIGNED && int32At(ofB.index, other) === row;
}

/** The mean of |rho| over the rows that have a nearest; 0 where none has. */
export function meanNearest({ index, rho }: NearestRows): number {
  let sum = 0;
  let count = 0;
  index.forEach((other, row) => {
    if (other !== UNASSIGNED) {
      sum += Math.abs(float32At(rho, row));
      count += 1;
    }
  });
  return count === 0 ? 0 : sum / count;
}
