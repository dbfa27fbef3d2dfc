import { VocabScopeError } from '../../core/errors';
import { parseComponentPattern } from '../../core/model/componentId';
import { expandComponents } from '../../core/model/componentSet';
import { removeCommonPart } from '../../core/projection/direction';
import { foldVocabularyRow } from '../../core/projection/fold';
import type { ReadingSpace } from '../../core/projection/space';
import { tokenPlane } from '../../core/projection/tokenPlane';
import { float64At } from '../../core/tensor/elements';
import { rowsOf, type Matrix64 } from '../../core/tensor/matrix';
import type { RowReading } from '../../protocol/reading';
import type { TokenMap, TokenMapParams, TokenMapSide, TokenPoint } from '../../protocol/rowDetails';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { treatmentOf } from '../reading/parameterRows';
import { readComponents } from '../reading/readComponents';

/** The Gram matrix of so many rows is decomposed in milliseconds; nobody reads more labels. */
const MAX_POINTS = 200;

type SidedToken = Omit<TokenPoint, 'x' | 'y'>;

/** The tokens of the sides asked for; where a side is short, the other does not fill in. */
function listed({ top, bottom }: RowReading, side: TokenMapSide, count: number): SidedToken[] {
  const half = Math.ceil(count / 2);
  const tops = side === 'bottom' ? 0 : side === 'top' ? count : half;
  const bottoms = side === 'top' ? 0 : side === 'bottom' ? count : count - half;
  return [
    ...top.slice(0, tops).map((token) => ({ ...token, side: 'top' as const })),
    ...bottom.slice(0, bottoms).map((token) => ({ ...token, side: 'bottom' as const })),
  ];
}

/** Rows of the vocabulary as readings meet them: folded, without the common directions where the reading is. */
async function tokenRows(
  space: ReadingSpace,
  ids: readonly number[],
  withoutCommon: boolean,
): Promise<Matrix64> {
  const stored = await space.matrix.rowsById(ids);
  const { rows, cols } = stored;
  const data = new Float64Array(rows * cols);
  for (let i = 0; i < rows; i += 1) {
    const row = foldVocabularyRow(rowsOf(stored, i, 1).data, space.fold);
    const { statistics } = space;
    if (withoutCommon && statistics !== undefined) {
      row.forEach((value, j) => {
        row[j] = value - float64At(statistics.mean, j);
      });
      removeCommonPart(row, statistics);
    }
    data.set(row, i * cols);
  }
  return { rows, cols, data };
}

/**
 * The tokens of a row's lists laid out by the likeness of their own rows in the vocabulary matrix that the row is read
 * with. @throws VocabScopeError `unknownComponent`, `foldRefused`, `limit`; CancelledError
 */
export async function readTokenMap(
  model: OpenModel,
  { component, options, side, count }: TokenMapParams,
  context: WorkContext,
): Promise<TokenMap> {
  if (count > MAX_POINTS) {
    throw new VocabScopeError('limit', `Ask for at most ${String(MAX_POINTS)} tokens of a map.`);
  }
  const { transformer, spaces } = model.ready();
  const [row] = expandComponents(transformer, parseComponentPattern(component));
  const [reading] = await readComponents(
    model,
    [component],
    { ...options, k: count },
    false,
    context,
  );
  if (row === undefined || reading === undefined) {
    throw new VocabScopeError('unknownComponent', `"${component}" names no row.`);
  }
  const tokens = listed(reading, side, count);
  const { withoutCommon } = options;
  const treatment = await treatmentOf(transformer, spaces, row.ref, options);
  const space = withoutCommon
    ? await spaces.prepare(treatment.space, treatment.fold, context)
    : await spaces.bare(treatment.space, treatment.fold);
  const ids = tokens.map(({ id }) => id);
  const { x, y, explained } = tokenPlane(await tokenRows(space, ids, withoutCommon));
  return {
    component,
    space: reading.space,
    points: tokens.map((token, i) => ({ ...token, x: float64At(x, i), y: float64At(y, i) })),
    explained,
  };
}
