import type { ReadingOptions, Space } from '../../core/projection/options';
import type { SpaceSummary } from '../../protocol/engineApi';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';

/** What statistics of a space count, what its lists leave out, and its control. @throws VocabScopeError `foldRefused`; CancelledError */
export async function summariseSpace(
  model: OpenModel,
  space: Space,
  options: ReadingOptions,
  context: WorkContext,
): Promise<SpaceSummary> {
  const { spaces } = model.ready();
  spaces.requireFoldable(options.fold);
  const { statistics } = await spaces.prepare(space, options.fold, context);
  const { omitted } = await spaces.allowed(space, options, context);
  const marks = await spaces.undertrained(context);
  const { directions, kurtosisMean, kurtosisStd, kurtosisCenteredMean, kurtosisCenteredStd } =
    statistics.control;
  return {
    space,
    countedTokens: statistics.countedTokens,
    undertrained: marks?.reduce((sum, mark) => sum + mark, 0) ?? 0,
    commonDirections: statistics.commonCount,
    omitted,
    control: { directions, kurtosisMean, kurtosisStd, kurtosisCenteredMean, kurtosisCenteredStd },
  };
}
