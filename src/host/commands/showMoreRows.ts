import { MoreNode } from '../tree/nodes';
import type { Command } from './command';

/** A click on *Show more*. */
export const showMoreRows: Command = {
  id: 'vocabscope.showMoreRows',
  async run(host, argument) {
    if (argument instanceof MoreNode) await host.tree.showMore(argument.of);
  },
};
