import { placeOf } from '../models/location';
import type { Command } from './command';
import { targetOf } from './target';

/** A click on a line of the tree: its page, with the focus left in the tree. */
export const showComponent: Command = {
  id: 'vocabscope.showComponent',
  async run(host, argument) {
    const target = await targetOf(host, argument);
    if (target === undefined) return;
    const { model, component } = target;
    const location = placeOf(component, model.summary);
    await host.panels.show(model, location, { preserveFocus: true });
  },
};
