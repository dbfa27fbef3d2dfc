import { VocabScopeError } from '../../core/errors';
import { parseComponentPattern } from '../../core/model/componentId';
import { expandComponents } from '../../core/model/componentSet';
import { scoreHistogram } from '../../core/projection/histogram';
import type { ReadingOptions } from '../../core/projection/options';
import type { Histogram } from '../../protocol/engineApi';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import { gatherRows, treatmentOf } from './parameterRows';

/** A row's scores in bins beside the control's. @throws VocabScopeError `nonFinite` where there is nothing to draw. */
export async function readHistogram(
  model: OpenModel,
  component: string,
  options: ReadingOptions,
  context: WorkContext,
): Promise<Histogram> {
  const { transformer, checkpoint, spaces } = model.ready();
  const [row] = expandComponents(transformer, parseComponentPattern(component));
  if (row === undefined) {
    throw new VocabScopeError('unknownComponent', `"${component}" names no row.`);
  }
  const treatment = await treatmentOf(transformer, spaces, row.ref, options);
  const space = await spaces.prepare(treatment.space, treatment.fold, context);
  const { data } = await gatherRows(transformer, checkpoint, [
    { ref: row.ref, rowFold: treatment.rowFold },
  ]);
  const made = await scoreHistogram(data, space, model.backend(), {
    cancellation: context.cancellation,
  });
  if (made === null) {
    throw new VocabScopeError(
      'nonFinite',
      `The scores of ${component} are constant or not finite: there is no histogram of them.`,
    );
  }
  return { component, ...made };
}
