import { VocabScopeError } from '../../core/errors';
import { parseHeadMatrixPattern, type HeadMatrixRef } from '../../core/model/headMatrixId';
import { expandHeads } from '../../core/model/headMatrixSet';
import type { OpenModel } from '../model/openModel';

/** The heads that patterns name, in their order. @throws VocabScopeError `unknownComponent` */
export function askedHeads(
  model: OpenModel,
  components: readonly string[],
): readonly HeadMatrixRef[] {
  const { transformer } = model.ready();
  return components.flatMap((component) => {
    const pattern = parseHeadMatrixPattern(component);
    if (pattern.direction !== undefined) {
      throw new VocabScopeError(
        'unknownComponent',
        `${pattern.text} names singular directions, which have no pairs; vocabscope tokens reads them.`,
      );
    }
    return expandHeads(transformer, pattern);
  });
}
