import type { Command } from './command';
import { targetOf } from './target';

/** *Reload from disk*: a model's files are read anew. */
export const refresh: Command = {
  id: 'vocabscope.refresh',
  async run(host, argument) {
    if (host.engine.state === 'failed') host.engine.restart();
    const target = await targetOf(host, argument);
    if (target !== undefined) await host.models.reload(target.model);
  },
};
