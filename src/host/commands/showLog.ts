import type { Command } from './command';

/** *Show log*: what the engine and the extension wrote down. */
export const showLog: Command = {
  id: 'vocabscope.showLog',
  run: (host) => host.log.show(),
};
