import type { Space } from '../../core/projection/options';
import type { WorkContext } from '../context';
import type { OpenModel } from '../model/openModel';
import type { TokenSet } from './pairStore';

/** The tokens that take part in statistics of a space, whatever filters are on. @throws CancelledError */
export function countedTokens(
  model: OpenModel,
  space: Space,
  context: WorkContext,
): Promise<TokenSet> {
  return model.pairs.counted.get(space, context, async (shared) => {
    const takesPart = await model.ready().spaces.takesPart(space, shared);
    const ids = Int32Array.from(takesPart.keys()).filter((id) => takesPart[id] === 1);
    return { name: 'counted', ids };
  });
}
