import type { Command } from './command';
import { targetOf } from './target';

/** *Reveal in tree*: the line of what the panel shows. */
export const revealInTree: Command = {
  id: 'vocabscope.revealInTree',
  async run(host, argument) {
    const target = await targetOf(host, argument);
    if (target !== undefined) await host.tree.reveal(target.model, target.component, true);
  },
};
