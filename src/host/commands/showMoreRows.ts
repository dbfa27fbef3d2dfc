import { MoreNode } from '../tree/nodes';
import type { Command } from './command';

/** A click on *Show more*. */
export const showMoreRows: Command = {
  id: 'vocabscope.showMoreRows',
  run(host, argument) {
    if (argument instanceof MoreNode) host.tree.showMore(argument.of);
  },
};
