import type { Command } from './command';
import { targetOf } from './target';

/** *Close model*: with its panel; its memory is given back. */
export const closeModel: Command = {
  id: 'vocabscope.closeModel',
  async run(host, argument) {
    const target = await targetOf(host, argument);
    if (target !== undefined) await host.models.close(target.model);
  },
};
