import type { Command } from './command';
import { targetOf } from './target';

/** *Show bookmarks*: their page in the panel. */
export const showBookmarks: Command = {
  id: 'vocabscope.showBookmarks',
  async run(host, argument) {
    const target = await targetOf(host, argument);
    if (target !== undefined) await host.panels.show(target.model, { page: 'bookmarks' });
  },
};
