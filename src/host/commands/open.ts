import { browseCheckpoint } from './chooseCheckpoint';
import type { Command } from './command';
import { openPath } from './openPath';

/** *Open…*: a file or a folder anywhere on the disk. */
export const open: Command = {
  id: 'vocabscope.open',
  async run(host) {
    const chosen = await browseCheckpoint();
    if (chosen !== undefined) await openPath(host, chosen);
  },
};
