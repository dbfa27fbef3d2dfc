import type { Matrix } from '../core/tensor/matrix';
import { float32At } from '../core/tensor/elements';
import { decodeToFloat32 } from '../core/tensor/decode';
import type { ByteSource } from '../io/byteSource';
import type { MatrixLayout, Run } from './matrixLayout';

/** Stored bytes that are read, then decoded, at a time. */
const MAX_PIECE_BYTES = 4 * 1024 * 1024;

/** Runs this close together are read as one span: reading what lies between costs less than another read. */
const MAX_GAP_BYTES = 4096;

/** Length of such a span. */
const MAX_SPAN_BYTES = 1024 * 1024;

/** Rows of a band that are transposed together, so that what is written stays in the cache. */
const TRANSPOSED_ROWS = 32;

/** Neighbouring runs, and the stored indexes `[first, end)` that they lie in. */
interface Span {
  readonly first: number;
  readonly end: number;
  readonly runs: readonly Run[];
}

/** Cuts runs that are wider than `maxLength`. */
function cutRuns(runs: readonly Run[], maxLength: number): readonly Run[] {
  return runs.flatMap(({ stored, target, count }) =>
    Array.from({ length: Math.ceil(count / maxLength) }, (_, piece) => ({
      stored: stored + piece * maxLength,
      target: target + piece * maxLength,
      count: Math.min(maxLength, count - piece * maxLength),
    })),
  );
}

/** Joins runs, which lie in stored order, where gaps are small and the span stays short. */
function joinRuns(runs: readonly Run[], maxGap: number, maxLength: number): readonly Span[] {
  const spans: { first: number; end: number; runs: Run[] }[] = [];
  for (const run of runs) {
    const span = spans.at(-1);
    const end = run.stored + run.count;
    if (span !== undefined && run.stored - span.end <= maxGap && end - span.first <= maxLength) {
      span.end = end;
      span.runs.push(run);
    } else {
      spans.push({ first: run.stored, end, runs: [run] });
    }
  }
  return spans;
}

/**
 * Reads rows of one view into float32, touching only the ranges that hold them. It keeps its buffers from call
 * to call, at most `MAX_PIECE_BYTES` of stored bytes and, for transposed views, as many numbers: one call at a
 * time.
 */
export class RowReader {
  private raw = new Uint8Array(0);
  private band = new Float32Array(0);

  constructor(
    private readonly source: ByteSource,
    private readonly layout: MatrixLayout,
  ) {}

  /** Reads runs, in stored order, into `target` `[rows, view.cols]`. */
  async read(runs: readonly Run[], target: Matrix): Promise<void> {
    const { view, elementBytes, stride } = this.layout;
    if (target.rows === 0 || target.cols === 0) {
      return;
    }
    const isTransposed = view.rowAxis === 1;
    const unitBytes = isTransposed ? elementBytes : stride;
    const maxLength = Math.max(1, Math.floor(MAX_SPAN_BYTES / unitBytes));
    const pieces = isTransposed ? cutRuns(runs, maxLength) : runs;
    for (const span of joinRuns(pieces, Math.floor(MAX_GAP_BYTES / unitBytes), maxLength)) {
      await (isTransposed ? this.readColumns(span, target) : this.readSpan(span, target));
    }
  }

  private async readSpan({ first, end, runs }: Span, target: Matrix): Promise<void> {
    const { offset, stride, tensor } = this.layout;
    const { cols, data } = target;
    const [only] = runs;
    if (runs.length === 1 && only !== undefined) {
      const numbers = data.subarray(only.target * cols, (only.target + only.count) * cols);
      await this.readNumbers(offset + first * stride, numbers);
      return;
    }
    const bytes = this.rawBytes((end - first) * stride);
    await this.source.read(offset + first * stride, bytes);
    for (const run of runs) {
      const start = (run.stored - first) * stride;
      decodeToFloat32(
        tensor.dtype,
        bytes.subarray(start, start + run.count * stride),
        data.subarray(run.target * cols, (run.target + run.count) * cols),
      );
    }
  }

  /** Contiguous numbers, in pieces; float32 goes straight into place. */
  private async readNumbers(offset: number, numbers: Float32Array): Promise<void> {
    const { elementBytes, tensor } = this.layout;
    if (tensor.dtype === 'F32') {
      await this.source.read(offset, bytesOf(numbers));
      return;
    }
    const maxCount = MAX_PIECE_BYTES / elementBytes;
    for (let done = 0; done < numbers.length; done += maxCount) {
      const piece = numbers.subarray(done, done + maxCount);
      const bytes = this.rawBytes(piece.length * elementBytes);
      await this.source.read(offset + done * elementBytes, bytes);
      decodeToFloat32(tensor.dtype, bytes, piece);
    }
  }

  /** Rows that are columns of the tensor: bands of its rows are read and transposed. */
  private async readColumns({ first, end, runs }: Span, target: Matrix): Promise<void> {
    const { elementBytes } = this.layout;
    const width = end - first;
    const bandRows = Math.max(1, Math.floor(MAX_PIECE_BYTES / (width * elementBytes)));
    for (let row = 0; row < target.cols; row += bandRows) {
      const rows = Math.min(bandRows, target.cols - row);
      const band = await this.readBand(first, width, row, rows);
      for (const run of runs) {
        transposeRun(band, width, run.stored - first, run, { row, rows, target });
      }
    }
  }

  /** `[rows, width]` from column `first` and row `row` of the tensor. */
  private async readBand(
    first: number,
    width: number,
    row: number,
    rows: number,
  ): Promise<Float32Array> {
    const { offset, stride, elementBytes, tensor } = this.layout;
    if (this.band.length < rows * width) {
      this.band = new Float32Array(rows * width);
    }
    const numbers = this.band.subarray(0, rows * width);
    const chunk = width * elementBytes;
    const bytes = tensor.dtype === 'F32' ? bytesOf(numbers) : this.rawBytes(rows * chunk);
    await this.source.readStrided(
      offset + row * stride + first * elementBytes,
      chunk,
      stride,
      rows,
      bytes,
    );
    if (tensor.dtype !== 'F32') {
      decodeToFloat32(tensor.dtype, bytes, numbers);
    }
    return numbers;
  }

  private rawBytes(length: number): Uint8Array {
    if (this.raw.length < length) {
      this.raw = new Uint8Array(length);
    }
    return this.raw.subarray(0, length);
  }
}

function bytesOf(numbers: Float32Array): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

interface BandTarget {
  readonly row: number;
  readonly rows: number;
  readonly target: Matrix;
}

/** Columns `column` to `column + run.count` of a band `[rows, width]` become parts of the run's rows. */
function transposeRun(
  band: Float32Array,
  width: number,
  column: number,
  run: Run,
  { row, rows, target }: BandTarget,
): void {
  const { cols, data } = target;
  for (let top = 0; top < rows; top += TRANSPOSED_ROWS) {
    const bottom = Math.min(rows, top + TRANSPOSED_ROWS);
    for (let index = 0; index < run.count; index += 1) {
      const start = (run.target + index) * cols + row;
      for (let inner = top; inner < bottom; inner += 1) {
        data[start + inner] = float32At(band, inner * width + column + index);
      }
    }
  }
}
