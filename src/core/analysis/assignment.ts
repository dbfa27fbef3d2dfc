import { float32At, float64At, int32At } from '../tensor/elements';
import type { Matrix } from '../tensor/matrix';

/** A row or column without a partner. */
export const UNASSIGNED = -1;

/** How far an assignment is. */
export interface AssignmentProgress {
  readonly done: number;
  readonly total: number;
}

/** Displacements of one pass of row reduction, per row, beyond which rows are left to the shortest paths. */
const MAX_DISPLACEMENTS = 8;
const ROW_PASSES = 4;

/**
 * The one-to-one assignment of rows `[n, m]` to columns with the largest sum of magnitudes, by the method of Jonker and
 * Volgenant ("A shortest augmenting path algorithm for dense and sparse linear assignment problems", 1987) on the flat
 * matrix: column reduction, reduction transfer, augmenting row reduction, then shortest augmenting paths. Where n is less
 * than m, rows of zeros fill it up, which change no sum; where it is more, the columns are assigned to the rows.
 *
 * Long work: it yields after every row that it places, so that whoever runs it can look up. The answer is `[n]`, the
 * column of each row, `UNASSIGNED` for those left over.
 */
export function* assignRows(weights: Matrix): Generator<AssignmentProgress, Int32Array> {
  const { rows, cols } = weights;
  const isWide = rows <= cols;
  const search = new Assignment(isWide ? weights : transposed(weights));
  yield* search.run();
  const placed = search.columnOf.subarray(0, Math.min(rows, cols));
  if (isWide) {
    return placed;
  }
  const columns = new Int32Array(rows).fill(UNASSIGNED);
  placed.forEach((row, column) => {
    columns[row] = column;
  });
  return columns;
}

function transposed({ rows, cols, data }: Matrix): Matrix {
  const turned = new Float32Array(data.length);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < cols; column += 1) {
      turned[column * rows + row] = float32At(data, row * cols + column);
    }
  }
  return { rows: cols, cols: rows, data: turned };
}

/** The search in a matrix with at least as many columns as rows; costs are negative magnitudes. */
class Assignment {
  /** Column of each row and row of each column, `[m]`; rows beyond the matrix's are zeros. */
  readonly columnOf: Int32Array;
  private readonly rowOf: Int32Array;
  private readonly size: number;
  /** `[m]`: what each column's costs are reduced by. */
  private readonly prices: Float64Array;
  private readonly zeros: Float32Array;
  /** Reused by every search: distances, the row from which each column was reached, columns in the order of their state. */
  private readonly distances: Float64Array;
  private readonly from: Int32Array;
  private readonly order: Int32Array;
  /** The two least reduced costs that `twoLeast` found, and their columns. */
  private first = 0;
  private firstColumn = UNASSIGNED;
  private second = 0;
  private secondColumn = UNASSIGNED;

  constructor(private readonly weights: Matrix) {
    const size = weights.cols;
    this.size = size;
    this.columnOf = new Int32Array(size).fill(UNASSIGNED);
    this.rowOf = new Int32Array(size).fill(UNASSIGNED);
    this.prices = new Float64Array(size);
    this.zeros = new Float32Array(size);
    this.distances = new Float64Array(size);
    this.from = new Int32Array(size);
    this.order = new Int32Array(size);
  }

  *run(): Generator<AssignmentProgress> {
    const total = this.size;
    let free = this.reduceColumns();
    yield { done: total - free.length, total };
    for (let pass = 0; pass < ROW_PASSES && free.length > 0; pass += 1) {
      free = this.reduceRows(free);
      yield { done: total - free.length, total };
    }
    for (const [done, row] of free.entries()) {
      this.augment(row);
      yield { done: total - free.length + done + 1, total };
    }
  }

  private weightsOf(row: number): Float32Array {
    const { rows, cols, data } = this.weights;
    return row < rows ? data.subarray(row * cols, (row + 1) * cols) : this.zeros;
  }

  /** The least cost of each column becomes its price; rows that have such a least cost are placed. Answers the others. */
  private reduceColumns(): Int32Array {
    const { size, prices } = this;
    // A column of zeros has no least row of its own: any will do.
    const least = Int32Array.from({ length: size }, (_, column) => column);
    for (let row = 0; row < this.weights.rows; row += 1) {
      const weights = this.weightsOf(row);
      for (let column = 0; column < size; column += 1) {
        const cost = -Math.abs(float32At(weights, column));
        if (cost < float64At(prices, column)) {
          prices[column] = cost;
          least[column] = row;
        }
      }
    }
    const uses = new Int32Array(size);
    for (let column = size - 1; column >= 0; column -= 1) {
      const row = int32At(least, column);
      uses[row] = int32At(uses, row) + 1;
      if (int32At(uses, row) === 1) {
        this.columnOf[row] = column;
        this.rowOf[column] = row;
      }
    }
    return this.transfer(uses);
  }

  /** Rows with one least cost lower the price of their column by the distance to their second one. */
  private transfer(uses: Int32Array): Int32Array {
    const { size, prices } = this;
    const free: number[] = [];
    for (let row = 0; row < size; row += 1) {
      if (int32At(uses, row) === 0) {
        free.push(row);
      } else if (int32At(uses, row) === 1 && size > 1) {
        const own = int32At(this.columnOf, row);
        this.twoLeast(row);
        const other = this.firstColumn === own ? this.second : this.first;
        prices[own] = float64At(prices, own) - (other - this.reducedCost(row, own));
      }
    }
    return Int32Array.from(free);
  }

  private reducedCost(row: number, column: number): number {
    return -Math.abs(float32At(this.weightsOf(row), column)) - float64At(this.prices, column);
  }

  /** Finds the two least reduced costs of a row. */
  private twoLeast(row: number): void {
    const { size, prices } = this;
    const weights = this.weightsOf(row);
    let first = Infinity;
    let second = Infinity;
    let firstColumn = UNASSIGNED;
    let secondColumn = UNASSIGNED;
    for (let column = 0; column < size; column += 1) {
      const reduced = -Math.abs(float32At(weights, column)) - float64At(prices, column);
      if (reduced < second) {
        if (reduced < first) {
          second = first;
          secondColumn = firstColumn;
          first = reduced;
          firstColumn = column;
        } else {
          second = reduced;
          secondColumn = column;
        }
      }
    }
    this.first = first;
    this.firstColumn = firstColumn;
    this.second = second;
    this.secondColumn = secondColumn;
  }

  /** Places free rows at their least reduced cost, whoever is there; who is displaced comes next. Answers the rows left. */
  private reduceRows(free: Int32Array): Int32Array {
    const left: number[] = [];
    let displacements = MAX_DISPLACEMENTS * this.size;
    for (const start of free) {
      let row = start;
      while (row !== UNASSIGNED) {
        const { displaced, lowered } = this.place(row);
        displacements -= displaced === UNASSIGNED ? 0 : 1;
        if (displaced !== UNASSIGNED && !(lowered && displacements > 0)) {
          left.push(displaced);
          break;
        }
        row = displaced;
      }
    }
    return Int32Array.from(left);
  }

  /** Places a row at its least reduced cost. Where a tie leaves the price as it is, at the second place if that is free. */
  private place(row: number): { displaced: number; lowered: boolean } {
    this.twoLeast(row);
    const gap = this.second - this.first;
    const lowered = gap > 0 && gap < Infinity;
    let column = this.firstColumn;
    if (lowered) {
      this.prices[column] = float64At(this.prices, column) - gap;
    } else if (int32At(this.rowOf, column) !== UNASSIGNED && this.secondColumn !== UNASSIGNED) {
      column = this.secondColumn;
    }
    const displaced = int32At(this.rowOf, column);
    this.columnOf[row] = column;
    this.rowOf[column] = row;
    if (displaced !== UNASSIGNED) {
      this.columnOf[displaced] = UNASSIGNED;
    }
    return { displaced, lowered };
  }

  /** Places a free row by a shortest augmenting path (Dijkstra's search over reduced costs). */
  private augment(freeRow: number): void {
    const { size, distances, from, order, prices } = this;
    const weights = this.weightsOf(freeRow);
    for (let column = 0; column < size; column += 1) {
      distances[column] = -Math.abs(float32At(weights, column)) - float64At(prices, column);
      from[column] = freeRow;
      order[column] = column;
    }
    // Columns up to `low` are settled, those up to `high` are at the least distance, the others lie beyond.
    let low = 0;
    let high = 0;
    let settled = 0;
    let least = 0;
    let end = UNASSIGNED;
    while (end === UNASSIGNED) {
      if (low === high) {
        settled = low;
        high = this.nextLeast(low);
        least = float64At(distances, int32At(order, low));
        end = this.freeColumn(low, high);
      }
      if (end === UNASSIGNED) {
        const reached = this.relax(int32At(order, low), least, high);
        low += 1;
        high = reached.high;
        end = reached.end;
      }
    }
    for (let i = 0; i < settled; i += 1) {
      const column = int32At(order, i);
      prices[column] = float64At(prices, column) + float64At(distances, column) - least;
    }
    this.flip(freeRow, end);
  }

  /** Brings the columns of least distance behind the settled ones; answers where they end. */
  private nextLeast(low: number): number {
    const { size, distances, order } = this;
    let least = Infinity;
    let high = low;
    for (let i = low; i < size; i += 1) {
      const column = int32At(order, i);
      const distance = float64At(distances, column);
      if (distance <= least) {
        if (distance < least) {
          high = low;
          least = distance;
        }
        order[i] = int32At(order, high);
        order[high] = column;
        high += 1;
      }
    }
    return high;
  }

  private freeColumn(low: number, high: number): number {
    for (let i = low; i < high; i += 1) {
      const column = int32At(this.order, i);
      if (int32At(this.rowOf, column) === UNASSIGNED) {
        return column;
      }
    }
    return UNASSIGNED;
  }

  /** Goes on from the row of a settled column; answers a free column at the least distance where it finds one. */
  private relax(settled: number, least: number, start: number): { high: number; end: number } {
    const { size, distances, order, prices, from } = this;
    const row = int32At(this.rowOf, settled);
    const weights = this.weightsOf(row);
    const offset = this.reducedCost(row, settled) - least;
    let high = start;
    for (let i = start; i < size; i += 1) {
      const column = int32At(order, i);
      const distance = -Math.abs(float32At(weights, column)) - float64At(prices, column) - offset;
      if (distance < float64At(distances, column)) {
        distances[column] = distance;
        from[column] = row;
        if (distance === least) {
          if (int32At(this.rowOf, column) === UNASSIGNED) {
            return { high, end: column };
          }
          order[i] = int32At(order, high);
          order[high] = column;
          high += 1;
        }
      }
    }
    return { high, end: UNASSIGNED };
  }

  /** Turns the path that ends at a free column around. */
  private flip(freeRow: number, end: number): void {
    let column = end;
    for (;;) {
      const row = int32At(this.from, column);
      this.rowOf[column] = row;
      const next = int32At(this.columnOf, row);
      this.columnOf[row] = column;
      if (row === freeRow) {
        return;
      }
      column = next;
    }
  }
}
