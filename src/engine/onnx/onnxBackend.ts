import type {
  Magnitudes,
  MatmulBackend,
  RowSelection,
  ScoreReduction,
  ScoreRequest,
} from '../../core/projection/backend';
import type { PairKey } from '../../core/projection/pairs/pairKey';
import type { Matrix, Matrix64 } from '../../core/tensor/matrix';
import {
  ABSOLUTE_SUMS,
  GRAM,
  GRAM_DOUBLE,
  MAGNITUDES,
  MULTIPLY_SELECTED,
  MULTIPLY_TRANSPOSED,
  PRODUCT_ROW_SQUARES,
  ROW_SQUARES,
  rowMaximaGraph,
} from './graphs';
import type { Graph } from './onnxGraph';
import { OnnxSessions } from './onnxSessions';
import { physicalCores } from './physicalCores';
import { ScoreReducer } from './scoreReducer';
import { integers, matrixTensor, selections, type NamedTensors } from './tensors';

/** A backend that holds native sessions: `dispose` frees them. */
export interface OnnxBackend extends MatmulBackend {
  dispose(): Promise<void>;
}

export interface OnnxBackendOptions {
  /** Threads of one run; absent or 0: physical cores. */
  readonly threads?: number;
}

/** Groups of rows in which the largest of each column is sought; of rows in another number there is one group. */
const ROW_GROUPS = 16;

/** The multiplications by ONNX Runtime, on the processor. Weights are passed without a copy. */
export function createOnnxBackend({ threads = 0 }: OnnxBackendOptions = {}): OnnxBackend {
  return new CpuBackend(new OnnxSessions(threads > 0 ? threads : physicalCores()));
}

class CpuBackend implements OnnxBackend {
  private readonly reducer: ScoreReducer;

  constructor(private readonly sessions: OnnxSessions) {
    this.reducer = new ScoreReducer(sessions);
  }

  async multiplyTransposed(a: Matrix, b: Matrix, into?: Float32Array): Promise<Matrix> {
    const data = await this.single(
      'multiplyTransposed',
      MULTIPLY_TRANSPOSED,
      { a: matrixTensor(a), b: matrixTensor(b) },
      resultIn(into, a.rows, b.rows),
    );
    return { rows: a.rows, cols: b.rows, data };
  }

  async gram(a: Matrix, b: Matrix, into?: Float32Array): Promise<Matrix> {
    const feeds = { a: matrixTensor(a), b: matrixTensor(b) };
    const data = await this.single('gram', GRAM, feeds, resultIn(into, a.cols, b.cols));
    return { rows: a.cols, cols: b.cols, data };
  }

  async gramDouble(a: Matrix, b: Matrix): Promise<Matrix64> {
    const data = await this.sessions.runDouble('gramDouble', () => GRAM_DOUBLE, {
      a: matrixTensor(a),
      b: matrixTensor(b),
    });
    return { rows: a.cols, cols: b.cols, data };
  }

  rowSquares(tile: Matrix, by?: Matrix): Promise<Float32Array> {
    const feeds = { tile: matrixTensor(tile) };
    return by === undefined
      ? this.single('rowSquares', ROW_SQUARES, feeds)
      : this.single('productRowSquares', PRODUCT_ROW_SQUARES, { ...feeds, by: matrixTensor(by) });
  }

  absoluteColumnSums(x: Matrix, tile: Matrix): Promise<Float32Array> {
    return this.single('absoluteColumnSums', ABSOLUTE_SUMS, {
      x: matrixTensor(x),
      tile: matrixTensor(tile),
    });
  }

  async multiplySelected(a: RowSelection, b: RowSelection): Promise<Matrix> {
    const data = await this.single('multiplySelected', MULTIPLY_SELECTED, selections(a, b));
    return { rows: a.rows.length, cols: b.rows.length, data };
  }

  async rowMaxima(a: RowSelection, b: RowSelection, key: PairKey): Promise<Float32Array> {
    const graph = (): Graph => rowMaximaGraph(key);
    const output = await this.sessions.run(`rowMaxima ${key}`, graph, selections(a, b));
    return output('y');
  }

  async magnitudes(a: Matrix, b: Matrix): Promise<Magnitudes> {
    const groups = a.rows % ROW_GROUPS === 0 ? ROW_GROUPS : 1;
    const feeds = {
      a: matrixTensor(a),
      b: matrixTensor(b),
      groups: integers(groups, a.rows / groups, b.rows),
    };
    const output = await this.sessions.run('magnitudes', () => MAGNITUDES, feeds);
    return {
      rowMaxima: output('rowMaxima'),
      columnMaxima: output('columnMaxima'),
      rowSums: output('rowSums'),
    };
  }

  reduceScores(request: ScoreRequest): Promise<ScoreReduction> {
    return this.reducer.reduce(request);
  }

  dispose(): Promise<void> {
    return this.sessions.dispose();
  }

  private async single(
    key: string,
    graph: Graph,
    feeds: NamedTensors,
    into: NamedTensors = {},
  ): Promise<Float32Array> {
    const output = await this.sessions.run(key, () => graph, feeds, into);
    return output('y');
  }
}

/** The output `y` `[rows, cols]` in memory that is given. */
function resultIn(data: Float32Array | undefined, rows: number, cols: number): NamedTensors {
  return data === undefined ? {} : { y: { data, shape: [rows, cols] } };
}
