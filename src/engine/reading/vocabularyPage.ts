import { VocabScopeError } from '../../core/errors';
import type { EngineParams, EngineResult } from '../../protocol/engineApi';
import type { TokenView } from '../../protocol/reading';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';

/** Rows of the vocabulary: of the embedding, or of the tokenizer where the architecture is unknown. */
function idLimit({ summary, vocabulary }: OpenModel): number {
  return summary.shape?.dVocab ?? vocabulary?.idLimit ?? 0;
}

/** Tokens by id. @throws VocabScopeError `unknownToken` for an id that the vocabulary lacks. */
export async function tokensById(
  model: OpenModel,
  ids: readonly number[],
  context: WorkContext,
): Promise<TokenView[]> {
  const limit = idLimit(model);
  const missing = ids.find((id) => id >= limit);
  if (missing !== undefined) {
    throw new VocabScopeError(
      'unknownToken',
      `There is no token ${String(missing)}: the vocabulary of ${model.summary.name} has the ids 0 to ${String(limit - 1)}.`,
    );
  }
  const views = await model.views(context);
  return ids.map((id) => views.view(id));
}

/** The vocabulary by range. */
export async function vocabularyPage(
  model: OpenModel,
  { start, count }: EngineParams<'vocabulary'>,
  context: WorkContext,
): Promise<EngineResult<'vocabulary'>> {
  const total = idLimit(model);
  const views = await model.views(context);
  const length = Math.max(0, Math.min(count, total - start));
  return { rows: Array.from({ length }, (_, index) => views.view(start + index)), total };
}
