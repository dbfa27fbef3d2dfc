import { VocabScopeError } from '../../core/errors';
import { matrixRows } from '../../core/model/componentSet';
import { norm } from '../../core/projection/dots';
import { foldVocabularyRow } from '../../core/projection/fold';
import type { ReadingOptions } from '../../core/projection/options';
import type { ReadingSpace } from '../../core/projection/space';
import { tokenDirection } from '../../core/projection/tokenDirection';
import { float64At } from '../../core/tensor/elements';
import { rowProducts, type ProductRequest } from '../../formats/rowProducts';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { treatmentOf, type RowTreatment } from '../reading/parameterRows';
import { rowsIn, type SearchedTable } from './searchedTables';
import type { TokenScores } from './searchStore';

interface TreatedTable {
  readonly table: SearchedTable;
  readonly treatment: RowTreatment;
  readonly space: ReadingSpace;
  /** One for each token. */
  readonly tokens: readonly Float32Array[];
}

async function embeddingOf(
  model: OpenModel,
  space: ReadingSpace,
  id: number,
): Promise<Float32Array> {
  const { data } = await space.matrix.rowsById([id]);
  if (!data.every(Number.isFinite)) {
    throw new VocabScopeError(
      'nonFinite',
      `The embedding of token #${String(id)} of ${model.summary.name} holds numbers that are NaN or infinite: nothing can be scored with it.`,
    );
  }
  return data;
}

async function treatTables(
  model: OpenModel,
  tables: readonly SearchedTable[],
  ids: readonly number[],
  options: ReadingOptions,
  context: WorkContext,
): Promise<readonly TreatedTable[]> {
  const { transformer, spaces } = model.ready();
  const embeddings = new Map<string, readonly Float32Array[]>();
  const treated: TreatedTable[] = [];
  for (const table of tables) {
    const treatment = await treatmentOf(transformer, spaces, table.ref, options);
    const space = options.withoutCommon
      ? await spaces.prepare(treatment.space, treatment.fold, context)
      : await spaces.bare(treatment.space, treatment.fold);
    const tokens =
      embeddings.get(treatment.space) ??
      (await Promise.all(ids.map((id) => embeddingOf(model, space, id))));
    embeddings.set(treatment.space, tokens);
    treated.push({ table, treatment, space, tokens });
  }
  return treated;
}

/**
 * Scores of some tokens against every row of some tables: one pass over the weights in the order of the file, in
 * float64, so that nothing is left to decide again.
 * @throws VocabScopeError `nonFinite`, `foldRefused`; CancelledError
 */
export async function searchScores(
  model: OpenModel,
  tables: readonly SearchedTable[],
  ids: readonly number[],
  options: ReadingOptions,
  context: WorkContext,
): Promise<readonly TokenScores[]> {
  const { transformer, checkpoint } = model.ready();
  const treated = await treatTables(model, tables, ids, options, context);
  const { rank, withoutCommon } = options;
  const requests = treated.map(({ table, treatment, space, tokens }): ProductRequest => {
    const direction = (token: Float32Array, without: boolean): Float64Array =>
      tokenDirection(token, space, treatment.rowFold, without);
    return {
      view: matrixRows(transformer, table.ref).view,
      directions: [
        ...tokens.map((token) => direction(token, false)),
        ...(withoutCommon ? tokens.map((token) => direction(token, true)) : []),
      ],
      ...(rank === 'cosine' ? { norms: treatment.rowFold } : {}),
    };
  });
  const found = await rowProducts(checkpoint, requests, {
    cancellation: context.cancellation,
    onBytes: (done, total) => {
      context.onProgress({ done, total, unit: 'bytes' });
    },
  });
  return ids.map((_, t) => {
    const dots = new Float64Array(rowsIn(tables));
    const scores = withoutCommon || rank === 'cosine' ? new Float64Array(dots.length) : dots;
    found.forEach(({ products, norms }, i) => {
      const first = treated[i]?.table.first ?? 0;
      const plain = products[t] ?? new Float64Array(0);
      dots.set(plain, first);
      if (scores !== dots) {
        const ranked = withoutCommon ? (products[ids.length + t] ?? plain) : plain;
        scores.set(norms === undefined ? ranked : cosines(ranked, norms, treated[i], t), first);
      }
    });
    return rank === 'specificity' ? specificities(dots, scores, tables) : { scores, dots };
  });
}

/** Products divided by the norms of both sides, as read; 0 where either is 0. */
function cosines(
  products: Float64Array,
  norms: Float64Array,
  treated: TreatedTable | undefined,
  t: number,
): Float64Array {
  const token = treated?.tokens[t];
  const size =
    token === undefined ? 0 : norm(foldVocabularyRow(token, treated?.space.fold ?? null));
  return products.map((product, row) => {
    const divisor = float64At(norms, row) * size;
    return divisor === 0 ? 0 : product / divisor;
  });
}

/** Scores divided by the token's mean |score| over all rows of the kind, which are all here. */
function specificities(
  dots: Float64Array,
  ranked: Float64Array,
  tables: readonly SearchedTable[],
): TokenScores {
  const means = new Map<string, { sum: number; count: number }>();
  for (const { ref, first, rows } of tables) {
    const mean = means.get(ref.kind) ?? { sum: 0, count: 0 };
    for (const dot of dots.subarray(first, first + rows)) {
      if (Number.isFinite(dot)) {
        mean.sum += Math.abs(dot);
        mean.count += 1;
      }
    }
    means.set(ref.kind, mean);
  }
  const scores = ranked.slice();
  for (const { ref, first, rows } of tables) {
    const { sum, count } = means.get(ref.kind) ?? { sum: 0, count: 0 };
    for (let row = first; row < first + rows; row += 1) {
      scores[row] = sum === 0 ? float64At(scores, row) * 0 : (float64At(scores, row) * count) / sum;
    }
  }
  return { scores, dots };
}
