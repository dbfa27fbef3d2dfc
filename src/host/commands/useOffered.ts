import { choose } from './chooseFile';
import type { Command } from './command';
import { targetOf } from './target';

/** Takes the parent folder's tokenizer. */
export const useOfferedTokenizer: Command = {
  id: 'vocabscope.useOfferedTokenizer',
  async run(host, argument) {
    const target = await targetOf(host, argument);
    const tokenizer = target?.model.summary.offeredTokenizer ?? undefined;
    if (target !== undefined) await choose(host, target.model, { tokenizer });
  },
};

/** Takes the parent folder's config. */
export const useOfferedConfig: Command = {
  id: 'vocabscope.useOfferedConfig',
  async run(host, argument) {
    const target = await targetOf(host, argument);
    const config = target?.model.summary.offeredConfig ?? undefined;
    if (target !== undefined) await choose(host, target.model, { config });
  },
};
