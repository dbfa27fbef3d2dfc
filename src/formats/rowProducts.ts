import { checkCancelled, VocabScopeError, type Cancellation } from '../core/errors';
import type { MatrixView } from '../core/model/transformer';
import { addColumnProducts } from '../core/projection/columnProducts';
import { dotsWithRows } from '../core/projection/dots';
import type { RowFold } from '../core/projection/fold';
import { RowNorms } from '../core/projection/rowNorms';
import { decodeToFloat32 } from '../core/tensor/decode';
import type { Matrix } from '../core/tensor/matrix';
import type { ByteSource } from '../io/byteSource';
import type { Checkpoint } from './checkpoint';
import { layOut, runsOfRange, type MatrixLayout, type Run } from './matrixLayout';
import { quote } from './quote';

/** Stored bytes that are read at a time; the next are read while these are multiplied. */
const BAND_BYTES = 2 * 1024 * 1024;
/** A single row of a tensor may be longer than a band, but not than this: 64 MiB as float32. */
const MAX_BAND_ELEMENTS = 2 ** 24;

/** What is multiplied with the rows of one view. */
export interface ProductRequest {
  readonly view: MatrixView;
  /** `[view.cols]` each. */
  readonly directions: readonly Float64Array[];
  /** Where given, also the norms of the rows folded in this way; null: of the rows as stored. */
  readonly norms?: RowFold | null;
}

export interface RowProducts {
  /** One `[view.rows]` for each direction: exact but for the rounding of float64. */
  readonly products: readonly Float64Array[];
  /** `[view.rows]` where asked for. */
  readonly norms: Float64Array | undefined;
}

export interface ProductOptions {
  readonly cancellation?: Cancellation;
  /** Stored bytes passed so far, of all. */
  readonly onBytes?: (done: number, total: number) => void;
}

/** Products of one view on their way. */
class Running {
  readonly products: readonly Float64Array[];
  readonly norms: RowNorms | undefined;
  private readonly runs: readonly Run[];

  constructor(private readonly request: ProductRequest) {
    const { view, directions, norms } = request;
    this.runs = runsOfRange(view, 0, view.rows);
    this.products = directions.map(() => new Float64Array(view.rows));
    this.norms = norms === undefined ? undefined : new RowNorms(view.rows, view.cols, norms);
  }

  /** Takes rows `first` to `first + band.rows` of the tensor's last two axes. */
  add(first: number, band: Matrix): void {
    if (this.request.view.rowAxis === 0) {
      this.addRows(first, band);
    } else {
      this.addColumns(first, band);
    }
  }

  private addRows(first: number, band: Matrix): void {
    for (const { stored, target, count } of this.runs) {
      const start = Math.max(stored, first);
      const end = Math.min(stored + count, first + band.rows);
      if (start >= end) {
        continue;
      }
      const rows = Int32Array.from({ length: end - start }, (_, i) => start - first + i);
      const into = target + start - stored;
      this.request.directions.forEach((direction, i) => {
        const out = this.products[i]?.subarray(into, into + rows.length);
        if (out !== undefined) {
          dotsWithRows(direction, band, rows, out);
        }
      });
      this.norms?.addRows(into, band, start - first, rows.length);
    }
  }

  private addColumns(first: number, band: Matrix): void {
    for (const { stored, target, count } of this.runs) {
      const stretch = { column: stored, count, into: target };
      this.request.directions.forEach((direction, i) => {
        const sums = this.products[i];
        if (sums !== undefined) {
          addColumnProducts(sums, direction, first, band, stretch);
        }
      });
      this.norms?.addColumns(first, band, stretch);
    }
  }
}

/** The views of one tensor (one slice of it), read together. */
interface Group {
  readonly layout: MatrixLayout;
  /** `[rows, width]`: the tensor's last two axes. */
  readonly rows: number;
  readonly width: number;
  readonly running: Running[];
}

function groupsOf(
  checkpoint: Checkpoint,
  requests: readonly ProductRequest[],
): { readonly groups: readonly Group[]; readonly answers: readonly Running[] } {
  const groups = new Map<string, Group>();
  const answers = requests.map((request) => {
    const layout = layOut(checkpoint, request.view);
    const { tensor, view } = layout;
    const key = JSON.stringify([view.tensor, view.slice ?? null]);
    const [rows = 0, width = 0] = tensor.shape.slice(-2);
    if (width > MAX_BAND_ELEMENTS) {
      throw new VocabScopeError(
        'limit',
        `The rows of tensor ${quote(view.tensor)} hold ${width} numbers, more than the ${MAX_BAND_ELEMENTS} that are read at once.`,
      );
    }
    const group = groups.get(key) ?? { layout, rows, width, running: [] };
    groups.set(key, group);
    const running = new Running(request);
    group.running.push(running);
    return running;
  });
  const ordered = [...groups.values()].sort(
    (a, b) => a.layout.tensor.file - b.layout.tensor.file || a.layout.offset - b.layout.offset,
  );
  return { groups: ordered, answers };
}

/** One read on its way. */
interface Band {
  readonly group: Group;
  readonly first: number;
  readonly rows: number;
  readonly bytes: Uint8Array;
  readonly done: Promise<void>;
}

/** Bands of all groups in the order of the file, each read while the one before is worked on. */
async function* bandsOf(
  checkpoint: Checkpoint,
  groups: readonly Group[],
  cancellation: Cancellation | undefined,
): AsyncGenerator<Band> {
  let pending: Band | undefined;
  let free: Uint8Array = new Uint8Array(0);
  for (const group of groups) {
    const { layout, rows } = group;
    const source = await checkpoint.source(layout.tensor.file);
    const bandRows = Math.max(1, Math.floor(BAND_BYTES / Math.max(1, layout.stride)));
    for (let first = 0; first < rows; first += bandRows) {
      const count = Math.min(bandRows, rows - first);
      const next = startBand(group, source, first, count, free);
      if (pending !== undefined) {
        await pending.done;
        checkCancelled(cancellation);
        yield pending;
        free = pending.bytes;
      } else {
        free = new Uint8Array(0);
      }
      pending = next;
    }
  }
  if (pending !== undefined) {
    await pending.done;
    yield pending;
  }
}

function startBand(
  group: Group,
  source: ByteSource,
  first: number,
  rows: number,
  buffer: Uint8Array,
): Band {
  const { layout } = group;
  const length = rows * layout.stride;
  const whole = buffer.byteLength >= length ? buffer : new Uint8Array(Math.max(BAND_BYTES, length));
  const done = source.read(layout.offset + first * layout.stride, whole.subarray(0, length));
  // Whoever takes the band hears of a failure; until then nobody listens.
  done.catch(() => undefined);
  return { group, first, rows, bytes: whole, done };
}

function decoded({ group, rows, bytes }: Band, numbers: Float32Array): Matrix {
  const { layout, width } = group;
  const stored = bytes.subarray(0, rows * layout.stride);
  if (layout.tensor.dtype === 'F32') {
    const data = new Float32Array(bytes.buffer, bytes.byteOffset, rows * width);
    return { rows, cols: width, data };
  }
  const data = numbers.subarray(0, rows * width);
  decodeToFloat32(layout.tensor.dtype, stored, data);
  return { rows, cols: width, data };
}

/**
 * Products of every row of some views with some directions, in float64. Each tensor is read once, in the order of the
 * files, in bands of 2 MiB, whatever views lie in it and whether their rows are its rows or its columns.
 * @throws VocabScopeError `unsupportedDtype`; `limit`; `changedOnDisk`. @throws CancelledError
 */
export async function rowProducts(
  checkpoint: Checkpoint,
  requests: readonly ProductRequest[],
  { cancellation, onBytes }: ProductOptions = {},
): Promise<RowProducts[]> {
  const { groups, answers } = groupsOf(checkpoint, requests);
  const total = groups.reduce((sum, { rows, layout }) => sum + rows * layout.stride, 0);
  let numbers = new Float32Array(0);
  let done = 0;
  for await (const band of bandsOf(checkpoint, groups, cancellation)) {
    const { group, rows, first } = band;
    if (numbers.length < rows * group.width && group.layout.tensor.dtype !== 'F32') {
      numbers = new Float32Array(rows * group.width);
    }
    const matrix = decoded(band, numbers);
    for (const running of group.running) {
      running.add(first, matrix);
    }
    done += rows * group.layout.stride;
    onBytes?.(done, total);
  }
  return answers.map(({ products, norms }) => ({ products, norms: norms?.finish() }));
}
