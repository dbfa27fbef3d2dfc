import { parseComponentPattern } from '../../../../src/core/model/componentId';
import { expandComponents, locateRow } from '../../../../src/core/model/componentSet';
import { ROW_KIND_INFO } from '../../../../src/core/model/rowKinds';
import type { MatrixView, NormView, Transformer } from '../../../../src/core/model/transformer';
import type { Weights } from './weights';

/** Row `index` of a view, `[view.cols]`, straight from the definition in `MatrixView`. */
function rowOf(view: MatrixView, index: number, weights: Weights): number[] {
  const shape = weights.tensors.get(view.tensor)?.shape ?? [];
  const values = weights.values(view.tensor);
  const { offset, blockLength, blockStride } = view;
  const place = offset + Math.floor(index / blockLength) * blockStride + (index % blockLength);
  const width = shape[1] ?? 0;
  return Array.from(
    { length: view.cols },
    (_, col) =>
      (view.rowAxis === 0 ? values[place * width + col] : values[col * width + place]) ?? NaN,
  );
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, index) => sum + value * (b[index] ?? NaN), 0);
}

function centre(row: readonly number[]): number[] {
  const mean = row.reduce((sum, value) => sum + value, 0) / row.length;
  return row.map((value) => value - mean);
}

function scale(row: readonly number[], norm: NormView | undefined, weights: Weights): number[] {
  if (norm === undefined) {
    return [...row];
  }
  const gains = weights.values(norm.tensor);
  return row.map((value, index) => value * ((gains[index] ?? NaN) + (norm.plusOne ? 1 : 0)));
}

export interface ReferenceReading {
  readonly norm: number;
  /** Best first. */
  readonly top: readonly { readonly id: number; readonly score: number }[];
  /** Lowest first. */
  readonly bottom: readonly { readonly id: number; readonly score: number }[];
}

/** Reads components one number at a time, slowly and plainly, as design and goldens define a reading. */
export class ReferenceReader {
  private readonly vocabularies = new Map<string, readonly (readonly number[])[]>();

  constructor(
    private readonly transformer: Transformer,
    private readonly weights: Weights,
    private readonly fold: 'none' | 'norms',
  ) {}

  /** Rows of W_E or W_U, folded where asked for. */
  private vocabulary(space: 'input' | 'output', folded: boolean): readonly (readonly number[])[] {
    const key = `${space} ${String(folded)}`;
    const { W_E, W_U, finalNorm } = this.transformer;
    const view = space === 'input' ? W_E : W_U;
    const rows =
      this.vocabularies.get(key) ??
      Array.from({ length: view.rows }, (_, id) => rowOf(view, id, this.weights)).map((row) =>
        folded && space === 'output' ? scale(row, finalNorm, this.weights) : row,
      );
    this.vocabularies.set(key, rows);
    return rows;
  }

  read(component: string, k: number): ReferenceReading {
    const [found] = expandComponents(this.transformer, parseComponentPattern(component));
    if (found === undefined) {
      throw new Error(`${component} names no row`);
    }
    const { ref } = found;
    const { space, foldRole, perHead } = ROW_KIND_INFO[ref.kind];
    const { view, index } = locateRow(this.transformer, ref);
    const { norms } = this.transformer.blocks[ref.layer ?? 0] ?? {};
    const folded = this.fold === 'norms' && foldRole !== 'raw';
    let row = rowOf(view, index, this.weights);
    if (folded) {
      const norm =
        foldRole === 'reading'
          ? norms?.[perHead ? 'attention' : 'feedForward']
          : norms?.[perHead ? 'attentionPost' : 'feedForwardPost'];
      row = scale(row, norm, this.weights);
      row = this.transformer.shape.norm === 'layernorm' ? centre(row) : row;
    }
    const scores = this.vocabulary(space, folded).map((token, id) => ({
      id,
      score: dot(row, token),
    }));
    const sorted = scores.toSorted((a, b) => b.score - a.score || a.id - b.id);
    return {
      norm: Math.sqrt(dot(row, row)),
      top: sorted.slice(0, k),
      bottom: sorted.slice(-k).reverse(),
    };
  }
}
